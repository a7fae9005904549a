import Foundation
import Tables

/// An axis with its place in a drawing: values become coordinates.
struct PlotScale {
  let axis: Axis
  let ticks: Ticks
  let start: Double
  let end: Double
}

extension PlotScale {
  /// Chooses the ticks of an axis.
  init(axis: Axis, values: [Double], start: Double, end: Double, most: Int, isHorizontal: Bool = false) {
    let drawn = values.filter { Omissions.reason(against: $0, on: axis.scale) == nil }
    let zero: [Double] = axis.includesZero && axis.scale == .linear ? [0] : []
    let fallback: ClosedRange<Double> = axis.scale == .linear ? 0...1 : 1...10
    let range = (drawn + zero).min().flatMap { low in (drawn + zero).max().map { low...$0 } } ?? fallback
    let base: Double = drawn.allSatisfy { $0.significand == 1 } ? 2 : 10
    var count = most
    repeat {
      let ticks =
        axis.scale == .linear
        ? Ticks.linear(range, atMost: count) : Ticks.logarithmic(range, base: base, atMost: count)
      self.init(axis: axis, ticks: ticks, start: start, end: end)
      count -= 1
    } while count >= 2 && isHorizontal && !hasRoomForLabels
  }

  /// Returns the coordinate of a value that can be drawn.
  func position(_ value: Double) -> Double {
    guard let first = ticks.values.first, let last = ticks.values.last else { return start }
    switch axis.scale {
    case .linear: return start + (value - first) / (last - first) * (end - start)
    case .logarithmic: return start + log(value / first) / log(last / first) * (end - start)
    }
  }

  /// The middle of each label below a horizontal axis; the outer ones stay inside the drawing.
  var labelPositions: [Double] {
    zip(ticks.values, ticks.labels).map { value, label in
      let half = TextWidth.of(label) / 2
      return max(half, min(Layout.width - half, position(value)))
    }
  }

  private var hasRoomForLabels: Bool {
    let middles = labelPositions
    let halves = ticks.labels.map { TextWidth.of($0) / 2 }
    return middles.indices.dropFirst().allSatisfy {
      middles[$0] - middles[$0 - 1] >= halves[$0] + halves[$0 - 1] + Layout.gap
    }
  }
}

/// Round values along an axis; the axis begins at the first and ends at the last.
struct Ticks: Equatable {
  let values: [Double]
  let labels: [String]
}

extension Ticks {
  /// Ticks at multiples of 1, 2 or 5 times a power of ten: the finest of which there are not too many.
  static func linear(_ range: ClosedRange<Double>, atMost most: Int) -> Ticks {
    let size = max(abs(range.lowerBound), abs(range.upperBound))
    // Too narrow a range, or none, is widened: neighbouring ticks must be different numbers.
    let least = max(size * 1e-6, 1e-290)
    let isConstant = range.upperBound - range.lowerBound < least
    let margin = !isConstant ? 0 : range.lowerBound == range.upperBound ? (size > 1e-290 ? size / 4 : 1) : least
    let (low, high) = (range.lowerBound - margin, range.upperBound + margin)
    var exponent = Int(log10((high - low) / Double(most)).rounded(.down))
    while true {
      for factor in [1.0, 2, 5] {
        // Powers of ten with positive exponents are exact, and so are quotients rounded once.
        func multiple(_ count: Double) -> Double {
          exponent < 0 && exponent > -300
            ? count * factor / pow(10, Double(-exponent))
            : count * factor * pow(10, Double(exponent))
        }
        let first = (low / multiple(1) + 1e-9).rounded(.down)
        let last = (high / multiple(1) - 1e-9).rounded(.up)
        if last - first + 1 <= Double(most), last > first {
          let values = (0...Int(last - first)).map { multiple(first + Double($0)) }
          return Ticks(values: values, labels: Numeral.ticks(values, step: multiple(1)))
        }
      }
      exponent += 1
    }
  }

  /// Ticks at powers of a base, or, for less than two powers of ten, at 1, 2 and 5 times such.
  static func logarithmic(_ range: ClosedRange<Double>, base: Double, atMost most: Int) -> Ticks {
    let (low, high) = (range.lowerBound, range.upperBound)
    if base == 10 && low < high && high / low < 3 {
      let ticks = linear(range, atMost: most)
      if let first = ticks.values.first, first > 0 { return Ticks(ratios: ticks.values) }
    }
    let power = { (value: Double) in base == 2 ? log2(value) : log10(value) }
    var (first, last) = ((power(low) + 1e-9).rounded(.down), (power(high) - 1e-9).rounded(.up))
    if first == last { (first, last) = (first - 1, last + 1) }
    if base == 10 && last - first <= 2 {
      let all = (Int(first)...Int(last)).flatMap { exponent in [1, 2, 5].map { $0 * pow(10, Double(exponent)) } }
      let start = all.lastIndex { $0 <= low * (1 + 1e-9) } ?? 0
      let end = all.firstIndex { $0 >= high * (1 - 1e-9) } ?? all.count - 1
      if start < end && end - start < most { return Ticks(ratios: Array(all[start...end])) }
    }
    let step = max(1, ((last - first) / Double(most - 1)).rounded(.up))
    let count = max(1, ((last - first) / step).rounded(.up))
    return Ticks(ratios: (0...Int(count)).map { pow(base, first + Double($0) * step) })
  }

  private init(ratios values: [Double]) { self.init(values: values, labels: Numeral.ticks(ratios: values)) }
}
