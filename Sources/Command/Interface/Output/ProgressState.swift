import Foundation
import Tables

/// Where a run stands, and how that looks in a given number of columns.
public struct ProgressState: Sendable, Equatable {
  /// What is going on.
  public var label: String
  /// What the loss is counted in: bits per character, or per word.
  public var symbol = "character"
  /// How many steps are done.
  public var step: Int
  /// How many there will be.
  public var steps: Int
  /// The loss in bits per character, once there is one.
  public var bitsPerCharacter: Double?
  /// The recent speed, once it was measured.
  public var tokensPerSecond: Double?
  /// The time left at the recent speed, once it was measured.
  public var secondsLeft: Double?

  /// Describes where a run stands.
  ///
  /// - Parameters:
  ///   - label: What is going on.
  ///   - step: How many steps are done.
  ///   - steps: How many there will be.
  ///   - bitsPerCharacter: The loss in bits per character, once there is one.
  ///   - tokensPerSecond: The recent speed, once it was measured.
  ///   - secondsLeft: The time left at the recent speed, once it was measured.
  public init(
    label: String, step: Int, steps: Int, bitsPerCharacter: Double? = nil, tokensPerSecond: Double? = nil,
    secondsLeft: Double? = nil
  ) {
    self.label = label
    self.step = step
    self.steps = steps
    self.bitsPerCharacter = bitsPerCharacter
    self.tokensPerSecond = tokensPerSecond
    self.secondsLeft = secondsLeft
  }

  /// Returns the line of a live display; what does not fit is left out, the step last of all.
  ///
  /// - Parameter width: The longest line in characters.
  /// - Returns: One line without line feed or escape sequences.
  public func line(width: Int) -> String {
    let count = "\(steps)".count
    let position = ProgressState.padded("\(step)", to: count) + "/\(steps)"
    let unit = " bp\(symbol.prefix(1))"
    let loss = bitsPerCharacter.map { ProgressState.padded(ProgressState.fixed($0, 3), to: 6) + unit }
    let speed = tokensPerSecond.map { ProgressState.padded(ProgressState.abbreviated($0), to: 5) + " tokens/s" }
    let left = secondsLeft.map { ProgressState.padded(ProgressState.duration($0), to: 6) + " left" }
    // Least important last.
    for parts in [
      [label.onOneLine, position, loss, speed, left], [label.onOneLine, position, loss, left],
      [position, loss, left], [position, loss], [position],
    ] {
      let shown = parts.compactMap { $0 }.filter { !$0.isEmpty }
      let length = shown.reduce(0) { $0 + $1.count } + 2 * (shown.count - 1)
      guard length <= width else { continue }
      let room = min(32, width - length - 2)
      guard room >= 8 else { return shown.joined(separator: "  ") }
      let front = parts[0] == position ? 0 : label.isEmpty ? 0 : 1
      return (shown[..<front] + [bar(room)] + shown[front...]).joined(separator: "  ")
    }
    return String(position.prefix(max(0, width)))
  }

  /// The line of a log: everything that is known, in words.
  public var sentence: String {
    var parts = ["step \(step) of \(steps)"]
    if let bitsPerCharacter { parts.append("\(ProgressState.fixed(bitsPerCharacter, 3)) bits per \(symbol)") }
    if let tokensPerSecond { parts.append("\(ProgressState.abbreviated(tokensPerSecond)) tokens/s") }
    if let secondsLeft { parts.append("\(ProgressState.duration(secondsLeft)) left") }
    return (label.isEmpty ? "" : "\(label.onOneLine): ") + parts.joined(separator: ", ")
  }

  private func bar(_ length: Int) -> String {
    let inside = length - 2
    let share = steps > 0 ? min(1, max(0, Double(step) / Double(steps))) : 0
    let done = Int((Double(inside) * share).rounded(.down))
    return "[" + String(repeating: "=", count: done) + String(repeating: " ", count: inside - done) + "]"
  }

  private static func padded(_ text: String, to length: Int) -> String {
    String(repeating: " ", count: max(0, length - text.count)) + text
  }

  private static func fixed(_ value: Double, _ digits: Int) -> String {
    value.isFinite ? String(format: "%.\(digits)f", value) : "\(value)"
  }

  /// Returns a quantity in four characters or so: 950, 98.3k, 1.25M.
  ///
  /// - Parameter value: A number; what is not finite or negative gives "?".
  /// - Returns: The number with three digits and a unit prefix.
  static func abbreviated(_ value: Double) -> String {
    guard value.isFinite, value >= 0 else { return "?" }
    var (scaled, prefix) = (value, "")
    for next in ["k", "M", "G", "T"] where scaled >= 999.5 {
      (scaled, prefix) = (scaled / 1000, next)
    }
    if prefix.isEmpty { return fixed(scaled, scaled < 9.95 ? 1 : 0) }
    return fixed(scaled, scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0) + prefix
  }

  /// Returns a time in one or two units: 45 s, 3m20s, 2h05m, 3d04h.
  ///
  /// - Parameter seconds: A number of seconds; what is not finite or negative gives "?".
  /// - Returns: The time, rounded up, so that it says 0 only at the end.
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "?" }
    let whole = Int(seconds.rounded(.up))
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60)m\(two(whole % 60))s" }
    if whole < 86_400 { return "\(whole / 3600)h\(two(whole / 60 % 60))m" }
    return "\(whole / 86_400)d\(two(whole / 3600 % 24))h"
  }
}
