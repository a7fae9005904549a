/// A value that others are compared with, such as the level of chance or the entropy of a source.
public struct Reference: Sendable, Equatable {
  /// What stands at the end of its line.
  public let name: String
  /// Where its line is.
  public let value: Double

  /// Creates a reference.
  ///
  /// - Parameters:
  ///   - name: What stands at the end of its line.
  ///   - value: Where its line is.
  public init(name: String, value: Double) {
    self.name = name
    self.value = value
  }

  /// The name and the value.
  var title: String { "\(name): \(Numeral.value(value, digits: 6))" }
}
