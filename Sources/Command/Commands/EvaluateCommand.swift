import Corpora
import Experiments
import Foundation
import MixtureOfExperts
import RunFiles
import Tables
import Tensors
import Training

extension Command {
  private static let data = Flag<String>.path(
    "data", or: Corpus.builtinNames, help: "the text: a file, - for standard input, or one of \(RunFlags.builtinNames)"
  ).optional("the text of the run")
  private static let split = Flag<SplitName>.choice(
    "split", of: SplitName.self, help: "the part of the text"
  ).defaulting(to: .validation)
  private static let segment = Flag<Int>.integer(
    "segment", in: Configuration.Limits.segment,
    help: "tokens in a segment; the memory grows by what it is shorter than in training"
  ).optional("as in training")
  private static let noMemory = Flag<Bool>.toggle("no-memory", help: "read every segment without memory")
  private static let memories = Flag<[Int]>.integers(
    "memory", in: Configuration.Limits.memory,
    help: "tokens of memory, M, one evaluation for each; may be more than in training"
  ).optional("as in training")

  /// `hyperrouter evaluate`: a checkpoint on a text.
  static let evaluate = Command(
    "evaluate", summary: "measure a trained model on a text at several k",
    discussion: """
      A classifier that finetune made is measured, too: --data is then a file with a text, a tab and a label in every line.
      """,
    groups: [
      FlagGroup(
        "What to measure",
        [RunFlags.checkpoint, RunFlags.weights, data, split, RunFlags.ks, segment, memories, noMemory]),
      RunFlags.threadsAndOutput,
    ],
    examples: [
      Example("how good is it with fewer experts?", "--checkpoint", "runs/book", "--k", "1,2,4,8"),
      Example(
        "on a text that another program writes", "--checkpoint", "runs/book", "--data", "-", from: "cat other.txt"),
    ],
    check: { options in
      if options[memories] != nil && options[noMemory] {
        throw CommandError.usage("--no-memory does not go with --memory, which says how long memory is")
      }
    }
  ) { options, console in
    try reporting {
      let directory = try RunDirectory.open(options[RunFlags.checkpoint])
      if let classifier = try StoredClassifier(ifIn: directory) { return try measure(classifier, options, console) }
      let run = try StoredRun(directory)
      let ks = try options.settings.evaluationKs(run.configuration.model)
      let name = options[split]
      let context = run.configuration.model.memory + run.configuration.model.segment
      let length = options[segment] ?? run.configuration.model.segment
      let lengths = try options[memories] ?? [defaultMemory(options, context: context, segment: length)]
      if options.isGiven(segment) || options.isGiven(memories) {
        var read = run.configuration
        read.model.segment = length
        read.model.memory = lengths.max() ?? 0
        let flag = options.isGiven(memories) ? memories.name : segment.name
        if let shortage = MemoryShortage(of: read.bytesForReading) {
          throw CommandError.usage("--\(flag): \(shortage)")
        }
      }
      // One symbol to read and one to predict, in the part asked for.
      var minimum = Splits(all: 0)
      minimum[name] = 2
      let corpus =
        if let other = options[data] {
          try Corpus.load(other, vocabulary: run.configuration.vocabulary, minimum: minimum)
        } else {
          try run.corpus(minimum: minimum)
        }
      try corpus.expectLists(fit: options[segment] ?? run.configuration.model.segment)
      let workers = Workers(count: options[RunFlags.threads])
      let model = try run.model(options[RunFlags.weights])
      let label = run.configuration.model.router.rawValue
      let step = try Checkpoint.finishedSteps(
        of: run.configuration, in: run.directory, options[RunFlags.weights].fileName)
      let results = try lengths.flatMap { memory in
        let evaluation = try Evaluation(
          model, on: corpus.splits[name], segment: length, memory: memory, workers: workers)
        let label = lengths.count > 1 ? "\(label), M = \(memory)" : label
        return try console.results(of: evaluation, label, ks: ks).map { (memory: memory, result: $0) }
      }
      if options[RunFlags.json] {
        try console.printObject(
          Stamped(
            EvaluateResult(
              corpus: CorpusSummary(corpus), split: name.rawValue, step: step, memory: results.map(\.memory),
              evaluation: results.map(\.result))))
      } else {
        try console.print("after step \(step) of \(run.configuration.training.steps), \(name.rawValue) part")
        try console.print(table(results, corpus, showsMemory: options[memories] != nil))
        if let note = results[0].result.unknownWords?.note { try console.print(console.wrapped(note)) }
        let rows = results.map { memory, result in
          MeasuredTables.Row(lengths.count > 1 ? "\(result.k), \(memory)" : "\(result.k)", [result])
        }
        for table in MeasuredTables(
          lengths.count > 1 ? "k, memory" : "k", rows,
          recallByChance: corpus.builtin?.facts.recallBitsByChance
        ).all {
          try console.print("")
          try console.print(table)
        }
      }
    }
  }

