import Corpora
import Tables
import Training

/// What built-in texts measure apart from the loss, for models or values of k: answers and recalled symbols.
struct MeasuredTables {
  /// The evaluations of one row, one for each seed.
  struct Row {
    let name: String
    let results: [EvaluationResult]

    fileprivate func cell(_ value: (EvaluationResult) -> Double?) -> Table.Cell {
      .estimated(PairedDifference(ofAll: results, value)?.estimate, digits: 3)
    }
  }

  /// What rows are.
  let rowTitle: String
  let rows: [Row]
  /// Where in titles stands what was evaluated: " at the best k".
  var place = ""
  /// What recalled symbols cost without any memory.
  var recallChanceBaseline: Double?

  /// Those that there are.
  var all: [Table] { [answers(), recall].compactMap { $0 } }

  private var results: [EvaluationResult] { rows.flatMap(\.results) }

  /// Accuracies by depth beside those of guesses; nil where nothing is asked.
  func answers(showsBits: Bool = false) -> Table? {
    let depths = Set(results.flatMap { $0.answers?.byDepth.map(\.depth) ?? [] }).sorted()
    guard !depths.isEmpty, let first = rows.first?.results.first else { return nil }
    var table = Table(
      "accuracy on the answer\(place), by depth of the list",
      headings: [rowTitle] + (showsBits ? ["bits"] : []) + ["all"] + depths.map { "depth \($0)" },
      notes: [
        "Guesses: the training part's most frequent answer, of all lists and of those with the same outermost operator."
      ])
    func append(_ row: Row, bits: Bool, _ share: @escaping (AnswerResult.Shares) -> Double?) {
      table.append(
        [.text(row.name)] + (showsBits ? [bits ? row.cell { $0.bitsPerCharacter } : .missing] : [])
          + [row.cell { $0.answers.flatMap { share($0.all) } }]
          + depths.map { depth in row.cell { $0.answers?[depth: depth].flatMap(share) } })
    }
    for row in rows { append(row, bits: true) { $0.accuracy } }
    // Of the text alone, the same for all rows.
    append(Row(name: "most frequent answer", results: [first]), bits: false) { $0.chanceBaseline }
    append(Row(name: "that of the operator", results: [first]), bits: false) { $0.byOperation }
    return table
  }

  /// Nil where all is recalled from distances that are reported together.
  var recall: Table? {
    let found = Set(results.flatMap { $0.recallByDistance?.compactMap(\.range) ?? [] })
    let ranges = DistanceRange.all.filter { found.contains($0) }
    guard ranges.count > 1 else { return nil }
    var table = Table(
      "bits of recalled symbols\(place), by distance", headings: [rowTitle, "all"] + ranges.map { "\($0)" })
    for row in rows {
      table.append(
        [.text(row.name), row.cell { $0.recallBits }]
          + ranges.map { range in row.cell { $0.recallByDistance?.first { $0.range == range }?.bits } })
    }
    table.append(
      [.text("chance baseline")] + (0...ranges.count).map { _ in .optional(recallChanceBaseline, digits: 3) })
    return table
  }
}

extension UnknownWords {
  /// Which perplexity is which.
  package var note: String {
    let levels = perplexityByFrequency.flatMap { all in
      knownPerplexityByFrequency.map {
        "; by the frequency of words in the training part alone they are "
          + Estimate(all).text(digits: 1) + " and " + Estimate($0).text(digits: 1)
      }
    }
    return
      "perplexity is over all words, <unk> counted as one of them, as is customary for WikiText-103; that of known words "
      + "leaves out the \(Estimate(100 * share).text(digits: 2)) % of targets that are <unk>" + (levels ?? "")
  }
}
