import Foundation
import Report
import RunFiles
import Tables

/// A place that text is written to: a standard stream, or a buffer in a test.
protocol TextOutput: Sendable {
  /// Whether a person is watching.
  var isTerminal: Bool { get }
  /// The width of the terminal, if it can be asked.
  var columns: Int? { get }

  /// Writes text, all of it and at once.
  func write(_ text: String) throws(OutputFailure)
}

/// A stream that cannot be written to: full, closed, or without a reader.
struct OutputFailure: Error, Equatable, CustomStringConvertible {
  /// "standard output".
  let stream: String
  /// The system's error number.
  let code: Int32

  /// Whether the reader went away, which is the reader's right and not worth a message.
  var isBrokenPipe: Bool { code == EPIPE }

  var description: String { "\(stream): cannot be written to: \(String(cString: strerror(code)))" }
}

extension TextStyle {
  /// Colour for terminals; a `NO_COLOR` that is not empty (no-color.org) or `TERM=dumb` forbids it.
  init(for output: some TextOutput, environment: [String: String]) {
    let isForbidden = !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb"
    self.init(isColoured: output.isTerminal && !isForbidden)
  }
}

/// Where a command prints: results on the output stream, progress and warnings on the error stream.
struct Console: Sendable {
  let output: any TextOutput
  let errors: any TextOutput
  /// The environment variables that matter: NO_COLOR, TERM, COLUMNS.
  let environment: [String: String]

  /// The console of the running process, its standard streams prepared.
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
  func print(_ text: String) throws { try emit(text + "\n") }

  /// Prints text as it is, without a line feed: generated text, piece by piece.
  func emit(_ text: String) throws { try output.write(text) }

  func print(_ table: Table) throws { try print(text(table)) }

  /// A table as lines of this console's width.
  func text(_ table: Table) -> String { table.text(width: tableWidth, style: style) }

  /// Prints a chart after an empty line, for a person: nothing where results go elsewhere or lines are short.
  func print(_ chart: TextChart) throws {
    guard output.isTerminal, tableWidth >= TextChart.minimumWidth else { return }
    guard let text = chart.text(width: tableWidth, style: style) else { return }
    try print("\n" + text)
  }

  /// Prints one JSON object, its keys in alphabetical order: the whole of what `--json` puts on standard output.
  ///
  /// A number that is not finite ends with status 70: JSON has no such numbers.
  func printObject(_ value: some Encodable) throws { try print(Self.object(value)) }

  static func object(_ value: some Encodable) throws(CommandError) -> String {
    do {
      return String(decoding: try JSON.encode(value, isIndented: true), as: UTF8.self)
    } catch EncodingError.invalidValue(let number, let context) {
      throw CommandError(.failure, "--json: found \(number) at \(context.codingPath.place), expected a finite number")
    } catch {
      throw CommandError(.failure, "--json: the results cannot be encoded: \(error)")
    }
  }

  /// Prints a line for the person, a warning say; nobody may be listening, so failure is not an error.
  func note(_ text: String) { try? errors.write(text + "\n") }

  /// Breaks text into lines as wide as tables, joined by line feeds.
  func wrapped(_ text: String, indent: Int = 0) -> String {
    let margin = String(repeating: " ", count: indent)
    return text.wrapped(to: tableWidth - indent).map { margin + $0 }.joined(separator: "\n")
  }

  /// Begins a progress line on the error stream, to be updated at every step and finished.
  ///
  /// - Parameters:
  ///   - symbol: What the loss is counted in: bits per character, or per word.
  ///   - now: A clock in seconds.
  func progress(
    _ label: String, symbol: String = "character", steps: Int, tokensPerStep: Int, startingAt first: Int = 0,
    now: @escaping () -> Double = { ProcessInfo.processInfo.systemUptime }
  ) -> ProgressLine {
    let isLive = errors.isTerminal && environment["TERM"] != "dumb"
    return ProgressLine(
      ProgressState(label: label, step: first, steps: steps, symbol: symbol), tokensPerStep: tokensPerStep, on: errors,
      columns: isLive ? { columns(of: errors) } : nil, now: now)
  }

  private func columns(of stream: any TextOutput) -> Int {
    max(20, stream.columns ?? environment["COLUMNS"].flatMap { Int($0) }.map { min($0, 1000) } ?? 80)
  }
}
