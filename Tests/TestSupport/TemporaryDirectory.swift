import Foundation

/// A directory of its own for one test, removed at the end.
public struct TemporaryDirectory {
  /// The directory's path.
  public let path: String

  /// Runs a test with a new empty directory.
  ///
  /// - Throws: What the test throws.
  public static func use(_ body: (TemporaryDirectory) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "hyperrouter-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(TemporaryDirectory(path: path))
  }

  /// Returns the path of a file in the directory.
  public func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file.
  ///
  /// - Throws: What the system says.
  public func write(_ data: Data, to name: String) throws -> String {
    try data.write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }

  /// Reads a text file.
  ///
  /// - Throws: What the system says.
  public func contents(of name: String) throws -> String {
    try String(contentsOfFile: file(name), encoding: .utf8)
  }

  /// The names of everything in the directory, sorted.
  public var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}
