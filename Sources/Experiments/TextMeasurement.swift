import Corpora
import Foundation
import MixtureOfExperts
import RunFiles
import Tables
import Training

/// What `evaluate` measures of a language model: a part of a text, at several k and lengths of memory.
package struct TextMeasurement: Codable, Described {
  package static let words = """
    evaluated: evaluate --json: an evaluation for each length of memory and k
    step: of the weights; null if another program wrote them again
    """
  package let corpus: CorpusSummary
  package let split: Part
  /// After how many steps the weights were written; nil if another program wrote them again.
  @OrNull package private(set) var step: Int?
  /// Tokens of memory, at most, of each evaluation.
  package let memory: [Int]
  package let evaluation: [EvaluationResult]
  private var steps = 0
  private var showsMemory = false

  private enum CodingKeys: CodingKey { case corpus, split, step, memory, evaluation }

  /// What is read of a text.
  package enum Part: String, CaseIterable, Codable, Sendable {
    case train, validation, test, all
  }

  /// How a text is read; what is nil is as in training, and the total context stays the same.
  package struct Reading {
    /// The validation part of the run's text, all of another, if nil.
    package var split: Part?
    /// T.
    package var segment: Int?
    /// M, one evaluation for each.
    package var memories: [Int]?
    /// How many symbols of it, at most; all if nil.
    package var symbols: Int?
    /// Whether there is any memory where no M is given.
    package var remembers = true

    package init() {}
  }

  package init(
    of run: StoredRun, _ weights: StoredWeights, _ reading: Reading, _ settings: RunSettings,
    reporter: some ProgressReporter
  ) throws {
    let configuration = run.configuration
    let ks = try settings.evaluationKs(configuration.model)
    let context = configuration.model.memory + configuration.model.segment
    let length = reading.segment ?? configuration.model.segment
    if reading.memories == nil, length > context {
      throw ConfigurationError("segment", found: length, expected: "at most M + T = \(context)")
    }
    let lengths = reading.memories ?? [reading.remembers ? context - length : 0]
    if reading.segment != nil || reading.memories != nil {
      var read = configuration
      (read.model.segment, read.model.memory) = (length, lengths.max() ?? 0)
      if let shortage = MemoryShortage(of: read.bytesForReading) {
        throw shortage.named(reading.memories == nil ? "segment" : "memory")
      }
    }
    // One symbol to read and one to predict, in the part asked for.
    var minimum = Splits(all: 0)
    if let name = reading.split.flatMap({ SplitName(rawValue: $0.rawValue) }) { minimum[name] = 2 }
    let data = settings[\.data]
    let text =
      if settings.heldOut != nil {
        try run.reading(settings).corpus(minimum: minimum)
      } else if let data {
        try Corpus.load(data, vocabulary: configuration.vocabulary, minimum: minimum)
      } else {
        try run.corpus(minimum: minimum)
      }
    text.notes.forEach(reporter.note)
    // The run's text may be elsewhere now.
    let isOwn = data == nil || text.fingerprint == configuration.fingerprint
    let part = reading.split ?? (isOwn ? .validation : .all)
    let whole = SplitName(rawValue: part.rawValue).map { text.splits[$0] } ?? text.all
    let split = reading.symbols.map(whole.prefix) ?? whole
    if split.symbols.count < 2 {
      throw FileError(
        .damaged, data ?? text.name, "too short: found \(split.symbols.count) symbol, expected at least 2")
    }
    try text.expectLists(fit: length)
    let (model, label) = (try run.model(weights), configuration.model.router.rawValue)
    step = try Checkpoint.finishedSteps(of: configuration, in: run.directory, weights.fileName)
    let results = try lengths.flatMap { memory in
      let evaluation = try Evaluation(
        model, on: split, segment: length, memory: memory, workers: settings.workers)
      return try reporter.results(of: evaluation, lengths.count > 1 ? "\(label), M = \(memory)" : label, ks: ks)
        .map { (memory, $0) }
    }
    // Counted is what the model was trained on, if that is still there; n-grams know by heart what they were counted on.
    let trained = isOwn ? text : try? run.corpus(minimum: Splits(all: 0))
    let isCounted = trained.map { zip($0.splits.train.symbols, split.symbols).allSatisfy(==) } ?? false
    corpus = CorpusSummary(text, baselines: isCounted ? [] : trained?.nGrams(on: split) ?? [])
    self.split = part
    (memory, evaluation) = (results.map(\.0), results.map(\.1))
    (steps, showsMemory) = (configuration.training.steps, reading.memories != nil)
  }

  /// The measurements for a person.
  package var passages: [Passage] {
    let isLong = Set(memory).count > 1
    let rows = zip(memory, evaluation).map {
      MeasuredTables.Row(name: isLong ? "\($1.k), \($0)" : "\($1.k)", results: [$1])
    }
    let measured = MeasuredTables(
      rowTitle: isLong ? "k, memory" : "k", rows: rows, recallChanceBaseline: corpus.recallBitsChanceBaseline)
    let place = split == .all ? "the whole text" : "\(split.rawValue) part"
    return [
      .paragraph(
        (step.map { "after step \($0) of \(steps), " } ?? "") + "\(place) of \(corpus.name), \(corpus.symbols)"),
      .table(table),
    ] + (corpus.baselines == nil ? [] : [.table(baselines)])
      + measured.all.map { .table($0) }
  }

  private var baselines: Table {
    let isCut = corpus.baselines?.contains { $0.knownPerplexity != nil } == true
    return Table(
      "n-grams of the training part, on the same text",
      columns: [
        .text("n-gram"), .number(corpus.unit, digits: 4), .number("perplexity", digits: 3), .number("symbols"),
      ] + (isCut ? [.number("of known words", digits: 3)] : []),
      rows: (corpus.baselines ?? []).map { baseline in
        [
          .text(baseline.name), .number(baseline.bitsPerSymbol), .number(baseline.perplexity), "\(baseline.symbols)",
        ] + (isCut ? [.optional(baseline.knownPerplexity)] : [])
      })
  }

  private var table: Table {
    typealias Column = (column: Table.Column, cell: (EvaluationResult) -> Table.Cell)
    var columns: [Column] = [
      (.number("k"), { "\($0.k)" }), (.number(corpus.unit, digits: 4), { .number($0.bitsPerCharacter) }),
      (.number("perplexity", digits: 3), { .optional($0.perplexity) }), (.number("symbols"), { "\($0.symbols)" }),
    ]
    if evaluation.contains(where: { $0.unknownWords != nil }) {
      columns.append((.number("of known words", digits: 3), { .optional($0.unknownWords?.knownPerplexity) }))
    }
    columns.append(
      (
        .number("router entropy, nats"),
        { result in
          let entropies = result.entropyPerLayer.map { Numeral.text($0, digits: 2) }.joined(separator: " ")
          return entropies.isEmpty ? .missing : .text(entropies)
        }
      ))
    if showsMemory, evaluation.contains(where: { $0.recallBits != nil }) {
      columns.append((.number("recall symbol", digits: 4), { .optional($0.recallBits) }))
    }
    if let entropy = corpus.entropyBitsPerSymbol {
      columns.append((.number("above entropy", digits: 4), { .number($0.bitsPerCharacter - entropy) }))
    }
    return Table(
      columns: (showsMemory ? [.number("memory")] : []) + columns.map(\.column),
      rows: zip(memory, evaluation).map { memory, result in
        (showsMemory ? ["\(memory)"] : []) + columns.map { $0.cell(result) }
      }, notes: [evaluation[0].unknownWords?.note, coldNote].compactMap { $0 })
  }

  /// What is to be said of the beginning of a file.
  private var coldNote: String? {
    guard let first = evaluation.first, let cold = first.coldSymbols, cold > 0 else { return nil }
    guard let loss = first.totalLoss else {
      return "Every symbol is read with less before it than the model can see: the text is short."
    }
    return "The first \(cold) symbols, with less before them than the model can see, are not counted, "
      + "\(Numeral.text(loss / M_LN2, digits: 4)) \(corpus.unit) with them at k = \(first.k)."
  }
}
