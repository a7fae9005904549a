import CommandLineInterface
import Corpora
import Foundation
import RunFiles
import Tensors
import Training
import TransformerXL

extension Command {
  private static let data = Flag<String>.path(
    "data", or: [DialectCorpus.name], help: "the text: a file, \(DialectCorpus.name), or - for standard input"
  ).optional("the text of the run")
  private static let split = Flag<SplitName>.choice(
    "split", of: SplitName.self, help: "the part of the text"
  ).defaulting(to: .validation)
  private static let segment = Flag<Int>.integer(
    "segment", in: Configuration.Limits.segment,
    help: "tokens in a segment; the memory grows by what it is shorter than in training"
  ).optional("as in training")
  private static let noMemory = Flag<Bool>.toggle("no-memory", help: "read every segment without memory")

  /// `hyperrouter evaluate`: a checkpoint on a text.
  static let evaluate = Command(
    "evaluate", summary: "measure a trained model on a text at several k",
    discussion: """
      A classifier that finetune made is measured, too: --data is then a file with a text, a tab and a label in every line.
      """,
    groups: [
      FlagGroup(
        "What to measure", [RunFlags.checkpoint, RunFlags.weights, data, split, RunFlags.ks, segment, noMemory]),
      RunFlags.threadsAndOutput,
    ],
    examples: [
      Example("how good is it with fewer experts?", "--checkpoint", "runs/book", "--k", "1,2,4,8"),
      Example(
        "on a text that another program writes", "--checkpoint", "runs/book", "--data", "-", from: "cat other.txt"),
    ]
  ) { options, console in
    try reporting {
      let directory = try RunDirectory.open(options[RunFlags.checkpoint])
      if let classifier = try StoredClassifier(ifIn: directory) { return try measure(classifier, options, console) }
      let run = try StoredRun(directory)
      let ks = try options.evaluationKs(run.configuration.model)
      let name = options[split]
      let context = run.configuration.model.memory + run.configuration.model.segment
      if let length = options[segment], length > context {
        throw CommandError.usage("--segment: found \(length), expected at most M + T = \(context)")
      }
      if let length = options[segment] {
        var read = run.configuration
        read.model.segment = length
        read.model.memory = context - length
        if let shortage = shortage(of: read.bytesForReading) { throw CommandError.usage("--segment: \(shortage)") }
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
      let workers = Workers(count: options[RunFlags.threads])
      let evaluation = try Evaluation(
        run.model(options[RunFlags.weights]), on: corpus.splits[name], segment: options[segment], workers: workers)
      let label = run.configuration.model.router.rawValue
      let step = try Checkpoint.finishedSteps(
        of: run.configuration, in: run.directory, options[RunFlags.weights].fileName)
      let results = try console.results(of: evaluation, label, ks: ks, remembers: !options[noMemory])
      if options[RunFlags.json] {
        try console.printObject(
          Stamped(EvaluateResult(corpus: CorpusSummary(corpus), split: name.rawValue, step: step, evaluation: results)))
      } else {
        try console.print("after step \(step) of \(run.configuration.training.steps), \(name.rawValue) part")
        try console.print(table(results, corpus))
      }
    }
  }

  /// The same for a classifier, whose texts are labelled and read at once.
  private static func measure(_ classifier: StoredClassifier, _ options: Options, _ console: Console) throws {
    let inapplicable: [any DeclaredFlag] = [segment, noMemory, RunFlags.weights]
    if let given = inapplicable.first(where: { options.isGiven($0) }) {
      throw CommandError.usage(
        "--\(given.name): found with a classifier, which reads a text at once and has one set of weights")
    }
    let measurement = try ClassifierMeasurement(of: classifier, on: options[data], options[split], options)
    if options[RunFlags.json] {
      try console.printObject(Stamped(measurement))
    } else {
      try measurement.print(on: console)
    }
  }

  private static func table(_ results: [EvaluationResult], _ corpus: Corpus) -> TextTable {
    var table = TextTable(
      [.number("k"), .number(corpus.unit), .number("perplexity"), .number("router entropy, nats")]
        + (corpus.entropyBitsPerCharacter == nil ? [] : [.number("above entropy")]))
    for result in results {
      let entropies = result.entropyPerLayer.map { String(format: "%.2f", $0) }.joined(separator: " ")
      let excess = corpus.entropyBitsPerCharacter.map { [String(format: "%.4f", result.bitsPerCharacter - $0)] } ?? []
      table.append(
        [
          "\(result.k)", String(format: "%.4f", result.bitsPerCharacter), String(format: "%.3f", result.perplexity),
          entropies.isEmpty ? "–" : entropies,
        ] + excess)
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
  let evaluation: [EvaluationResult]
}
