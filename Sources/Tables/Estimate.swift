/// A number with half of its 95 % interval: what ± means wherever it stands.
package struct Estimate: Sendable, Equatable {
  package var mean: Double
  /// nil where one sample tells nothing.
  package var halfWidth: Double?

  package init(_ mean: Double, halfWidth: Double? = nil) { (self.mean, self.halfWidth) = (mean, halfWidth) }

  /// "1.735 ± 0.012", or "1.735" without an interval; six significant digits if none are asked for.
  package func text(digits: Int?, unit: String? = nil) -> String {
    Numeral.text(mean, digits: digits) + (halfWidth.map { " ± " + Numeral.text($0, digits: digits) } ?? "")
      + (unit.map { " " + $0 } ?? "")
  }
}
