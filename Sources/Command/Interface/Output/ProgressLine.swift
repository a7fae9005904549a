/// The progress of a run on the error stream.
///
/// One live line where a person is watching, a plain line now and then elsewhere. Belongs to one thread.
public final class ProgressLine {
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

  /// Begins a run.
  ///
  /// - Parameters:
  ///   - label: What is going on.
  ///   - symbol: What the loss is counted in: bits per character, or per word.
  ///   - steps: How many steps there will be.
  ///   - tokensPerStep: How many tokens a step consumes.
  ///   - startingAt: How many steps an earlier run already did.
  ///   - stream: Where progress is shown.
  ///   - columns: Asks for the terminal's width; nil where lines are plain.
  ///   - now: A clock in seconds.
  init(
    _ label: String, symbol: String = "character", steps: Int, tokensPerStep: Int, startingAt: Int,
    on stream: any TextOutput, columns: (() -> Int)?, now: @escaping () -> Double
  ) {
    self.stream = stream
    self.columns = columns
    self.now = now
    self.tokensPerStep = tokensPerStep
    state = ProgressState(label: label, step: startingAt, steps: steps)
    state.symbol = symbol
    let start = now()
    rate = RecentRate(time: start, step: startingAt)
    lastShown = columns == nil ? start : -.infinity
  }

  /// Shows how far the run is, unless the last drawing was a moment ago.
  ///
  /// - Parameters:
  ///   - step: How many steps are done.
  ///   - bitsPerCharacter: The loss in bits per character, if there is one.
  public func update(step: Int, bitsPerCharacter: Double?) {
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
  ///
  /// - Parameter text: The line, without its line feed.
  public func note(_ text: String) {
    clear()
    try? stream.write(text + "\n")
    if columns != nil, !isFinished, lastShown > -.infinity { show() }
  }

  /// Ends the run: the live line disappears, plain lines stay.
  ///
  /// - Parameter summary: A line to leave behind.
  public func finish(_ summary: String? = nil) {
    guard !isFinished else { return }
    isFinished = true
    clear()
    if let summary { try? stream.write(summary + "\n") }
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
