/// A text to classify: its symbols and its label.
public struct LabelledText: Equatable, Sendable {
  /// The symbols, at least one.
  public let symbols: [Int32]
  /// The number of the label.
  public let label: Int32

  /// Creates an example.
  ///
  /// - Parameters:
  ///   - symbols: The symbols, at least one.
  ///   - label: The number of the label.
  public init(symbols: [Int32], label: Int32) {
    self.symbols = symbols
    self.label = label
  }
}
