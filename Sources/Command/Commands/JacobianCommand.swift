import Corpora
import Experiments
import Foundation
import Jacobian
import MixtureOfExperts
import RunFiles
import Tensors
import Training

/// The flags of `jacobian` that no other command has.
enum JacobianFlags {
  static let checkpoint = Flag<String>.path(
    "checkpoint", "DIR", help: "a run of train or compare to measure, instead of training"
  ).optional("train small models first")
  static let defaultSteps = 60
  static let steps = Flag<Int>.integer(
    "steps", in: 1...1_000_000, help: "updates in each training, those of the curve included"
  ).optional("\(defaultSteps)")
  static let seeds = Flag<Int>.integer(
    "seeds", in: 1...100, help: "trainings of each router from which collapse is measured"
  ).defaulting(to: 2)
  static let curve = Flag<[Int]>.integers(
    "curve", in: 1...1024,
    help: "embedding widths m for the curves of ranks, a small training each, and of the step's cosine"
  ).defaulting(to: [1, 2, 4, 8, 16, 32])
  static let verbose = RunFlags.verbose.meaning("print every number that was compared or measured, too")
  static let own: [any DeclaredFlag] = [
    steps, seeds, curve,
    RunFlags.seed.meaning("the first of the seeds, which determine initial weights and dropout"),
  ]
}

extension Command {
  /// `hyperrouter jacobian`: the paper's comparison of Jacobians, in numbers.
  static let jacobian = Command(
    "jacobian", summary: "test the paper's Jacobian comparison, claim by claim",
    discussion: """
      Takes these routers: \(JacobianComparison.routers.map(\.rawValue).joined(separator: ", ")).
      Trains them in double precision from the same seed on the same text and takes snapshots of every mixture on the way.
      Claims 1, 2, 3, 5, 6 and 7 are tested on the trained models, by closed form, autodiff and central differences;
      claims 4 to 6 also along the training. With --checkpoint a trained model is compared with its initial state.
      Every snapshot is with a full memory. Exit status 1 if a claim with a bound does not hold, or if one was decided for
      none of the routers that it is about.
      """,
    groups: [
      FlagGroup("What to measure", [JacobianFlags.checkpoint, RunFlags.data, RunFlags.tokens]),
      FlagGroup("Output", [JacobianFlags.verbose, RunFlags.json]),
      RunFlags.model,
      RunFlags.training.with(JacobianFlags.own, without: [RunFlags.balance]),
    ],
    examples: [
      Example("every number, at the release's gate order", "--gate-order", "topk-softmax", "--verbose"),
      Example("of trained models", "--checkpoint", "runs/all"),
    ],
    check: { options in
      // A stored run decides its own settings.
      guard options.isGiven(JacobianFlags.checkpoint) else { return _ = try options.comparedModels(vocabulary: 1) }
      let free = [RunFlags.threads, RunFlags.data, RunFlags.gateOrder] as [any DeclaredFlag]
      let decided = options.command.flags.filter { flag in flag.isSetting && !free.contains { $0.name == flag.name } }
      if let flag = options.firstGiven(of: decided + JacobianFlags.own) {
        throw CommandError.usage("--\(flag.name): found together with --checkpoint, whose run decides it")
      }
    }
  ) { options, console in
    let comparison = JacobianComparison(workers: Workers(count: options[RunFlags.threads]))
    let outcome =
      if let directory = options[JacobianFlags.checkpoint] {
        try comparison.ofCheckpoint(at: directory, options, console)
      } else {
        try comparison.ofTraining(options, console)
      }
    if options[RunFlags.json] {
      try console.printObject(Stamped(outcome))
    } else {
      try outcome.print(on: console, isVerbose: options[JacobianFlags.verbose])
    }
    if let problem = outcome.problem { throw CommandError(.refuted, problem) }
  }
}

extension Options {
  /// The models that the flags describe, one for each router, and their trainings, checked.
  fileprivate func comparedModels(vocabulary: Int) throws -> [JacobianComparison.Plan] {
    try JacobianComparison.routers.map { router in
      var configuration = try settings.configuration(router).model
      configuration.vocabulary = vocabulary
      try configuration.validate()
      var training = try settings.configuration(router, model: configuration).training
      training.steps = self[JacobianFlags.steps] ?? JacobianFlags.defaultSteps
      try training.validate(for: configuration)
      // Twice: these models are trained in double precision.
      try MemoryShortage.check(2 * training.bytes(for: configuration) + JacobianComparison.bytes(for: configuration))
      return (configuration, training)
    }
  }
}

