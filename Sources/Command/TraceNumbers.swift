import Foundation

/// Lists of numbers as a trace prints them: aligned columns, one power of ten for all of a block, in 80 columns.
enum TraceNumbers {
  /// The columns that names, shapes and the power of ten take.
  private static let labelWidth = 20
  private static let numberWidth = 8
  /// The numbers of a line; of a longer list the rest is left out, and "…" says so.
  static let perLine = 7
  /// The rows of a matrix that are shown.
  static let rows = 8
  /// The experts whose columns are shown.
  static let experts = 4 * perLine

  /// A name with its shape, and numbers; what is nil was not computed.
  typealias Row = (label: String, numbers: [Double?])

  /// Returns rows with one power of ten, which stands beside the first label unless it is 1.
  ///
  /// - Parameter rows: At least one.
  /// - Returns: Lines without spaces at their ends; the last one says how many rows were left out, if any.
  static func lines(_ rows: [Row]) -> [String] {
    let power = powerOfTen(rows)
    return body(rows, power) { $0 == 0 ? note(power) : "" }
  }

  /// Returns rows of a matrix below a line with its name, its shape and a power of ten for all of it.
  ///
  /// - Parameters:
  ///   - name: The matrix.
  ///   - rows: At least one; their labels name the rows.
  /// - Returns: Lines as ``lines(_:)`` gives them.
  static func matrix(_ name: String, _ rows: [Row]) -> [String] {
    let power = powerOfTen(rows)
    return ["  \(name) (\(rows.count)×\(rows[0].numbers.count))\(note(power))"] + body(rows, power) { _ in "" }
  }

  private static func body(_ rows: [Row], _ power: Int, note: (Int) -> String) -> [String] {
    let lines = rows.prefix(Self.rows).enumerated().map { index, row in
      line((row.label + note(index), row.numbers), row.numbers.prefix(perLine), power)
        + (row.numbers.count > perLine ? " …" : "")
    }
    return lines + (rows.count > Self.rows ? ["  … and \(rows.count - Self.rows) rows more"] : [])
  }

  /// Returns rows with one column for each expert and the experts' names above; where there are many, block after block.
  ///
  /// - Parameter rows: One number for each of N experts; every row has a power of ten of its own.
  /// - Returns: Lines without spaces at their ends; the last one says how many experts were left out, if any.
  static func columns(_ rows: [Row]) -> [String] {
    let count = rows.map(\.numbers.count).min() ?? 0
    var lines = stride(from: 0, to: min(count, experts), by: perLine).flatMap { start in
      let block = start..<min(count, experts, start + perLine)
      let heading = padded("", labelWidth) + block.map { padded("E_\($0)", left: numberWidth) }.joined()
      return [heading]
        + rows.map { row in
          let power = powerOfTen([row])
          return line((row.label + note(power), row.numbers), row.numbers[block], power)
        }
    }
    if count > experts { lines.append("  … and \(count - experts) experts more") }
    return lines
  }

  /// A number with three to four digits, for a sentence.
  static func short(_ value: Double) -> String {
    if value == 0 { return "0" }
    return String(format: abs(value) >= 0.01 && abs(value) < 1000 ? "%.3f" : "%.2e", value)
  }

  private static func line(_ row: Row, _ numbers: ArraySlice<Double?>, _ power: Int) -> String {
    let cells = numbers.map { number in
      padded(number.map { String(format: "%.3f", $0 / pow(10, Double(power))) } ?? "·", left: numberWidth)
    }
    return padded("  \(row.label)", labelWidth) + cells.joined()
  }

  private static func note(_ power: Int) -> String { power == 0 ? "" : " ×1e\(power)" }

  /// 0 where three decimals show the largest number well, or the power that leaves one digit before the point.
  private static func powerOfTen(_ rows: [Row]) -> Int {
    let largest = rows.flatMap(\.numbers).reduce(0) { max($0, abs($1 ?? 0)) }
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
