/// The bars of one colour, one for each category of a bar chart.
public struct BarGroup: Sendable, Equatable {
  /// What the legend calls it.
  public let name: String
  /// A value for each category; nil where nothing was measured.
  public let values: [Double?]
  /// The interval of each value; empty if there are none.
  public let intervals: [ClosedRange<Double>?]
  /// Which colour and hatching it has; its position in the chart if nil.
  public let style: Int?

  /// Creates the bars of one colour.
  ///
  /// - Parameters:
  ///   - name: What the legend calls it.
  ///   - values: A value for each category; nil where nothing was measured.
  ///   - intervals: The interval of each value; empty if there are none.
  ///   - style: Which colour and hatching it has, at least 0, so that a thing looks the same in several charts.
  public init(name: String, values: [Double?], intervals: [ClosedRange<Double>?] = [], style: Int? = nil) {
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
