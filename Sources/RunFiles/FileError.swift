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

  /// What went wrong.
  public let kind: Kind
  /// The file or directory.
  public let path: String
  /// What was found and what was expected.
  public let problem: String

  /// Creates an error.
  public init(_ kind: Kind, _ path: String, _ problem: String) {
    (self.kind, self.path, self.problem) = (kind, path, problem)
  }

  /// One line: the path, its control characters escaped, and the problem.
  public var description: String { "\(path.isEmpty ? "\"\"" : path.onOneLine): \(problem)" }

  /// Returns the error of a system call that just failed.
  static func system(_ kind: Kind, _ path: String, _ action: String, code: Int32) -> FileError {
    FileError(kind, path, "\(action): \(String(cString: strerror(code)))")
  }
}

extension String {
  /// The text as a JSON literal, quotation marks included.
  var inJSON: String { "\"" + escaped(quotes: true) + "\"" }

  /// The text with control characters escaped, so that a message with it stays one line.
  var onOneLine: String { escaped(quotes: false) }

  private func escaped(quotes: Bool) -> String {
    var text = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"" where quotes: text += "\\\""
      case "\\" where quotes: text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        text += String(format: "\\u%04x", scalar.value)
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
