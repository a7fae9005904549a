import Foundation

/// Numbers as a trace shows them: aligned columns, one power of ten for all of a block, in 80 columns.
package enum TracedNumbers: Sendable {
  case lists([Row])  // Lists, each beside its name; the power of ten stands beside the first
  case matrix(String, [Row])  // The rows of a matrix below a line with its name, its shape and its power of ten
  /// One number for each of N experts, whose names stand above; every row has a power of ten of its own. Where there are
  /// many experts, block after block.
  case columns([Row])
  case sentence(String)  // What is said between numbers

  /// A name with its shape, and numbers; what is nil was not computed.
  package typealias Row = (label: String, numbers: [Double?])

  /// A vector, `y (6)`; or, for routers with an embedding for each expert, a matrix with one row for each.
  static func numbers(_ name: String, _ rows: [[Double]]) -> TracedNumbers {
    rows.count == 1
      ? .lists([("\(name) (\(rows[0].count))", rows[0])]) : .matrix(name, rows.enumerated().map { ("  \($0)", $1) })
  }

  /// (W_r | b_r), or what belongs to it.
  static func rows(_ name: String, _ W_r: [[Double]], _ b_r: [Double]) -> TracedNumbers {
    .matrix(name, zip(W_r, b_r).enumerated().map { index, row in ("  w_\(index) | b_\(index)", row.0 + [row.1]) })
  }

  /// The columns that names, shapes and the power of ten take, and those of a number.
  private static let (labelWidth, numberWidth) = (20, 8)
  /// The numbers of a line and the rows of a matrix; of more the rest is left out, which the lines say.
  private static let (perLine, mostRows) = (7, 8)
  private static let mostExperts = 4 * perLine  // The experts whose columns are shown

  /// Without spaces at their ends.
  package var lines: [String] {
    switch self {
    case .sentence(let text): return ["  " + text]
    case .lists(let rows):
      let power = Self.powerOfTen(rows)
      return Self.body(rows, power) { $0 == 0 ? Self.note(power) : "" }
    case .matrix(let name, let rows):
      let power = Self.powerOfTen(rows)
      return ["  \(name) (\(rows.count)×\(rows[0].numbers.count))\(Self.note(power))"]
        + Self.body(rows, power) { _ in "" }
    case .columns(let rows):
      let count = rows.map(\.numbers.count).min() ?? 0
      var lines = stride(from: 0, to: min(count, Self.mostExperts), by: Self.perLine).flatMap { start in
        let block = start..<min(count, Self.mostExperts, start + Self.perLine)
        let names = block.map { Self.flushRight("E_\($0)") }.joined()
        return [Self.flushLeft("") + names]
          + rows.map { row in
            let power = Self.powerOfTen([row])
            return Self.line(row.label + Self.note(power), row.numbers[block], power)
          }
      }
      if count > Self.mostExperts { lines.append("  … and \(count - Self.mostExperts) experts more") }
      return lines
    }
  }

  private static func body(_ rows: [Row], _ power: Int, note: (Int) -> String) -> [String] {
    let lines = rows.prefix(mostRows).enumerated().map { index, row in
      line(row.label + note(index), row.numbers.prefix(perLine), power) + (row.numbers.count > perLine ? " …" : "")
    }
    return lines + (rows.count > mostRows ? ["  … and \(rows.count - mostRows) rows more"] : [])
  }

  private static func line(_ label: String, _ numbers: ArraySlice<Double?>, _ power: Int) -> String {
    let cells = numbers.map { number in
      flushRight(number.map { String(format: "%.3f", $0 / pow(10, Double(power))) } ?? "·")
    }
    return flushLeft("  \(label)") + cells.joined()
  }

  private static func note(_ power: Int) -> String { power == 0 ? "" : " ×1e\(power)" }

  /// 0 where three decimals show the largest number well, or the power that leaves one digit before the point.
  private static func powerOfTen(_ rows: [Row]) -> Int {
    let largest = rows.flatMap(\.numbers).reduce(0) { max($0, abs($1 ?? 0)) }
    if largest == 0 || !largest.isFinite || largest >= 0.1 && largest < 100 { return 0 }
    return Int(log10(largest).rounded(.down))
  }

  private static func flushLeft(_ text: String) -> String {
    text + String(repeating: " ", count: max(1, labelWidth - text.count))
  }

  private static func flushRight(_ text: String) -> String {
    String(repeating: " ", count: max(1, numberWidth - text.count)) + text
  }
}

extension Double {
  /// The number with three to four digits, for a sentence.
  var short: String {
    self == 0 ? "0" : String(format: abs(self) >= 0.01 && abs(self) < 1000 ? "%.3f" : "%.2e", self)
  }
}
