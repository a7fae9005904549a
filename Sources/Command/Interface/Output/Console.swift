import Foundation
import Report
import Tables

/// Where a command prints: results on the output stream, progress and warnings on the error stream.
struct Console: Sendable {
  /// The stream of results.
  let output: any TextOutput
  /// The stream of progress, warnings and errors.
  let errors: any TextOutput
  /// The environment variables that matter: NO_COLOR, TERM, COLUMNS.
  let environment: [String: String]

  /// Creates a console.
  ///
  /// - Parameters:
  ///   - output: The stream of results.
  ///   - errors: The stream of progress, warnings and errors.
  ///   - environment: The environment variables.
  init(output: any TextOutput, errors: any TextOutput, environment: [String: String]) {
    self.output = output
    self.errors = errors
    self.environment = environment
  }

  /// Returns the console of the running process, its standard streams prepared.
  ///
  /// - Returns: Standard output, standard error, and the process's environment.
  static func standard() -> Console {
    StandardStream.prepare()
    return Console(
      output: StandardStream.output, errors: StandardStream.error, environment: ProcessInfo.processInfo.environment)
  }

  /// How words are set off on the output stream.
  var style: TextStyle { TextStyle(for: output, environment: environment) }

  /// How many columns tables may take: the terminal's, or 80 where results go elsewhere.
  var tableWidth: Int { output.isTerminal ? columns(of: output) : 80 }

  /// Prints a line of results.
  ///
  /// - Parameter text: The line, without its line feed.
  /// - Throws: `OutputFailure` if it cannot be written.
  func print(_ text: String) throws {
    try output.write(text + "\n")
  }

  /// Breaks text into lines as wide as tables.
  ///
  /// - Parameters:
  ///   - text: Words between spaces.
  ///   - indent: How many spaces stand before each line.
  /// - Returns: Lines, joined by line feeds.
  func wrapped(_ text: String, indent: Int = 0) -> String {
    let margin = String(repeating: " ", count: indent)
    return text.wrapped(to: tableWidth - indent).map { margin + $0 }.joined(separator: "\n")
  }

  /// Prints text as it is, without a line feed: generated text, piece by piece.
  ///
  /// - Throws: `OutputFailure` if it cannot be written.
  func emit(_ text: String) throws {
    try output.write(text)
  }

  /// Prints a table.
  ///
  /// - Throws: `OutputFailure` if it cannot be written.
  func print(_ table: Table) throws {
    try print(table.text(width: tableWidth, style: style))
  }

  /// Prints a chart after an empty line, for a person: nothing where results go elsewhere or lines are short.
  ///
  /// - Throws: `OutputFailure` if it cannot be written.
  func print(_ chart: TextChart) throws {
    guard output.isTerminal, tableWidth >= TextChart.minimumWidth else { return }
    guard let text = chart.text(width: tableWidth, style: style) else { return }
    try print("\n" + text)
  }

  /// Prints one JSON object: the whole of what `--json` puts on standard output.
  ///
  /// - Parameter value: Anything that encodes as an object.
  /// - Throws: `CommandError` with status 70 if a number in it is not finite, `OutputFailure` if it cannot be written.
  func printObject(_ value: some Encodable) throws {
    try print(try JSONText.object(value))
  }

  /// Prints a line for the person: progress, a warning.
  ///
  /// Nobody may be listening, so failure is not an error.
  ///
  /// - Parameter text: The line, without its line feed.
  func note(_ text: String) {
    try? errors.write(text + "\n")
  }

  /// Begins a progress line on the error stream.
  ///
  /// - Parameters:
  ///   - label: What is going on.
  ///   - symbol: What the loss is counted in: bits per character, or per word.
  ///   - steps: How many steps there will be.
  ///   - tokensPerStep: How many tokens a step consumes.
  ///   - startingAt: How many steps an earlier run already did.
  ///   - now: A clock in seconds.
  /// - Returns: The line, to be updated at every step and finished.
  func progress(
    _ label: String, symbol: String = "character", steps: Int, tokensPerStep: Int, startingAt: Int = 0,
    now: @escaping () -> Double = { ProcessInfo.processInfo.systemUptime }
  ) -> ProgressLine {
    let isLive = errors.isTerminal && environment["TERM"] != "dumb"
    return ProgressLine(
      label, symbol: symbol, steps: steps, tokensPerStep: tokensPerStep, startingAt: startingAt, on: errors,
      columns: isLive ? { columns(of: errors) } : nil, now: now)
  }

  private func columns(of stream: any TextOutput) -> Int {
    max(20, stream.columns ?? environment["COLUMNS"].flatMap { Int($0) }.map { min($0, 1000) } ?? 80)
  }
}
