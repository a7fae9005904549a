import Foundation

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
