import Foundation

/// Numbers as text, the same in every locale.
package enum Numeral {
  /// The longest plain notation of a tick; longer ones are written with an exponent.
  private static let longestTick = 7

  /// Returns a number rounded to significant digits, but for its integer part, without zeros at its end.
  package static func value(_ value: Double, digits: Int = 4) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-∞" : "∞" }
    if value == 0 { return "0" }
    let scientific = scientific(value, digits: digits - 1)
    let exponent = exponent(scientific)
    return (-4..<7).contains(exponent) ? trimmed(fixed(value, decimals: max(0, digits - 1 - exponent))) : scientific
  }

  /// Returns a number with so many digits after the point, or, if nil or where that is too long for a table, with six
  /// significant ones.
  package static func text(_ value: Double, digits: Int?) -> String {
    guard let digits, !(abs(value) >= 1e12) else { return Numeral.value(value, digits: 6) }
    return String(format: "%.*f", digits, value)
  }

  /// Returns a number of things with all its digits.
  package static func count(_ count: Int) -> String { fixed(Double(count), decimals: 0) }

  /// Returns the labels of ticks that are `step` apart: with as many decimals as tell them apart, or with exponents if
  /// that is shorter.
  package static func ticks(_ values: [Double], step: Double) -> [String] {
    let last = Int((log10(step) + 1e-9).rounded(.down))
    return shorter(
      values.map { fixed($0, decimals: max(0, -last)) },
      values.map { value in
        value == 0 ? "0" : scientific(value, digits: max(0, Int((log10(abs(value)) + 1e-9).rounded(.down)) - last))
      })
  }

  /// Returns the labels of ticks whose ratios are round.
  package static func ticks(ratios values: [Double]) -> [String] {
    shorter(
      values.map { trimmed(fixed($0, decimals: max(0, 6 - Int(log10($0).rounded(.down))))) },
      values.map { scientific($0, digits: 6) })
  }

  private static func shorter(_ plain: [String], _ scientific: [String]) -> [String] {
    let (one, other) = (plain.map(\.count).max() ?? 0, scientific.map(\.count).max() ?? 0)
    return one <= longestTick || one <= other ? plain : scientific
  }

  private static func fixed(_ value: Double, decimals: Int) -> String {
    let text = String(format: "%.*f", decimals, value)
    let isNegative = text.hasPrefix("-")
    let parts = text.drop { $0 == "-" }.split(separator: ".")
    var whole = ""
    for (index, digit) in parts[0].enumerated() {
      if index > 0 && (parts[0].count - index).isMultiple(of: 3) { whole += "," }
      whole.append(digit)
    }
    let isZero = text.allSatisfy { "-0.".contains($0) }
    return (isNegative && !isZero ? "-" : "") + whole + (parts.count > 1 ? "." + parts[1] : "")
  }

  private static func scientific(_ value: Double, digits: Int) -> String {
    let text = String(format: "%.*e", digits, value)
    let parts = text.split(separator: "e")
    return "\(trimmed(String(parts[0])))e\(Int(parts[1]) ?? 0)"
  }

  private static func exponent(_ scientific: String) -> Int {
    scientific.split(separator: "e").last.flatMap { Int($0) } ?? 0
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    let digits = text.prefix(text.count - text.reversed().prefix { $0 == "0" }.count)
    return String(digits.hasSuffix(".") ? digits.dropLast() : digits)
  }
}
