import Foundation
import Tables

/// The progress of a run on the error stream.
///
/// One live line where a person is watching, a plain line now and then elsewhere. Belongs to one thread.
final class ProgressLine {
  private static let secondsBetweenDrawings = 0.1
  private static let secondsBetweenLines = 10.0

  private let stream: any TextOutput
  /// Asks for the terminal's width; nil where lines are plain.
  private let columns: (() -> Int)?
  private let now: () -> Double
  private let tokensPerStep: Int
  private var state: ProgressState
  private var rate: RecentRate
  private var lastShown: Double
  private var isLineShown = false
  private var isFinished = false

  init(
    _ state: ProgressState, tokensPerStep: Int, on stream: any TextOutput, columns: (() -> Int)?,
    now: @escaping () -> Double
  ) {
    self.stream = stream
    self.columns = columns
    self.now = now
    self.tokensPerStep = tokensPerStep
    self.state = state
    let start = now()
    rate = RecentRate(time: start, step: state.step)
    lastShown = columns == nil ? start : -.infinity
  }

  /// Shows how far the run is, unless the last drawing was a moment ago.
  func update(step: Int, bitsPerCharacter: Double?) {
    guard !isFinished else { return }
    let time = now()
    state.step = step
    state.bitsPerCharacter = bitsPerCharacter
    if let stepsPerSecond = rate.record(time: time, step: step) {
      state.tokensPerSecond = stepsPerSecond * Double(tokensPerStep)
      state.secondsLeft = Double(max(0, state.steps - step)) / stepsPerSecond
    }
    let interval = columns == nil ? ProgressLine.secondsBetweenLines : ProgressLine.secondsBetweenDrawings
    guard time - lastShown >= interval || step == state.steps else { return }
    lastShown = time
    show()
  }

  /// Prints a line of its own above the progress line: a warning, an evaluation.
  func note(_ text: String) {
    clear()
    try? stream.write(text + "\n")
    if columns != nil, !isFinished, lastShown > -.infinity { show() }
  }

  /// Ends the run: the live line disappears, plain lines stay.
  func finish() {
    isFinished = true
    clear()
  }

  private func show() {
    if let columns {
      // The end stays free: a terminal may wrap a full line, and an interrupt is echoed there as ^C.
      try? stream.write("\r" + state.line(width: columns() - 3) + "\u{1B}[K")
      isLineShown = true
    } else {
      try? stream.write(state.sentence + "\n")
    }
  }

  private func clear() {
    guard isLineShown else { return }
    isLineShown = false
    try? stream.write("\r\u{1B}[K")
  }
}

/// Where a run stands, and how that looks in a given number of columns.
struct ProgressState: Sendable, Equatable {
  var label: String
  var step: Int
  var steps: Int
  /// The loss, once there is one, in bits per symbol.
  var bitsPerCharacter: Double?
  /// The recent speed, once it was measured.
  var tokensPerSecond: Double?
  /// The time left at the recent speed.
  var secondsLeft: Double?
  /// What the loss is counted in: bits per character, or per word.
  var symbol = "character"

  /// The line of a live display; what does not fit is left out, the step last of all.
  func line(width: Int) -> String {
    let position = "\(step)".padded(to: "\(steps)".count) + "/\(steps)"
    let unit = " bp\(symbol.prefix(1))"
    let loss = bitsPerCharacter.map { Self.fixed($0, 3).padded(to: 6) + unit }
    let speed = tokensPerSecond.map { Self.abbreviated($0).padded(to: 5) + " tokens/s" }
    let left = secondsLeft.map { Self.duration($0).padded(to: 6) + " left" }
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
      let front = parts[0] == position || label.isEmpty ? 0 : 1
      return (shown[..<front] + [bar(room)] + shown[front...]).joined(separator: "  ")
    }
    return String(position.prefix(max(0, width)))
  }

  /// The line of a log: everything that is known, in words.
  var sentence: String {
    var parts = ["step \(step) of \(steps)"]
    if let bitsPerCharacter { parts.append("\(Self.fixed(bitsPerCharacter, 3)) bits per \(symbol)") }
    if let tokensPerSecond { parts.append("\(Self.abbreviated(tokensPerSecond)) tokens/s") }
    if let secondsLeft { parts.append("\(Self.duration(secondsLeft)) left") }
    return (label.isEmpty ? "" : "\(label.onOneLine): ") + parts.joined(separator: ", ")
  }

  private func bar(_ length: Int) -> String {
    let inside = length - 2
    let share = steps > 0 ? min(1, max(0, Double(step) / Double(steps))) : 0
    let done = Int((Double(inside) * share).rounded(.down))
    return "[" + String(repeating: "=", count: done) + String(repeating: " ", count: inside - done) + "]"
  }

  private static func fixed(_ value: Double, _ digits: Int) -> String {
    value.isFinite ? String(format: "%.\(digits)f", value) : "\(value)"
  }

  /// A quantity in four characters or so: 950, 98.3k, 1.25M; "?" for what is not finite or negative.
  static func abbreviated(_ value: Double) -> String {
    guard value.isFinite, value >= 0 else { return "?" }
    var (scaled, prefix) = (value, "")
    for next in ["k", "M", "G", "T"] where scaled >= 999.5 {
      (scaled, prefix) = (scaled / 1000, next)
    }
    if prefix.isEmpty { return fixed(scaled, scaled < 9.95 ? 1 : 0) }
    return fixed(scaled, scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0) + prefix
  }

  /// A time in one or two units, 45 s, 3m20s, 2h05m, 3d04h, rounded up, so that it says 0 only at the end.
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

/// Measures steps per second over the last seconds, so that a time left follows the present speed and not the past.
struct RecentRate {
  private let window: Double
  private(set) var samples: [(time: Double, step: Int)]

  init(time: Double, step: Int, window: Double = 15) {
    self.window = window
    samples = [(time, step)]
  }

  /// Takes note of progress and returns steps per second, or nil before any was measured.
  mutating func record(time: Double, step: Int) -> Double? {
    // Ten samples a second are plenty; the newest one is replaced until it is old enough.
    if samples.count > 1, time - samples[samples.count - 2].time < 0.1 { samples.removeLast() }
    samples.append((time, step))
    // The window's first sample may be older than the window: a single step may take longer than that.
    while samples.count > 2, samples[1].time <= time - window { samples.removeFirst() }
    let (elapsed, done) = (time - samples[0].time, step - samples[0].step)
    return elapsed > 0 && done > 0 ? Double(done) / elapsed : nil
  }
}
