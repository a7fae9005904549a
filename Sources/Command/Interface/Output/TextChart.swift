import Foundation

/// A small chart of points for a terminal: marks over an axis, one mark for each series.
public struct TextChart: Sendable {
  /// Points that belong together.
  public struct Series: Sendable {
    /// What the legend calls it.
    public let name: String
    /// The points, in any order.
    public let points: [(x: Double, y: Double)]

    /// Names points.
    ///
    /// - Parameters:
    ///   - name: What the legend calls it.
    ///   - points: The points, in any order.
    public init(_ name: String, _ points: [(x: Double, y: Double)]) {
      self.name = name.onOneLine
      self.points = points
    }
  }

  /// How x becomes a column.
  public enum Scale: Sendable {
    /// Equal distances for equal differences.
    case linear
    /// Equal distances for equal ratios; numbers must be above 0.
    case logarithmic
  }

  /// The rows between the highest and the lowest number, both included.
  public static let height = 9
  /// The narrowest chart that says something.
  public static let minimumWidth = 60
  /// Wider ones are no easier to read.
  static let maximumWidth = 80
  private static let marks = Array("●○▲△■□◆◇★☆")
  /// Where several series have the same place.
  private static let shared: Character = "✱"

  /// What is drawn, and against what.
  let title: String
  /// What stands at the end of the axis below.
  let axis: String
  let scale: Scale
  let series: [Series]

  /// Describes a chart.
  ///
  /// - Parameters:
  ///   - title: What is drawn, and against what.
  ///   - axis: What stands at the end of the axis below.
  ///   - scale: How x becomes a column.
  ///   - series: At most ten have marks of their own.
  public init(_ title: String, axis: String, scale: Scale = .linear, _ series: [Series]) {
    self.title = title.onOneLine
    self.axis = axis.onOneLine
    self.scale = scale
    self.series = series
  }

  /// Returns the chart as lines.
  ///
  /// - Parameters:
  ///   - width: The longest line in characters, at least ``minimumWidth``.
  ///   - style: How the title is set off.
  /// - Returns: Lines joined by line feeds; nil if no point can be drawn.
  func text(width: Int, style: TextStyle) -> String? {
    precondition(
      width >= Self.minimumWidth, "TextChart.text: width must be at least \(Self.minimumWidth), found \(width)")
    let drawn = series.map { $0.points.filter(hasPlace) }
    guard let plane = ChartPlane(of: drawn, scale, width: min(width, Self.maximumWidth), axis: axis) else { return nil }
    var lines = [style.bold(title)] + plane.lines(marks: series.indices.map(mark), shared: Self.shared)
    // One series is what the title names; an entry of the legend is never broken.
    let entries = series.indices.map { "\(mark($0)) \(series[$0].name)" }
    if series.count > 1 {
      lines += HelpText.wrapped(
        (entries + (plane.hasShared ? ["\(Self.shared) several"] : [])).map { $0.replacing(" ", with: "\u{A0}") }
          .joined(separator: " "), width: width
      ).map { $0.replacing("\u{A0}", with: " ") }
    }
    let missing = zip(series, drawn).reduce(0) { $0 + $1.0.points.count - $1.1.count }
    if missing > 0 {
      lines.append("not drawn: \(missing == 1 ? "1 point" : "\(missing) points") without a finite place")
    }
    return lines.joined(separator: "\n")
  }

  private func mark(_ index: Int) -> Character { Self.marks[index % Self.marks.count] }

  private func hasPlace(_ point: (x: Double, y: Double)) -> Bool {
    point.x.isFinite && point.y.isFinite && (scale == .linear || point.x > 0)
  }
}
