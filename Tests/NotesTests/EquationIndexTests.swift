import MixtureOfExperts
import Foundation
import Testing
import TransformerXL

/// Holds the index of equations in NOTES.md against the sources and the tests, so that neither has orphans.
@Suite("The index of equations in NOTES.md")
struct EquationIndexTests {
  private struct Row {
    let label: String
    let file: String
    let test: String
  }

  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static func text(_ path: String) -> String {
    (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
  }

  private static func swiftFiles(_ folder: String) -> [String: String] {
    let base = root.appending(path: folder)
    let files = FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL }
    let pairs = (files ?? []).filter { $0.pathExtension == "swift" }.map { file in
      (
        file.path.replacingOccurrences(of: root.path + "/", with: ""),
        (try? String(contentsOf: file, encoding: .utf8)) ?? ""
      )
    }
    return Dictionary(uniqueKeysWithValues: pairs)
  }

  // A row: | `[label]` | formula | source | `path` | "test name" |
  private static let rows: [Row] = text("NOTES.md").split(separator: "\n").compactMap { line in
    let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    guard cells.count == 5, cells[0].hasPrefix("`["), cells[0].hasSuffix("]`") else { return nil }
    return Row(
      label: String(cells[0].dropFirst(2).dropLast(2)), file: "Sources/" + cells[3].trimmingCharacters(in: ["`"]),
      test: cells[4].trimmingCharacters(in: ["\""])
        .replacingOccurrences(of: "∣", with: "|"))  // a bar would end the cell
  }

  /// Labels in the sources, with the files that name them.
  private static let labels: [String: Set<String>] = swiftFiles("Sources").reduce(into: [:]) { labels, file in
    for match in file.value.matches(of: /Equation \[([a-z0-9-]+)\] in NOTES\.md/) {
      labels[String(match.1), default: []].insert(file.key)
    }
  }

  @Test("Every equation of the index is named in the file that the index gives, and nowhere else")
  func indexToSources() {
    #expect(Self.rows.count >= 20)
    for row in Self.rows { #expect(Self.labels[row.label] == [row.file], "[\(row.label)]") }
  }

  @Test("Every equation named in the sources is in the index, once")
  func sourcesToIndex() {
    #expect(Self.rows.map(\.label).sorted() == Self.labels.keys.sorted())
  }

  @Test("Every test named by the index exists")
  func indexToTests() {
    let tests = Self.swiftFiles("Tests").filter { !$0.key.hasPrefix("Tests/NotesTests") }.values.joined()
      .replacing(/@Test\(\s+/, with: "@Test(")  // a long name stands on a line of its own
    for row in Self.rows {
      let exists = tests.contains("@Test(\"\(row.test)\"")
      #expect(exists, "[\(row.label)]: \(row.test)")
    }
  }

  @Test("Every claim of the Jacobian comparison has one row in NOTES.md, and as many tests as the row says")
  func claims() {
    let tests = Self.swiftFiles("Tests/AnalysisTests").values.joined().replacing(/@Test\(\s+/, with: "@Test(")
    let rows = Self.text("NOTES.md").matches(of: /\n\| ([0-9]): [^|]*\|[^|]*\| ([0-9]+), "Claim ([0-9]): …" \|/)
    #expect(rows.map { String($0.1) } == (1...7).map(String.init))
    for row in rows {
      #expect(row.1 == row.3)
      #expect(tests.components(separatedBy: "@Test(\"Claim \(row.1)").count - 1 == Int(row.2), "claim \(row.1)")
    }
  }

  @Test("Every test that NOTES.md says caught a planted fault exists")
  func planted() {
    let tests = Self.swiftFiles("Tests").filter { !$0.key.hasPrefix("Tests/NotesTests") }.values.joined()
      .replacing(/@Test\(\s+/, with: "@Test(")
    let section =
      Self.text("NOTES.md").components(separatedBy: "### The tests, tested").last?
      .components(separatedBy: "\n## ").first ?? ""
    let names = section.matches(of: /"([^"]+)"/).map { String($0.1) }
    #expect(names.count >= 10)
    for name in names {
      let beginning = name.hasSuffix(" …") ? String(name.dropLast(2)) : name
      let exists = tests.contains("@Test(\"\(beginning)")
      #expect(exists, "\(name)")
    }
  }

  @Test("Every deviation D1 … D10 is explained once in NOTES.md")
  func deviations() {
    let notes = Self.text("NOTES.md")
    for number in 1...10 { #expect(notes.components(separatedBy: "\n| D\(number) |").count == 2, "D\(number)") }
  }

  @Test("The tensor names listed in NOTES.md are exactly those of checkpoints", arguments: [false, true])
  func tensorNames(shared: Bool) {
    let section =
      Self.text("NOTES.md").components(separatedBy: "## Tensor names").last?
      .components(separatedBy: "`state.safetensors`").first ?? ""
    let listed = Set(section.matches(of: /`([a-zA-Z0-9ℓ]+\.[a-zA-Z0-9.ℓ]+)`/).map { String($0.1) })
      .subtracting(["model.safetensors"])
    var made: Set<String> = []
    for router in RouterKind.allCases {
      var configuration = Configuration(
        vocabulary: 3, layers: 1, modelWidth: 2, heads: 1, headWidth: 2, expertWidth: 2, experts: 2, segment: 2,
        memory: 2, router: router)
      configuration.sharesHypernetwork = shared
      let model = LanguageModel<Float>(configuration, seed: 1)
      for name in model.parameters.map(\.name) + model.frozen.map(\.name) {
        made.insert(name.replacingOccurrences(of: "layers.0.", with: "layers.ℓ."))
      }
    }
    let unlisted = made.subtracting(listed).filter { !$0.hasPrefix("hypernetwork.") }
    #expect(unlisted.isEmpty)
    if !shared { #expect(listed.subtracting(made) == ["hypernetwork.weight1"]) }
  }
}
