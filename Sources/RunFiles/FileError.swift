import Foundation

/// A file or directory that cannot be used as asked.
public struct FileError: Error, Hashable, CustomStringConvertible {
  /// What went wrong, as far as the caller's reaction depends on it.
  public enum Kind: Sendable {
    /// An input does not exist or cannot be opened.
    case missing
    /// An input's contents are wrong.
    case damaged
    /// An input is sound, but does not hold what was asked for.
    case unexpected
    /// An output cannot be created.
    case cannotCreate
    /// Reading or writing failed halfway.
    case inputOutput
  }

  /// What went wrong, as far as the caller's reaction depends on it.
  public let kind: Kind
  /// The file or directory.
  public let path: String
  /// What was found and what was expected.
  public let problem: String

  /// Creates an error.
  ///
  /// - Parameters:
  ///   - kind: What went wrong.
  ///   - path: The file or directory.
  ///   - problem: What was found and what was expected.
  public init(_ kind: Kind, _ path: String, _ problem: String) {
    self.kind = kind
    self.path = path
    self.problem = problem
  }

  /// One line: the path, its control characters escaped, and the problem.
  public var description: String { "\(path.isEmpty ? "\"\"" : path.onOneLine): \(problem)" }

  /// Returns the error of a system call that just failed.
  ///
  /// - Parameters:
  ///   - kind: What went wrong.
  ///   - path: The file or directory.
  ///   - action: What was tried: "cannot be created".
  ///   - code: The system's error number.
  /// - Returns: An error with the system's words.
  static func system(_ kind: Kind, _ path: String, _ action: String, code: Int32) -> FileError {
    FileError(kind, path, "\(action): \(String(cString: strerror(code)))")
  }
}
