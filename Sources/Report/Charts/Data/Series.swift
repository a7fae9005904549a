/// Points that belong together, in the order in which a line joins them.
package struct Series: Sendable, Equatable {
  /// What the legend calls it.
  package let name: String
  /// Its points.
  package let points: [Point]
  /// The range around each point, such as that of several seeds.
  package let band: [ClosedRange<Double>]?
  /// Whether it is a variant of the series of the same style: its line never solid, its markers hollow.
  package let isDashed: Bool
  /// Which colour, marker and dashes it has; its position in the chart if nil.
  package let style: Int?

  /// Creates a series.
  package init(
    name: String, points: [Point], band: [ClosedRange<Double>]? = nil, isDashed: Bool = false, style: Int? = nil
  ) {
    precondition(
      band == nil || band?.count == points.count,
      "Series: \(points.count) ranges expected, found \(band?.count ?? 0)")
    precondition(style ?? 0 >= 0, "Series: style must be at least 0, found \(style ?? 0)")
    self.name = name
    self.points = points
    self.band = band
    self.isDashed = isDashed
    self.style = style
  }
}
