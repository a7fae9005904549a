/// A pair of numbers; what is not finite is shown as a gap and said.
public struct Point: Sendable, Equatable {
  /// To the right.
  public let x: Double
  /// Upwards.
  public let y: Double

  /// Creates a point.
  ///
  /// - Parameters:
  ///   - x: To the right.
  ///   - y: Upwards.
  public init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }
}
