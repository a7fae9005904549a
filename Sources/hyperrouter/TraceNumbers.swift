import Foundation

/// Lists of numbers as a trace prints them: aligned columns, one power of ten for all of a block, in 80 columns.
struct TraceNumbers {
  /// The columns that names, shapes and the power of ten take.
  static let labelWidth = 20
  private static let numberWidth = 8
  /// The numbers of a line; a longer list ends with "…" or goes on below.
  static let perLine = 7
  /// The rows of a matrix that are shown.
  static let rows = 8

  /// One line of a block.
  struct Row {
    let label: String
    let numbers: [Double]
    /// Whether a list that is too long goes on in the next lines, or is cut.
    let isWhole: Bool

    init(_ label: String, _ numbers: [Double], whole: Bool = false) {
      self.label = label
      self.numbers = numbers
      isWhole = whole
    }
  }

  /// Returns rows that share one power of ten, which stands beside the first label unless it is 1.
  ///
  /// - Parameter rows: At least one; rows beyond ``rows`` are counted, not shown.
  /// - Returns: Lines without spaces at their ends.
  static func lines(_ rows: [Row]) -> [String] {
    let power = powerOfTen(rows.flatMap(\.numbers))
    let shown = rows.prefix(Self.rows)
    var lines = shown.enumerated().flatMap { index, row in
      Self.lines(row, power, note: index == 0 && power != 0 ? " ×1e\(power)" : "")
    }
    if shown.count < rows.count { lines.append("  … and \(rows.count - shown.count) rows more") }
    return lines
  }

  /// Returns headings of columns, such as the names of experts, to stand above numbers.
  static func heading(_ names: [String]) -> String {
    padded("", labelWidth) + names.prefix(perLine).map { padded($0, left: numberWidth) }.joined()
  }

  /// A number with three to four digits, for a sentence.
  static func short(_ value: Double) -> String {
    if value == 0 { return "0" }
    return String(format: abs(value) >= 0.01 && abs(value) < 1000 ? "%.3f" : "%.2e", value)
  }

  private static func lines(_ row: Row, _ power: Int, note: String) -> [String] {
    let cells = row.numbers.map { padded(String(format: "%.3f", $0 / pow(10, Double(power))), left: numberWidth) }
    let label = padded("  \(row.label)\(note)", labelWidth)
    if !row.isWhole {
      return [label + cells.prefix(perLine).joined() + (cells.count > perLine ? " …" : "")]
    }
    return stride(from: 0, to: cells.count, by: perLine).map { start in
      (start == 0 ? label : padded("", labelWidth)) + cells[start..<min(cells.count, start + perLine)].joined()
    }
  }

  /// 0 where three decimals show the largest number well, or the power that leaves one digit before the point.
  private static func powerOfTen(_ numbers: [Double]) -> Int {
    let largest = numbers.reduce(0) { max($0, abs($1)) }
    if largest == 0 || !largest.isFinite || largest >= 0.1 && largest < 100 { return 0 }
    return Int(log10(largest).rounded(.down))
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }

  private static func padded(_ text: String, left width: Int) -> String {
    String(repeating: " ", count: max(1, width - text.count)) + text
  }
}
