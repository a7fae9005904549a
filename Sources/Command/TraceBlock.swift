import Experiments
import Jacobian

/// One equation of a trace: its label in NOTES.md, its formula, and lines with its numbers.
struct TraceBlock {
  /// In brackets.
  let label: String
  let formula: String
  let lines: [String]

  init(_ label: String, _ formula: String, _ lines: [String]) {
    self.label = "[\(label)]"
    self.formula = formula
    self.lines = lines
  }

  /// A vector, `y (6)`; or, for routers with an embedding for each expert, a matrix with one row for each.
  static func numbers(_ name: String, _ rows: [[Double]]) -> [String] {
    if rows.count == 1 { return TraceNumbers.lines([("\(name) (\(rows[0].count))", rows[0])]) }
    return TraceNumbers.matrix(name, rows.enumerated().map { ("  \($0)", $1) })
  }

  /// (W_r | b_r), or what belongs to it.
  static func rows(_ name: String, _ W_r: [[Double]], _ b_r: [Double]) -> [String] {
    TraceNumbers.matrix(
      name, zip(W_r, b_r).enumerated().map { index, row in ("  w_\(index) | b_\(index)", row.0 + [row.1]) })
  }

  /// A router's name with spaces after it, and what is said of it.
  static func about(_ trace: TokenTrace, _ words: String) -> String {
    "  " + trace.router.padding(toLength: max(16, trace.router.count + 1), withPad: " ", startingAt: 0) + words
  }
}
