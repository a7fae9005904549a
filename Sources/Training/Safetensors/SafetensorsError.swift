/// A safetensors file that cannot be used.
public struct SafetensorsError: Error, Equatable, CustomStringConvertible {
  /// What went wrong, as far as the caller's reaction depends on it.
  public enum Kind: Sendable {
    /// The file does not exist or cannot be opened.
    case missing
    /// The file breaks the format.
    case damaged
    /// The file is sound, but does not hold what was asked for.
    case unexpected
  }

  /// What went wrong, as far as the caller's reaction depends on it.
  public let kind: Kind
  /// The file.
  public let path: String
  /// What was found and what was expected.
  public let problem: String

  /// Creates an error.
  ///
  /// - Parameters:
  ///   - kind: What went wrong.
  ///   - path: The file.
  ///   - problem: What was found and what was expected.
  public init(_ kind: Kind, _ path: String, _ problem: String) {
    self.kind = kind
    self.path = path
    self.problem = problem
  }

  /// One line: the file and the problem.
  public var description: String { "\(path): \(problem)" }
}
