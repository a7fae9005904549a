import Foundation
import Tables

/// A small chart of points for a terminal: marks over an axis, one mark for each series.
package struct TextChart: Sendable {
  /// The rows between the highest and the lowest number, both included.
  static let height = 9
  /// The narrowest chart that says something.
  package static let minimumWidth = 60
  /// Wider ones are no easier to read.
  static let maximumWidth = 80
  private static let marks = Array("●○▲△■□◆◇★☆")
  /// Where several series have the same place.
  private static let shared: Character = "✱"

  /// What is drawn, and against what.
  let title: String
  /// Its label stands at the end of the axis below.
  let x: Axis
  let series: [Series]

  /// At most ten series have marks of their own.
  init(_ title: String, x: Axis, _ series: [Series]) {
    (self.title, self.x, self.series) = (title.onOneLine, x, series)
  }

  /// The chart as lines, joined by line feeds; nil if no point can be drawn.
  ///
  /// - Parameter width: The longest line in characters, at least ``minimumWidth``.
  package func text(width: Int, style: TextStyle = TextStyle(isColoured: false)) -> String? {
    precondition(
      width >= Self.minimumWidth, "TextChart.text: width must be at least \(Self.minimumWidth), found \(width)")
    let drawn = series.map { $0.points.filter(hasPlace) }
    guard let plane = Plane(of: drawn, x, width: min(width, Self.maximumWidth)) else { return nil }
    let marks = series.indices.map { Self.marks[$0 % Self.marks.count] }
    var lines = [style.bold(title)] + plane.lines(marks: marks, shared: Self.shared)
    // One series is what the title names; an entry of the legend is never broken.
    if series.count > 1 {
      let entries = zip(marks, series).map { "\($0) \($1.name.onOneLine)" }
      let legend = (entries + (plane.hasShared ? ["\(Self.shared) several"] : []))
        .map { $0.replacing(" ", with: "\u{A0}") }.joined(separator: " ")
      lines += legend.wrapped(to: width).map { $0.replacing("\u{A0}", with: " ") }
    }
    let missing = series.reduce(0) { $0 + $1.points.count } - drawn.joined().count
    if missing > 0 { lines.append("not drawn: \(Wording.count(missing, "point")) without a finite place") }
    return lines.joined(separator: "\n")
  }

  private func hasPlace(_ point: Point) -> Bool {
    point.x.isFinite && point.y.isFinite && (x.scale == .linear || point.x > 0)
  }
}

/// The rows and columns of a chart, and which number stands where.
private struct Plane {
  /// A row or column for each number of an interval.
  private struct Side {
    let lower: Double
    let upper: Double
    /// The number of places.
    let count: Int

    /// The place of a number, the lowest first; the middle where there is only one number.
    func place(_ value: Double) -> Int {
      // Halves, so that no difference is beyond what a number can be.
      let span = upper / 2 - lower / 2
      guard span > 0 else { return (count - 1) / 2 }
      return Int(((value / 2 - lower / 2) / span * Double(count - 1)).rounded())
    }

    func value(_ place: Int) -> Double {
      let share = Double(place) / Double(count - 1)
      return lower * (1 - share) + upper * share
    }
  }

  private let axis: Axis
  private let horizontal: Side
  /// All x, ascending.
  private let ticks: [Double]
  /// What stands before each row, all equally long.
  private let labels: [String]
  /// The series at each place of each row, the uppermost first; −1 where there are several, nil where there is none.
  private var cells: [[Int?]]

  /// Arranges points that have a place; nil without one.
  init?(of series: [[Point]], _ axis: Axis, width: Int) {
    let (xs, ys) = (Set(series.joined().map(\.x)).sorted(), series.joined().map(\.y))
    guard let left = xs.first, let right = xs.last, let low = ys.min(), let high = ys.max() else { return nil }
    self.axis = axis
    ticks = xs
    let vertical = Side(lower: low, upper: high, count: TextChart.height)
    let middle = (TextChart.height - 1) / 2
    let labelled = low < high ? [0, middle, TextChart.height - 1] : [middle]
    let texts = (0..<TextChart.height).reversed().map { place in
      labelled.contains(place) ? Self.text(vertical.value(place), span: high - low) : ""
    }
    let longest = texts.map(\.count).max() ?? 0
    labels = texts.map { $0.padded(to: longest) }
    let logarithmic = axis.scale == .logarithmic
    // The label, a space, the axis; a place free on both sides; a space and the axis's name.
    horizontal = Side(
      lower: logarithmic ? log2(left) : left, upper: logarithmic ? log2(right) : right,
      count: max(2, width - longest - 2 - 2 - (axis.label.count + 1)))
    cells = Array(repeating: Array(repeating: nil, count: horizontal.count), count: TextChart.height)
    for (index, points) in series.enumerated() {
      for point in points {
        let (row, column) = (TextChart.height - 1 - vertical.place(point.y), column(of: point.x))
        let before = cells[row][column]
        cells[row][column] = before == nil || before == index ? index : -1
      }
    }
  }

  var hasShared: Bool { cells.joined().contains(-1) }

  private func column(of x: Double) -> Int { horizontal.place(axis.scale == .logarithmic ? log2(x) : x) }

  /// The rows, the axis and its numbers, without spaces at their ends.
  func lines(marks: [Character], shared: Character) -> [String] {
    let rows = zip(labels, cells).map { label, cells in
      let row = cells.map { $0.map { $0 < 0 ? shared : marks[$0] } ?? " " }
      return label + (label.allSatisfy { $0 == " " } ? " │ " : " ┤ ") + String(row)
    }
    let margin = String(repeating: " ", count: labels[0].count + 1)
    var line = Array(repeating: Character("─"), count: horizontal.count)
    var numbers = Array(repeating: Character(" "), count: horizontal.count + axis.label.count + 2)
    for (column, start, text) in shownTicks {
      line[column] = "┬"
      numbers.replaceSubrange(start..<start + text.count, with: text)
    }
    return (rows + [margin + "└─" + String(line) + "─ " + axis.label, margin + "  " + String(numbers)])
      .map(\.withoutTrailingSpaces)
  }

  /// The first, the last, and of the others those that have room: where they are, where their text begins, and the text.
  private var shownTicks: [(column: Int, start: Int, text: String)] {
    let all = ticks.map { tick in
      let (column, text) = (column(of: tick), Int(exactly: tick).map(String.init) ?? String(format: "%.4g", tick))
      // The room to the right of the last column is that of the axis's name.
      let end = horizontal.count + axis.label.count + 1
      return (column: column, start: max(0, min(column - text.count / 2, end - text.count)), text: text)
    }
    guard let last = all.last else { return [] }
    return all.dropLast().reduce(into: []) { shown, tick in
      let isFree = shown.last.map { $0.start + $0.text.count + 1 < tick.start } ?? true
      if isFree, tick.start + tick.text.count + 1 < last.start { shown.append(tick) }
    } + [last]
  }

  /// A number with as many digits as tell rows apart.
  private static func text(_ value: Double, span: Double) -> String {
    guard abs(value) < 1e6, span == 0 || (1e-6...1e6).contains(span) else { return String(format: "%.4g", value) }
    let digits = span > 0 ? max(0, min(8, 2 - Int(log10(span).rounded(.down)))) : 3
    return String(format: "%.\(digits)f", value)
  }
}
