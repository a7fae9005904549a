import Foundation

/// The rows and columns of a chart, and which number stands where.
struct ChartPlane {
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

    /// The number at a place.
    func value(_ place: Int) -> Double {
      let share = Double(place) / Double(count - 1)
      return lower * (1 - share) + upper * share
    }
  }

  private let scale: TextChart.Scale
  private let axis: String
  private let horizontal: Side
  private let vertical: Side
  /// All x, ascending.
  private let ticks: [Double]
  /// What stands before each row, all equally long.
  private let labels: [String]
  /// The series at each place of each row, the uppermost first; −1 where there are several, nil where there is none.
  private var cells: [[Int?]]

  /// Arranges points.
  init?(of series: [[(x: Double, y: Double)]], _ scale: TextChart.Scale, width: Int, axis: String) {
    let points = series.joined()
    let (xs, ys) = (Set(points.map(\.x)).sorted(), points.map(\.y))
    guard let left = xs.first, let right = xs.last, let low = ys.min(), let high = ys.max() else { return nil }
    self.scale = scale
    self.axis = axis
    ticks = xs
    let vertical = Side(lower: low, upper: high, count: TextChart.height)
    self.vertical = vertical
    let middle = (TextChart.height - 1) / 2
    let labelled = low < high ? [0, middle, TextChart.height - 1] : [middle]
    let texts = (0..<TextChart.height).reversed().map { place in
      labelled.contains(place) ? Self.text(vertical.value(place), span: high - low) : ""
    }
    let longest = texts.map(\.count).max() ?? 0
    labels = texts.map { String(repeating: " ", count: longest - $0.count) + $0 }
    // The label, a space, the axis; a place free on both sides; a space and the axis's name.
    horizontal = Side(
      lower: Self.scaled(left, scale), upper: Self.scaled(right, scale),
      count: max(2, width - longest - 2 - 2 - (axis.count + 1)))
    cells = Array(repeating: Array(repeating: nil, count: horizontal.count), count: TextChart.height)
    for (index, points) in series.enumerated() {
      for point in points {
        let row = TextChart.height - 1 - vertical.place(point.y)
        let column = horizontal.place(Self.scaled(point.x, scale))
        let before = cells[row][column]
        cells[row][column] = before == nil || before == index ? index : -1
      }
    }
  }

  /// Whether two series have a place in common.
  var hasShared: Bool { cells.joined().contains(-1) }

  /// The rows, the axis and its numbers.
  func lines(marks: [Character], shared: Character) -> [String] {
    let rows = zip(labels, cells).map { label, cells in
      let row = cells.map { $0.map { $0 < 0 ? shared : marks[$0] } ?? " " }
      return label + (label.allSatisfy { $0 == " " } ? " │ " : " ┤ ") + String(row)
    }
    let margin = String(repeating: " ", count: labels[0].count + 1)
    var line = Array(repeating: Character("─"), count: horizontal.count)
    var numbers = Array(repeating: Character(" "), count: horizontal.count + axis.count + 2)
    for (column, start, text) in shownTicks {
      line[column] = "┬"
      numbers.replaceSubrange(start..<start + text.count, with: text)
    }
    return (rows + [margin + "└─" + String(line) + "─ " + axis, margin + "  " + String(numbers)]).map(Self.trimmed)
  }

  /// The first, the last, and of the others those that have room: where they are, where their text begins, and the text.
  private var shownTicks: [(column: Int, start: Int, text: String)] {
    let all = ticks.map { tick in
      let (column, text) = (horizontal.place(Self.scaled(tick, scale)), Self.text(tick))
      // The room to the right of the last column is that of the axis's name.
      let end = horizontal.count + axis.count + 1
      return (column: column, start: max(0, min(column - text.count / 2, end - text.count)), text: text)
    }
    guard let last = all.last else { return [] }
    var shown: [(column: Int, start: Int, text: String)] = []
    for tick in all.dropLast() {
      let isFree = shown.last.map { $0.start + $0.text.count + 1 < tick.start } ?? true
      if isFree, tick.start + tick.text.count + 1 < last.start { shown.append(tick) }
    }
    return shown + [last]
  }

  private static func scaled(_ x: Double, _ scale: TextChart.Scale) -> Double { scale == .linear ? x : log2(x) }

  /// A number with as many digits as tell rows apart.
  private static func text(_ value: Double, span: Double) -> String {
    guard abs(value) < 1e6, span == 0 || (1e-6...1e6).contains(span) else { return String(format: "%.4g", value) }
    let digits = span > 0 ? max(0, min(8, 2 - Int(log10(span).rounded(.down)))) : 3
    return String(format: "%.\(digits)f", value)
  }

  private static func text(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? String(format: "%.4g", value)
  }

  private static func trimmed(_ line: String) -> String {
    String(line.prefix(line.count - line.reversed().prefix { $0 == " " }.count))
  }
}
