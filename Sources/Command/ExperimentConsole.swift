import Experiments
import Foundation
import Report
import RunFiles

extension ProgressLine: StepProgress {}

extension Console: ProgressReporter {
  func steps(_ label: String, symbol: String, of steps: Int, tokensPerStep: Int, from first: Int) -> any StepProgress {
    progress(label, symbol: symbol, steps: steps, tokensPerStep: tokensPerStep, startingAt: first)
  }

  /// Opens a run: that of a path, or the newest one, which is said.
  func run(_ path: String?) throws -> RunDirectory {
    if let path { return try RunDirectory.open(path) }
    let newest = try RunList.newestModel()
    note("reading \(newest), the newest run")
    return try RunDirectory.open(newest)
  }

  /// Prints what is said of results, with an empty line between pieces.
  func print(_ passages: [Passage]) throws {
    for (place, passage) in passages.enumerated() {
      if place > 0 { try print("") }
      switch passage {
      case .heading(let text): try print(style.bold(text.onOneLine))
      case .paragraph(let text): try print(wrapped(text.printable))
      case .table(let table): try print(table)
      case .verbatim(let text): try print(text.printable)
      }
    }
  }
}

/// Shows an experiment on a console, stops it at Control-C, and writes its pages.
struct ExperimentConsole: ExperimentObserver {
  let console: Console
  let interruption: Interruption

  var isInterrupted: Bool { interruption.isRequested }
  func note(_ line: String) { console.note(line) }
  func announce(_ sentences: [String]) {
    for sentence in sentences { console.note(console.wrapped(sentence)) }
  }
  func steps(_ label: String, symbol: String, of steps: Int, tokensPerStep: Int, from first: Int) -> any StepProgress {
    console.steps(label, symbol: symbol, of: steps, tokensPerStep: tokensPerStep, from: first)
  }
  func completing<Result>(_ work: () throws -> Result) throws -> Result { try interruption.completing(work) }
  func advise(_ advice: String?) { interruption.advise(advice) }
  func interruption(_ moment: String) -> any Error { interruption.error(moment) }

  func recorded(_ runs: [String: RunRecord], in directory: RunDirectory) throws {
    // As it was begun, which may have been by another line, in another session.
    guard let origin = try? directory.readJSON(RunOrigin.self, from: RunOrigin.name) else { return }
    let html = ComparisonReport([ReportedDirectory(path: directory.path, origin, runs)]).html
    try interruption.completing { try directory.write(html, to: ComparisonReport.name) }
  }
}
