import Foundation

/// A directory of its own for one test, removed when nobody has it any more: with the suite whose property it is.
public final class TemporaryDirectory: Sendable {
  /// The directory's path.
  public let path: String

  /// Makes an empty directory.
  public init() {
    path = NSTemporaryDirectory() + "hyperrouter-test-\(UUID().uuidString)"
    // What is not there is missed by the first test that writes into it.
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Runs a test with a new empty directory.
  ///
  /// - Throws: What the test throws.
  public static func use(_ body: (TemporaryDirectory) throws -> Void) throws {
    let directory = TemporaryDirectory()
    try withExtendedLifetime(directory) { try body(directory) }
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
