/// The bars of one colour, one for each category of a bar chart.
package struct BarGroup: Sendable, Equatable {
  /// What the legend calls it.
  package let name: String
  /// A value for each category; nil where nothing was measured.
  package let values: [Double?]
  /// The interval of each value; empty if there are none.
  package let intervals: [ClosedRange<Double>?]
  /// Which colour and hatching it has; its position in the chart if nil.
  package let style: Int?

  /// Creates the bars of one colour.
  package init(name: String, values: [Double?], intervals: [ClosedRange<Double>?] = [], style: Int? = nil) {
    precondition(
      intervals.isEmpty || intervals.count == values.count,
      "BarGroup: \(values.count) intervals expected, found \(intervals.count)")
    precondition(style ?? 0 >= 0, "BarGroup: style must be at least 0, found \(style ?? 0)")
    self.name = name
    self.values = values
    self.intervals = intervals
    self.style = style
  }
}
