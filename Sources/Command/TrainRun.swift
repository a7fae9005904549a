import Corpora
import Foundation
import Hosts
import MixtureOfExperts
import RunFiles
import Training

/// What a session of `train` works on.
struct TrainRun {
  let configuration: RunConfiguration
  let corpus: Corpus
  let directory: RunDirectory

  /// A new run.
  static func begun(_ options: Options, _ interruption: Interruption, _ files: any FileOperations) throws -> TrainRun {
    let started = try options[TrainFlags.from].map { try StoredRun(RunDirectory.open($0)) }
    let corpus = try text(options, started)
    var configuration = try options.settings.run(
      started?.configuration.model.router ?? options[RunFlags.router], on: corpus, from: started?.configuration)
    configuration.startedFrom = started.map { InputFile.absolutePath(of: $0.directory.path) }
    _ = try options.settings.evaluationKs(configuration.model)
    // Before anything is written: weights that cannot be read are no beginning.
    let initial = try started?.model()
    let name = "runs/\(configuration.model.router.rawValue)-seed\(options[RunFlags.seed])"
    let directory = try RunDirectory.create(at: options[TrainFlags.output] ?? name, with: files)
    let part = RunOrigin.Part(corpus.name, corpus, runs: [RunOrigin.Part.itself], isJudged: false)
    try interruption.completing {
      if let initial { try Checkpoint.saveInitial(initial, to: directory) }
      try directory.writeJSON(RunOrigin(options, [part]), to: RunOrigin.name)
      try directory.writeJSON(configuration, to: RunDirectory.configurationName)
      interruption.advise(
        configuration.data == InputFile.standardInput
          ? continuation(of: directory) + " --data FILE, a file of the same text" : continuation(of: directory))
    }
    return TrainRun(configuration: configuration, corpus: corpus, directory: directory)
  }

  private static func text(_ options: Options, _ started: StoredRun?) throws -> Corpus {
    guard let started else { return try options.settings.corpus() }
    let kept = started.configuration
    let minimum = Splits<Int>.forTraining(
      batch: options.settings[\.training.batch] ?? options.settings.preset.sizes.batch, segment: kept.model.segment)
    return options.isGiven(RunFlags.data)
      ? try Corpus.load(options[RunFlags.data], vocabulary: kept.vocabulary, minimum: minimum)
      : try started.corpus(minimum: minimum)
  }

  /// A run that was begun before, and made longer if `--steps` says so.
  static func continued(
    _ path: String, _ options: Options, _ interruption: Interruption, _ files: any FileOperations
  ) throws -> TrainRun {
    let directory = try RunDirectory.reopen(path, with: files)
    var run = try StoredRun(directory)
    if options.isGiven(RunFlags.data) { run = try run.reading(options[RunFlags.data]) }
    var configuration = run.configuration
    try run.expectMemory(configuration.bytesForTraining)
    interruption.advise(continuation(of: directory))
    let corpus = try run.corpus(
      minimum: .forTraining(batch: configuration.training.batch, segment: configuration.model.segment))
    _ = try options.settings.evaluationKs(configuration.model)
    if let steps = options.settings[\.training.steps], steps != configuration.training.steps {
      let before = configuration.training.steps
      guard steps > before else {
        throw CommandError.usage("--steps: found \(steps), expected more than the run has, \(before)")
      }
      configuration.training.extendedFrom = (configuration.training.extendedFrom ?? []) + [before]
      configuration.training.steps = steps
      // Looks stay where they would have been.
      configuration.evaluationInterval = run.configuration.evaluationSteps
      try configuration.validate()
      if directory.contains(Checkpoint.stateName) {
        // Before anything is written: a state that cannot be read is not gone on from.
        let (_, state): (LanguageModel<Float>, TrainingState<Float>) = try Checkpoint.resume(
          run.configuration, from: directory, symbols: corpus.splits.train.symbols.count)
        configuration.patienceAfter = state.finishedSteps
        if directory.contains(RunDirectory.metricsName) {
          try directory.readLines(as: MetricsLine.self).expectFit(configuration.model, in: directory)
        }
      }
      try interruption.completing {
        // What was measured is that of the shorter run, which a killed process could not tell from the longer one's.
        try directory.remove(RunDirectory.resultsName)
        try directory.writeJSON(configuration, to: RunDirectory.configurationName)
      }
    } else if options.isGiven(RunFlags.data) {
      // The same text in another place, by its checksum.
      try interruption.completing { try directory.writeJSON(configuration, to: RunDirectory.configurationName) }
    }
    return TrainRun(configuration: configuration, corpus: corpus, directory: directory)
  }

  private static func continuation(of directory: RunDirectory) -> String {
    "continue with: hyperrouter train --resume \(directory.path)"
  }

  /// A continued run keeps its settings, so that it ends with the bits of an uninterrupted one.
  static func refuseSettings(_ options: Options) throws {
    let free: [any DeclaredFlag] = [RunFlags.threads, RunFlags.steps, RunFlags.data, RunFlags.ks]
    let kept = options.command.flags.filter { flag in flag.isSetting && !free.contains { $0.name == flag.name } }
    if let given = options.firstGiven(of: kept + [RunFlags.router, TrainFlags.output, TrainFlags.from]) {
      throw CommandError.usage("--\(given.name) does not go with --resume: a continued run keeps its settings")
    }
    if options.isGiven(RunFlags.data), options[RunFlags.data] == InputFile.standardInput {
      throw CommandError.usage("--data: found - with --resume, expected the file in which the run's text is now")
    }
  }

  /// Weights fit the model and the symbols that they were trained for, and no other.
  static func refuseModel(_ options: Options) throws {
    let kept = RunFlags.model.flags.filter { $0.name != RunFlags.preset.name }
    if let given = options.firstGiven(
      of: kept + [RunFlags.router, RunFlags.tokens, RunFlags.vocabulary, RunFlags.balance])
    {
      throw CommandError.usage("--\(given.name) does not go with --from: the weights' model and symbols are kept")
    }
  }
}

extension RunConfiguration {
  /// The model before the first step: made from the seed, or kept as another run had trained it.
  ///
  /// - Parameter directory: The run's directory, if it has one.
  /// - Returns: A new model.
  /// - Throws: `FileError` if the kept weights cannot be read.
  func initialModel(in directory: RunDirectory?) throws -> LanguageModel<Float> {
    guard startedFrom != nil, let directory else { return LanguageModel(model, seed: training.seed) }
    return try Checkpoint.load(self, from: directory, Checkpoint.initialName)
  }
}
