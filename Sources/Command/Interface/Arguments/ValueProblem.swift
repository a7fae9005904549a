import Tables

/// Why a flag's value was refused.
public struct ValueProblem: Error, Equatable {
  /// What would have been accepted: "an integer from 1 to 64".
  public let expected: String
  /// The part of the value that is wrong; nil for all of it.
  public let found: String?
  /// The name that was probably meant.
  public let suggestion: String?

  /// Creates a problem.
  ///
  /// - Parameters:
  ///   - expected: What would have been accepted.
  ///   - found: The part of the value that is wrong; nil for all of it.
  ///   - suggestion: The name that was probably meant.
  public init(expected: String, found: String? = nil, suggestion: String? = nil) {
    self.expected = expected
    self.found = found
    self.suggestion = suggestion
  }

  /// Returns the message of a usage error.
  ///
  /// - Parameters:
  ///   - flag: The flag's name without dashes.
  ///   - value: The whole value as typed.
  /// - Returns: One line.
  func message(flag: String, value: String) -> String {
    var line = "--\(flag): found "
    if let found, found != value {
      line += "\(found.quoted) in \(value.quoted)"
    } else {
      line += value.quoted
    }
    line += ", expected \(expected)"
    if let suggestion { line += "; did you mean \(suggestion)?" }
    return line
  }
}
