/// A size or a setting that no model or training can have.
public struct ConfigurationError: Error, Hashable, CustomStringConvertible {
  /// The setting's name as it is declared, `modelWidth`.
  public let name: String
  /// The value.
  public let found: String
  /// What would have been accepted.
  public let expected: String

  /// Creates an error.
  ///
  /// - Parameters:
  ///   - name: The setting's name as it is declared.
  ///   - found: The value.
  ///   - expected: What would have been accepted.
  public init(_ name: String, found: some CustomStringConvertible, expected: String) {
    self.name = name
    self.found = found.description
    self.expected = expected
  }

  /// One line: the setting, what was found and what was expected.
  public var description: String { "\(name): found \(found), expected \(expected)" }
}

extension ConfigurationError {
  /// Refuses a value outside a range.
  ///
  /// - Parameters:
  ///   - name: The setting's name.
  ///   - range: What is accepted.
  /// - Throws: The error that says so.
  public static func check<Value: Comparable & CustomStringConvertible>(
    _ name: String, _ value: Value, in range: ClosedRange<Value>
  ) throws(ConfigurationError) {
    guard range.contains(value) else {
      throw ConfigurationError(name, found: value, expected: "\(range.lowerBound) to \(range.upperBound)")
    }
  }
}
