import Foundation

/// An axis with its place in a drawing: values become coordinates.
struct PlotScale {
  let axis: Axis
  let ticks: Ticks
  /// The coordinate of the first tick.
  let start: Double
  /// The coordinate of the last tick.
  let end: Double

  /// Chooses the ticks of an axis.
  init(axis: Axis, values: [Double], start: Double, end: Double, most: Int, isHorizontal: Bool = false) {
    let drawn = values.filter { Omissions.reason(against: $0, on: axis.scale) == nil }
    let zero: [Double] = axis.includesZero && axis.scale == .linear ? [0] : []
    let fallback: ClosedRange<Double> = axis.scale == .linear ? 0...1 : 1...10
    let range = (drawn + zero).min().flatMap { low in (drawn + zero).max().map { low...$0 } } ?? fallback
    let base: Double = drawn.allSatisfy { $0.significand == 1 } ? 2 : 10
    (self.axis, self.start, self.end) = (axis, start, end)
    var (count, ticks) = (most, Ticks.linear(range, atMost: most))
    while true {
      switch axis.scale {
      case .linear: ticks = Ticks.linear(range, atMost: count)
      case .logarithmic: ticks = Ticks.logarithmic(range, base: base, atMost: count)
      }
      let scale = PlotScale(axis: axis, ticks: ticks, start: start, end: end)
      if count == 2 || !isHorizontal || scale.hasRoomForLabels { break }
      count -= 1
    }
    self.ticks = ticks
  }

  private init(axis: Axis, ticks: Ticks, start: Double, end: Double) {
    (self.axis, self.ticks, self.start, self.end) = (axis, ticks, start, end)
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
