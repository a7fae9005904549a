import Foundation

/// A directory of its own for one test, removed at the end.
struct TemporaryDirectory {
  let path: String

  static func use(_ body: (TemporaryDirectory) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "hyperrouter-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(TemporaryDirectory(path: path))
  }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  func write(_ data: Data, to name: String) throws -> String {
    try data.write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }

  func contents(of name: String) throws -> String {
    try String(contentsOfFile: file(name), encoding: .utf8)
  }

  var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}
