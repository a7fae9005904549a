import Tables

/// A value that others are compared with, such as the level of chance or the entropy of a source.
package struct Reference: Sendable, Equatable {
  /// What stands at the end of its line.
  package let name: String
  /// Where its line is.
  package let value: Double

  /// Creates a reference.
  package init(name: String, value: Double) {
    self.name = name
    self.value = value
  }

  /// The name and the value.
  var title: String { "\(name): \(Numeral.value(value, digits: 6))" }
}
