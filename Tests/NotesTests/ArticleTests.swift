import Foundation
import Testing

/// Holds what the documents say of tests, files and each other.
@Suite("NOTES.md, README.md and the articles")
struct ArticleTests {
  private static let analysis = "Sources/Jacobian/Jacobian.docc/"

  @Test("NOTES.md is a map: at most 15 KB")
  func size() {
    let count = Documents.text("NOTES.md").utf8.count
    let most = 15 * 1024
    #expect(count > 1000 && count <= most, "\(count) bytes")
  }

  @Test("Every claim of the Jacobian comparison has one row in its article, and as many tests as the row says")
  func claims() {
    let tests = Documents.testDeclarations(in: "Tests/JacobianTests")
    let rows = Documents.text(Self.analysis + "ComparingJacobians.md")
      .matches(of: /\n\| ([0-9]): [^|]*\|[^|]*\| ([0-9]+), "Claim ([0-9]): …" \|/)
    #expect(rows.map { String($0.1) } == (1...7).map(String.init))
    for row in rows {
      #expect(row.1 == row.3)
      #expect(tests.components(separatedBy: "@Test(\"Claim \(row.1)").count - 1 == Int(row.2), "claim \(row.1)")
    }
  }

  @Test("Every test that is said to have caught a planted fault exists")
  func planted() {
    let names = Documents.text(Self.analysis + "PlantedFaults.md").split(separator: "\n")
      .filter { $0.hasPrefix("| ") }.flatMap { $0.matches(of: /"([^"]+)"/).map { String($0.1) } }
    #expect(names.count >= 40)
    for name in names { #expect(Documents.testExists(name), "\(name)") }
  }

  @Test("Every test that an article names exists")
  func named() {
    var count = 0
    for (path, text) in Documents.pages {
      for line in text.split(separator: "\n") where line.hasPrefix("Tests: ") {
        for match in line.matches(of: /"([^"]+)"/) {
          count += 1
          #expect(Documents.testExists(String(match.1)), "\(path): \(match.1)")
        }
      }
    }
    #expect(count >= 40)
  }

  @Test("Every relative link leads to a file, and every <doc:> link to an article of the same catalogue")
  func links() {
    var count = 0
    for (path, text) in Documents.pages {
      let folder = Documents.root.appending(path: path).deletingLastPathComponent()
      let targets =
        text.matches(of: /\]\(([^)#:]+)\)/).map { String($0.1) }
        + text.matches(of: /<doc:([A-Za-z]+)>/).map { "\($0.1).md" }
      count += targets.count
      for target in targets {
        let exists = FileManager.default.fileExists(atPath: folder.appending(path: target).path)
        #expect(exists, "\(path): \(target)")
      }
    }
    #expect(count >= 50)
  }

  @Test("Every article is reached from the landing page of its catalogue")
  func reached() {
    for path in Documents.pages.keys where path.contains(".docc/") {
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
      let module = folder.deletingPathExtension().lastPathComponent
      let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
      guard name != module else { continue }
      let landing = Documents.pages[String(path.dropLast(name.count + 3)) + module + ".md"] ?? ""
      #expect(landing.contains("<doc:\(name)>"), "\(path)")
    }
  }
}

/// The documents, sources and tests of the tree that these tests stand in.
enum Documents {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The text of a file, empty if there is none.
  static func text(_ path: String) -> String {
    (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
  }

  /// The files below a folder that end in an extension, by their paths from the root.
  static func files(_ folder: String, _ pathExtension: String = "swift") -> [String: String] {
    let base = root.appending(path: folder)
    let files = FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL }
    let pairs = (files ?? []).filter { $0.pathExtension == pathExtension }.map { file in
      (
        file.path.replacingOccurrences(of: root.path + "/", with: ""),
        (try? String(contentsOf: file, encoding: .utf8)) ?? ""
      )
    }
    return Dictionary(uniqueKeysWithValues: pairs)
  }

  /// NOTES.md, README.md and the articles of all catalogues, by path.
  static let pages: [String: String] = files("Sources", "md").merging(
    ["NOTES.md": text("NOTES.md"), "README.md": text("README.md")]) { first, _ in first }

  private static let tests: String = testDeclarations(in: "Tests")

  /// The tests below a folder, a long name joined to its `@Test(`; those of the documents themselves left out.
  static func testDeclarations(in folder: String) -> String {
    files(folder).filter { !$0.key.hasPrefix("Tests/NotesTests") }.values.joined()
      .replacing(/@Test\(\s+/, with: "@Test(")
  }

  /// Whether there is a test of this name, or, if it ends in " …", one whose name begins so.
  static func testExists(_ name: String) -> Bool {
    name.hasSuffix(" …")
      ? tests.contains("@Test(\"\(name.dropLast(2))") : tests.contains("@Test(\"\(name)\"")
  }
}
