import Foundation
@testable import Report
import TestSupport
import Testing

/// An axis as its ticks and labels say it, read back from a drawing.
struct DrawnAxis {
  let places: [Double]
  let values: [Double]
  let scale: Axis.Scale

  /// Reads the axis of class `x-axis` or `y-axis`.
  init(_ drawing: Markings, _ name: String, _ scale: Axis.Scale = .linear) throws {
    let ticks = try #require(drawing.of(name).first).children
    let coordinate = name == "x-axis" ? "x1" : "y1"
    places = try ticks.map { try #require($0.children.first { $0.name == "line" }).number(coordinate) }
    values = try ticks.map { tick in
      let label = try #require(tick.children.first { $0.name == "text" }).text
      return try #require(Double(label.replacingOccurrences(of: ",", with: "")))
    }
    self.scale = scale
    try #require(places.count >= 2)
  }

  /// Returns what the first and the last tick say of a coordinate.
  func value(at place: Double) -> Double {
    let last = values.count - 1
    let part = (place - places[0]) / (places[last] - places[0])
    return scale == .linear
      ? values[0] + part * (values[last] - values[0]) : values[0] * pow(values[last] / values[0], part)
  }

  /// Returns whether a value is drawn at a coordinate, but for the rounding of coordinates to tenths.
  func shows(_ value: Double, at place: Double) -> Bool {
    let (one, other) = (self.value(at: place - 0.11), self.value(at: place + 0.11))
    return min(one, other) <= value && value <= max(one, other)
  }
}

extension Box {
  /// The place that a text takes.
  init(text: String, x: Double, y: Double, anchor: Markup.Anchor) {
    let width = TextWidth.of(text)
    let left = anchor == .start ? x : anchor == .middle ? x - width / 2 : x - width
    self.init(left: left, top: y - Layout.fontSize, right: left + width, bottom: y + Layout.fontSize / 4)
  }

  func overlaps(_ other: Box) -> Bool {
    left < other.right && other.left < right && top < other.bottom && other.top < bottom
  }
}
