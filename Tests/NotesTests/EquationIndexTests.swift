import Foundation
import Hosts
import MixtureOfExperts
import Testing

/// Holds the index of equations, the deviations and the tensor names in NOTES.md against the sources and the tests, so
/// that none has orphans.
@Suite("The index of equations in NOTES.md")
struct EquationIndexTests {
  private struct Row {
    let label: String
    let file: String
    let runs: String
    let test: String
  }

  // A row: | `[label]` | formula | `path` | what runs in training | "test name" |
  private static let rows: [Row] = Documents.text("NOTES.md").split(separator: "\n").compactMap { line in
    let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    guard cells.count == 5, cells[0].hasPrefix("`["), cells[0].hasSuffix("]`") else { return nil }
    return Row(
      label: String(cells[0].dropFirst(2).dropLast(2)), file: "Sources/" + cells[2].trimmingCharacters(in: ["`"]),
      runs: cells[3],
      test: cells[4].trimmingCharacters(in: ["\""])
        .replacingOccurrences(of: "∣", with: "|"))  // a bar would end the cell
  }

  /// Labels in the sources, with the files that name them.
  private static let labels: [String: Set<String>] = Documents.files("Sources").reduce(into: [:]) { labels, file in
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
    for row in Self.rows { #expect(Documents.testExists(row.test), "[\(row.label)]: \(row.test)") }
  }

  @Test("Every function and type that the index says runs in training is declared, and no row leaves it open")
  func indexToKernels() {
    let sources = Documents.files("Sources").values.joined()
    var named = 0
    for row in Self.rows {
      let names = row.runs.matches(of: /`([A-Za-z.]+)`/).map { $0.1.split(separator: ".").last ?? "" }
      named += names.count
      #expect(!names.isEmpty || row.runs.hasPrefix("itself") || row.runs == "–", "[\(row.label)]: \(row.runs)")
      for name in names {
        let isDeclared =
          sources.contains("func \(name)<") || sources.contains("func \(name)(")
          || sources.contains("struct \(name)<")
        #expect(isDeclared, "[\(row.label)]: \(name)")
      }
    }
    #expect(named >= 10)
  }

  @Test("Every deviation D1 … D11 is explained once in NOTES.md")
  func deviations() {
    let notes = Documents.text("NOTES.md")
    for number in 1...11 { #expect(notes.components(separatedBy: "\n| D\(number) |").count == 2, "D\(number)") }
  }

  @Test("The tensor names listed in NOTES.md are exactly those of checkpoints", arguments: [false, true])
  func tensorNames(shared: Bool) {
    let section =
      Documents.text("NOTES.md").components(separatedBy: "## Tensor names").last?
      .components(separatedBy: "To rebuild the model").first ?? ""
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