  /// The same for a classifier, whose texts are labelled and read at once.
  private static func measure(_ classifier: StoredClassifier, _ options: Options, _ console: Console) throws {
    let inapplicable: [any DeclaredFlag] = [segment, memories, noMemory, RunFlags.weights]
    if let given = inapplicable.first(where: { options.isGiven($0) }) {
      throw CommandError.usage(
        "--\(given.name): found with a classifier, which reads a text at once and has one set of weights")
    }
    if options[data] != nil, options.isGiven(split) {
      throw CommandError.usage("--split: found with --data and a classifier, which reads the whole file")
    }
    let measurement = try ClassifierMeasurement(of: classifier, on: options[data], options[split], options.settings)
    if options[RunFlags.json] {
      try console.printObject(Stamped(measurement))
    } else {
      try console.print(measurement.passages)
    }
  }

  /// What is remembered unless --memory says otherwise: the total context stays the same.
  private static func defaultMemory(_ options: Options, context: Int, segment length: Int) throws(CommandError) -> Int {
    guard length <= context else {
      throw .usage("--segment: found \(length), expected at most M + T = \(context)")
    }
    return options[noMemory] ? 0 : context - length
  }

  private static func table(
    _ results: [(memory: Int, result: EvaluationResult)], _ corpus: Corpus, showsMemory: Bool
  ) -> Table {
    let hasUnknown = results[0].result.unknownWords != nil
    let hasRecall = showsMemory && results.contains { $0.result.recallBits != nil }
    var table = Table(
      columns: (showsMemory ? [.number("memory")] : [])
        + [.number("k"), .number(corpus.unit), .number("perplexity")]
        + (hasUnknown ? [.number("of known words")] : []) + [.number("router entropy, nats")]
        + (hasRecall ? [.number("recall symbol")] : [])
        + (corpus.entropyBitsPerCharacter == nil ? [] : [.number("above entropy")]))
    for (memory, result) in results {
      let entropies = result.entropyPerLayer.map { String(format: "%.2f", $0) }.joined(separator: " ")
      let excess = corpus.entropyBitsPerCharacter.map { [String(format: "%.4f", result.bitsPerCharacter - $0)] } ?? []
      let recall = hasRecall ? [result.recallBits.map { String(format: "%.4f", $0) } ?? "–"] : []
      table.append(
        texts: (showsMemory ? ["\(memory)"] : [])
          + [
            "\(result.k)", String(format: "%.4f", result.bitsPerCharacter), String(format: "%.3f", result.perplexity),
          ]
          + (hasUnknown ? [result.unknownWords?.knownPerplexity.map { String(format: "%.3f", $0) } ?? "–"] : [])
          + [entropies.isEmpty ? "–" : entropies] + recall + excess)
    }
    return table
  }
}

/// The object that `evaluate --json` prints.
private struct EvaluateResult: Encodable {
  let corpus: CorpusSummary
  let split: String
  /// After how many steps the weights were written.
  let step: Int
  /// Tokens of memory, at most, of each evaluation.
  let memory: [Int]
  let evaluation: [EvaluationResult]
}