extension JacobianComparison {
  fileprivate func ofTraining(_ options: Options, _ console: Console) throws -> JacobianOutcome {
    let (least, own) = (options.settings.minimumSymbols, Self.minimumSymbols)
    let corpus = try Corpus.load(
      options[RunFlags.data], tokenization: options[RunFlags.tokens],
      minimum: Splits(
        train: max(least.train, own.train), validation: max(least.validation, own.validation), test: 0))
    corpus.notes.forEach(console.note)
    let models = try options.comparedModels(vocabulary: corpus.vocabulary.count)
    var line: ProgressLine?
    defer { line?.finish() }
    return try self(
      models, seeds: options[JacobianFlags.seeds], embeddingWidths: options[JacobianFlags.curve], on: corpus
    ) { progress in
      switch progress {
      case .begins(let model, let training):
        line?.finish()
        line = console.progress(
          "\(model.router.rawValue), seed \(training.seed)", symbol: corpus.symbol, steps: training.steps,
          tokensPerStep: training.batch * model.segment)
      case .step(let report): line?.update(step: report.step, bitsPerCharacter: report.loss / M_LN2)
      case .curve(let trainings):
        line?.finish()
        console.note("rank against m: \(trainings) trainings")
      }
    }
  }

  /// Measures a run of `train`, or of `compare` with a run for each router inside.
  fileprivate func ofCheckpoint(at path: String, _ options: Options, _ console: Console) throws -> JacobianOutcome {
    let directory = try RunDirectory.open(path)
    let names = Self.routers.map(\.rawValue)
    let inside =
      directory.contains(Checkpoint.modelName)
      ? [directory]
      : try names.filter { directory.contains("\($0)/\(Checkpoint.modelName)") }
        .map { try RunDirectory.open(directory.path(of: $0)) }
    if inside.isEmpty {
      throw FileError(
        .missing, path, "holds no \(Checkpoint.modelName), nor does a directory of a router inside it")
    }
    let runs = try inside.map { try StoredRun($0) }
    if let other = runs.map(\.configuration.model.router).first(where: { !Self.routers.contains($0) }) {
      throw FileError(
        .unexpected, path,
        "holds a model with router \(other.rawValue), expected one of \(names.joined(separator: ", "))")
    }
    try options.expectGateOrder(of: runs[0])
    // Once for all runs: standard input cannot be read again.
    let text = options.isGiven(RunFlags.data) ? try CorpusText(options[RunFlags.data]) : nil
    let minimum = Splits(train: 0, validation: 2, test: 0)
    var said: Set<String> = []
    let found = try runs.map { run in
      let configuration = run.configuration
      // The file first: it shows whether sizes can be true before memory for them is asked for.
      try run.expectMemory(3 * configuration.bytesForReading + Self.bytes(for: configuration.model, snapshots: 2))
      let corpus =
        try text.map { try Corpus.load($0, vocabulary: configuration.vocabulary, minimum: minimum) }
        ?? run.corpus(minimum: minimum)
      for note in corpus.notes where said.insert(note).inserted { console.note(note) }
      return try snapshots(
        of: LanguageModel(converting: try run.model()),
        initial: LanguageModel(converting: try configuration.initialModel(in: run.directory)),
        after: try run.plannedOrFinishedSteps(), of: configuration.training,
        on: corpus)
    }
    return Self.outcome(of: found, in: path)
  }
}

extension Options {
  /// Refuses another gate order than that of a stored run.
  func expectGateOrder(of run: StoredRun) throws(CommandError) {
    let (given, order) = (self[RunFlags.gateOrder], run.configuration.model.gateOrder)
    guard isGiven(RunFlags.gateOrder) && given != order else { return }
    throw .usage("--gate-order: found \(given.rawValue), expected that of the run, \(order.rawValue)")
  }
}

extension JacobianOutcome {
  /// The verdicts, and all numbers if they are asked for.
  fileprivate func print(on console: Console, isVerbose: Bool) throws {
    try console.print(subject.heading.joined(separator: "\n") + "\n")
    for verdict in verdicts {
      let bounds =
        verdict.failed > 0
        ? "\(verdict.failed) of \(verdict.compared) bounds not respected" : "\(verdict.compared) bounds respected"
      try console.print(
        console.wrapped(
          "\(verdict.claim.number). \(verdict.statement): \(console.style.bold(verdict.words))"
            + (verdict.holds == nil
              ? ", nothing that could have failed was found"
              : ", \(bounds); \(verdict.routers.joined(separator: ", "))")))
    }
    try console.print("\n" + console.style.bold("\(verdicts.count { $0.holds == true }) of \(verdicts.count) hold"))
    if isVerbose {
      try console.print("")
      try console.print(tables.flatMap { title, tables in [.heading(title)] + tables.map { .table($0) } })
    } else {
      try console.print(
        "--verbose prints what was compared and measured: \(claims.count + collapse.count) rows")
    }
  }

  /// Why the exit status is 1; nil where every claim was decided and holds.
  fileprivate var problem: String? {
    let refuted = (claims + collapse).filter { $0.holds == false }
    guard let first = refuted.first else {
      if inconclusive.isEmpty { return nil }
      let claims = inconclusive.map { "\($0.number)" }.joined(separator: ", ")
      return "inconclusive for every router: claim \(claims); nothing was found that could have failed"
    }
    let others = refuted.count > 1 ? " (and \(refuted.count - 1) more)" : ""
    return "\(first.claim.map { "claim \($0.number)" } ?? "a bound") does not hold: \(first.router), "
      + "\(first.statement): found \(first.measured), bound \(first.bound ?? .nan)\(others)"
  }
}
