import Corpora
import Experiments
import Foundation
import Jacobian
import Tables
import Training

/// What built-in texts measure apart from the loss, for models or values of k: answers and recalled symbols.
struct MeasuredTables {
  /// The evaluations of one row, one for each seed.
  struct Row {
    let name: String
    let results: [EvaluationResult]

    fileprivate func text(_ value: (EvaluationResult) -> Double?) -> String {
      results.map(value).meanAndDeviation(3) ?? "–"
    }
  }

  let corpus: Corpus
  /// What rows are.
  let rowTitle: Table.Column
  let rows: [Row]

  /// Prints those that there are.
  ///
  /// - Parameters:
  ///   - console: Where to.
  ///   - place: Where in titles stands what was evaluated: " at the best k".
  /// - Throws: `OutputFailure`.
  func print(on console: Console, _ place: String = "") throws {
    for (title, table) in [
      ("accuracy on the answer\(place), by depth of the list", answers),
      ("bits of recalled symbols\(place), by distance", recall),
    ] {
      guard let table else { continue }
      try console.print("\n" + console.style.bold(title))
      try console.print(table)
    }
  }

  private var results: [EvaluationResult] { rows.flatMap(\.results) }

  /// Nil where nothing is asked.
  private var answers: Table? {
    let depths = Set(results.flatMap { $0.answers?.byDepth.map(\.depth) ?? [] }).sorted()
    guard !depths.isEmpty, let first = rows.first else { return nil }
    var table = Table(columns: [rowTitle, .number("all")] + depths.map { .number("depth \($0)") })
    for row in rows {
      table.append(
        texts: [row.name, row.text { $0.answers?.all.accuracy }]
          + depths.map { depth in row.text { $0.answers?[depth: depth]?.accuracy } })
    }
    // Of the text alone, the same for all rows.
    let guesses: [(String, (AnswerResult.Shares) -> Double?)] = [
      ("most frequent answer", \.byChance), ("that of the operator", \.byOperation),
    ]
    for (name, share) in guesses {
      let guess = Row(name: name, results: first.results.prefix(1).map { $0 })
      table.append(
        texts: [name, guess.text { $0.answers.flatMap { share($0.all) } }]
          + depths.map { depth in guess.text { $0.answers?[depth: depth].flatMap(share) } })
    }
    return table
  }

  /// Nil where all is recalled from distances that are reported together.
  private var recall: Table? {
    let found = Set(results.flatMap { $0.recallByDistance?.compactMap(\.range) ?? [] })
    let ranges = DistanceRange.all.filter { found.contains($0) }
    guard ranges.count > 1 else { return nil }
    var table = Table(columns: [rowTitle, .number("all")] + ranges.map { .number("\($0)") })
    for row in rows {
      table.append(
        texts: [row.name, row.text(\.recallBits)]
          + ranges.map { range in row.text { $0.recallByDistance?.first { $0.range == range }?.bits } })
    }
    let chance = corpus.builtin?.facts.recallBitsByChance.map { String(format: "%.3f", $0) } ?? "–"
    table.append(texts: ["by chance"] + Array(repeating: chance, count: 1 + ranges.count))
    return table
  }
}
