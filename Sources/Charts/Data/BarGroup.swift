/// The bars of one colour, one for each category of a bar chart.
public struct BarGroup: Sendable, Equatable {
  /// What the legend calls it.
  public let name: String
  /// A value for each category; nil where nothing was measured.
  public let values: [Double?]
  /// The interval of each value; empty if there are none.
  public let intervals: [ClosedRange<Double>?]

  /// Creates the bars of one colour.
  ///
  /// - Parameters:
  ///   - name: What the legend calls it.
  ///   - values: A value for each category; nil where nothing was measured.
  ///   - intervals: The interval of each value; empty if there are none.
  public init(name: String, values: [Double?], intervals: [ClosedRange<Double>?] = []) {
    precondition(
      intervals.isEmpty || intervals.count == values.count,
      "BarGroup: \(values.count) intervals expected, found \(intervals.count)")
    self.name = name
    self.values = values
    self.intervals = intervals
  }
}
