/// The real numbers that a flag accepts: always bounded, so that infinities are never inside.
public struct RealInterval: Sendable, Equatable, CustomStringConvertible {
  let lower: Double
  let upper: Double
  let includesLower: Bool
  let includesUpper: Bool

  /// Returns the numbers from `lower` to `upper`, both included.
  ///
  /// - Parameters:
  ///   - lower: The least number.
  ///   - upper: The greatest number.
  /// - Returns: The interval [lower, upper].
  public static func from(_ lower: Double, through upper: Double) -> RealInterval {
    RealInterval(lower: lower, upper: upper, includesLower: true, includesUpper: true)
  }

  /// Returns the numbers from `lower`, included, to `upper`, excluded.
  ///
  /// - Parameters:
  ///   - lower: The least number.
  ///   - upper: The bound above.
  /// - Returns: The interval [lower, upper).
  public static func from(_ lower: Double, below upper: Double) -> RealInterval {
    RealInterval(lower: lower, upper: upper, includesLower: true, includesUpper: false)
  }

  /// Returns the numbers from `lower`, excluded, to `upper`, included: with 0, the positive numbers.
  ///
  /// - Parameters:
  ///   - lower: The bound below.
  ///   - upper: The greatest number.
  /// - Returns: The interval (lower, upper].
  public static func above(_ lower: Double, through upper: Double) -> RealInterval {
    RealInterval(lower: lower, upper: upper, includesLower: false, includesUpper: true)
  }

  /// Says whether a number is inside; NaN never is.
  ///
  /// - Parameter value: A number.
  /// - Returns: True inside the interval.
  public func contains(_ value: Double) -> Bool {
    value.isFinite && (includesLower ? value >= lower : value > lower)
      && (includesUpper ? value <= upper : value < upper)
  }

  /// The interval in words: "from 0 to below 1".
  public var description: String {
    "\(includesLower ? "from" : "above") \(RealInterval.short(lower)) \(includesUpper ? "to" : "to below") "
      + RealInterval.short(upper)
  }

  /// Writes a number without a needless ".0".
  ///
  /// - Parameter value: A finite number.
  /// - Returns: The shortest text that reads back as the number.
  static func short(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
