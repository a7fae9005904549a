import Tables

/// Counts what cannot be drawn, so that it is said.
struct Omissions: Equatable {
  /// Why a value has no place.
  enum Reason {
    /// NaN or infinite.
    case notFinite
    /// Zero or negative on a logarithmic axis.
    case notPositive
    /// Beyond what differences of numbers can hold.
    case tooLarge
  }

  private var counts: [Reason: Int] = [:]

  /// Returns why a value cannot be drawn, nil if it can.
  static func reason(against value: Double, on scale: Axis.Scale) -> Reason? {
    if !value.isFinite { return .notFinite }
    if scale == .logarithmic && value <= 0 { return .notPositive }
    return abs(value) > 1e300 || (scale == .logarithmic && value < 1e-300) ? .tooLarge : nil
  }

  /// Returns whether all values of one thing can be drawn; counts the thing if not.
  mutating func draws(_ values: (Double, Axis.Scale)...) -> Bool {
    guard let reason = values.lazy.compactMap({ Omissions.reason(against: $0.0, on: $0.1) }).first else { return true }
    counts[reason, default: 0] += 1
    return false
  }

  /// Returns whether a range can be drawn; counts it if not.
  mutating func draws(_ range: ClosedRange<Double>, _ scale: Axis.Scale) -> Bool {
    draws((range.lowerBound, scale), (range.upperBound, scale))
  }

  /// One clause for each reason.
  var sentences: [String] {
    [
      sentence(.notFinite, "not finite"), sentence(.notPositive, "not above 0, where the axis is logarithmic"),
      sentence(.tooLarge, "too far from 1 to be drawn"),
    ].compactMap { $0 }
  }

  private func sentence(_ reason: Reason, _ words: String) -> String? {
    counts[reason].map { $0 == 1 ? "1 value is \(words)" : "\(Numeral.count($0)) values are \(words)" }
  }
}
