/// A number with how far it may be off: half of its interval, or a standard deviation, as the table or text around it says.
package struct Estimate: Sendable, Equatable {
  package var mean: Double
  /// nil where one sample tells nothing.
  package var spread: Double?

  package init(_ mean: Double, spread: Double? = nil) { (self.mean, self.spread) = (mean, spread) }

  /// "1.735 ± 0.012", or "1.735" without a spread; six significant digits if none are asked for.
  package func text(digits: Int?, unit: String? = nil) -> String {
    Numeral.text(mean, digits: digits) + (spread.map { " ± " + Numeral.text($0, digits: digits) } ?? "")
      + (unit.map { " " + $0 } ?? "")
  }
}
