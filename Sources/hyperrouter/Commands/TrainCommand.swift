import CommandLineInterface
import Corpora
import Foundation
import RunFiles
import Tensors
import Training
import TransformerXL

extension Command {
  private static let resume = Flag<String>.path(
    "resume", "DIR", help: "continue the run in this directory exactly where it stopped; no other settings"
  ).optional("start anew")
  private static let output = RunFlags.output.optional("runs/ROUTER-seedN")
  private static let checkpointInterval = Flag<Int>.integer(
    "checkpoint-every", in: TrainingOptions.Limits.steps, help: "steps between checkpoints"
  ).defaulting(to: TrainingSession.defaultCheckpointInterval)
  private static let logInterval = Flag<Int>.integer(
    "log-every", in: TrainingOptions.Limits.steps, help: "steps between lines of metrics.jsonl"
  ).defaulting(to: TrainingSession.defaultLogInterval)

  /// `hyperrouter train`: one model into a run directory.
  static func train(_ interruption: Interruption, _ files: any FileOperations) -> Command {
    Command(
      "train", summary: "train one model into a run directory, or continue one",
      discussion: """
        Keeps config.json, metrics.jsonl, model.safetensors, state.safetensors and results.json in the run directory.
        An interrupted run continues with --resume DIR and ends with the same bits as an uninterrupted one.
        """,
      groups: [
        FlagGroup("The run", [RunFlags.router, RunFlags.data, RunFlags.tokens, output, resume, RunFlags.json]),
        RunFlags.model, RunFlags.training,
        FlagGroup("Keeping", [checkpointInterval, logInterval, RunFlags.ks]),
      ],
      check: { options in
        try reporting {
          if options[resume] != nil {
            try refuseSettings(options)
          } else {
            try options.checkRuns(of: [.original(options[RunFlags.router])])
          }
        }
      }
    ) { options, console in
      try reporting {
        let (configuration, corpus, directory) =
          if let path = options[resume] {
            try continued(path, options, interruption, files)
          } else {
            try begun(options, interruption, files)
          }
        let session = TrainingSession(
          configuration: configuration, corpus: corpus, label: configuration.model.router.rawValue,
          workers: Workers(count: options[RunFlags.threads]), directory: directory, console: console,
          interruption: interruption, checkpointInterval: options[checkpointInterval],
          logInterval: options[logInterval])
        try finish(session, in: directory, options)
      }
    }
  }

  /// What a session works on.
  private typealias Run = (configuration: RunConfiguration, corpus: Corpus, directory: RunDirectory)

  private static func begun(
    _ options: Options, _ interruption: Interruption, _ files: any FileOperations
  ) throws -> Run {
    let corpus = try Corpus.load(
      options[RunFlags.data], tokenization: options[RunFlags.tokens], minimum: options.minimumSymbols())
    let configuration = try options.run(options[RunFlags.router], on: corpus)
    _ = try options.evaluationKs(configuration.model)
    let name = "runs/\(configuration.model.router.rawValue)-seed\(options[RunFlags.seed])"
    let directory = try RunDirectory.create(at: options[output] ?? name, with: files)
    try interruption.completing {
      try directory.writeJSON(configuration, to: RunDirectory.configurationName)
      interruption.advise(continuation(of: directory))
    }
    return (configuration, corpus, directory)
  }

  private static func continued(
    _ path: String, _ options: Options, _ interruption: Interruption, _ files: any FileOperations
  ) throws -> Run {
    let directory = try RunDirectory.reopen(path, with: files)
    let run = try StoredRun(directory)
    let configuration = run.configuration
    try run.expectMemory(configuration.bytesForTraining)
    interruption.advise(continuation(of: directory))
    let corpus = try run.corpus(
      minimum: .forTraining(batch: configuration.training.batch, segment: configuration.model.segment))
    return (configuration, corpus, directory)
  }

  private static func continuation(of directory: RunDirectory) -> String {
    "continue with: hyperrouter train --resume \(directory.path)"
  }

  /// A continued run keeps its settings, so that it ends with the bits of an uninterrupted one.
  private static func refuseSettings(_ options: Options) throws {
    let kept =
      (RunFlags.model.flags + RunFlags.training.flags + [RunFlags.router, RunFlags.data, RunFlags.tokens, output])
      .filter { $0.name != RunFlags.threads.name }
    if let given = kept.first(where: { options.isGiven($0) }) {
      throw CommandError.usage("--\(given.name) does not go with --resume: a continued run keeps its settings")
    }
  }

  /// Trains to the end, evaluates, keeps the result and prints it.
  private static func finish(_ session: TrainingSession, in directory: RunDirectory, _ options: Options) throws {
    let (configuration, corpus, console) = (session.configuration, session.corpus, session.console)
    let ks = try options.evaluationKs(configuration.model)
    let outcome = try session.run()
    let result = TrainResult(
      corpus: CorpusSummary(corpus), seed: configuration.training.seed, steps: configuration.training.steps,
      finalTrainingLoss: outcome.finalLoss, finalTrainingBits: outcome.finalLoss / M_LN2,
      result: try .evaluating(outcome, of: session, ks: ks), path: directory.path)
    try session.interruption.completing { try directory.writeJSON(result, to: RunDirectory.resultsName) }
    if options[RunFlags.json] {
      try console.printObject(result)
    } else {
      try ComparisonTables(
        summary: ComparisonSummary([result.result]), corpus: corpus, experts: configuration.model.experts
      ).print(on: console)
      try console.print("final training loss: \(String(format: "%.3f", result.finalTrainingBits)) \(corpus.unit)")
      if options.isGiven(resume) {
        try console.print("tokens/s and seconds are those of this session's \(outcome.timedSteps) steps")
      }
      try console.print("kept in \(directory.path)")
    }
  }
}

/// The object that `train --json` prints: the router's result, and what belongs to this run alone.
private struct TrainResult: Encodable {
  let corpus: CorpusSummary
  let seed: UInt64
  let steps: Int
  let finalTrainingLoss: Double
  let finalTrainingBits: Double
  let result: RouterResult
  let path: String

  enum CodingKeys: String, CodingKey {
    case corpus, seed, steps, path
    case finalTrainingLoss = "final_training_loss"
    case finalTrainingBits = "final_training_bits_per_character"
    case finalTrainingBitsPerWord = "final_training_bits_per_word"
  }

  func encode(to encoder: any Encoder) throws {
    try result.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(corpus, forKey: .corpus)
    try container.encode(seed, forKey: .seed)
    try container.encode(steps, forKey: .steps)
    try container.encode(finalTrainingLoss, forKey: .finalTrainingLoss)
    let isOfWords = corpus.tokens == Tokenization.words.rawValue
    try container.encode(finalTrainingBits, forKey: isOfWords ? .finalTrainingBitsPerWord : .finalTrainingBits)
    try container.encode(path, forKey: .path)
  }
}
