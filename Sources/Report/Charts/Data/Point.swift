/// A pair of numbers; what is not finite is shown as a gap and said.
package struct Point: Sendable, Equatable {
  /// To the right.
  package let x: Double
  /// Upwards.
  package let y: Double

  /// Creates a point.
  package init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }
}
