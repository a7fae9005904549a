import Corpora
import Experiments
import Foundation
import Jacobian
import MixtureOfExperts
import RunFiles
import Tensors
import Training

/// The work of `jacobian`: trains or reads models, and collects the claims about them.
struct JacobianRun {
  static let checkpoint = Flag<String>.path(
    "checkpoint", "DIR", help: "a run of train or compare to look at, instead of training"
  ).optional("train small models first")
  static let defaultSteps = 60
  static let steps = Flag<Int>.integer(
    "steps", in: 1...1_000_000, help: "updates in each training, those of the curve included"
  ).optional("\(defaultSteps)")
  static let defaultSeeds = 2
  static let seeds = Flag<Int>.integer(
    "seeds", in: 1...100, help: "trainings of each router from which collapse is measured"
  ).defaulting(to: defaultSeeds)
  /// ``RunFlags/seed``, of which there are several.
  static let seed = RunFlags.seed.meaning("the first of the seeds, which determine initial weights and dropout")
  static let defaultCurve = [1, 2, 4, 8, 16, 32]
  static let curve = Flag<[Int]>.integers(
    "curve", in: 1...1024,
    help: "embedding widths m for the curves of ranks, a small training each, and of the step's cosine"
  ).defaulting(to: defaultCurve)
  /// N, d and s of the curve: d is large and N small, so that (N−1)·m has room to grow.
  private static let curveSizes = (experts: 4, width: 128, hypernetwork: RouterSizes.releasedHypernetworkWidth)
  /// Looks at each model of the curve, beside the first.
  private static let curveLooks = 40
  static let own: [any DeclaredFlag] = [steps, seeds, curve, seed]
  static let verbose = Flag<Bool>.toggle("verbose", help: "print every number that was compared or measured, too")
  static let routers = RouterKind.compared
  /// The most symbols that models are looked at with: rows of the text, and their length.
  static let probed = (rows: 4, length: 64)
  /// Looks at a model during a training, beside the first.
  static let looks = 10

  let options: Options
  let console: Console
  let workers: Workers

  init(_ options: Options, _ console: Console) {
    self.options = options
    self.console = console
    workers = Workers(count: options[RunFlags.threads])
  }

  /// Trains every router and looks at it on the way.
  func ofTraining() throws -> JacobianOutcome {
    let corpus = try Corpus.load(
      options[RunFlags.data], tokenization: options[RunFlags.tokens], minimum: minimumSymbols())
    var claims: [ClaimResult] = []
    for router in Self.routers {
      let configuration = try options.configuration(router, vocabulary: corpus.vocabulary.count)
      claims += try trainedClaims(configuration, corpus)
    }
    claims += try stepCosines(corpus).results(router: RouterKind.hyperRouter.rawValue)
    console.note("rank against m: \(options[Self.curve].count) trainings")
    claims += try rankCurve(corpus).results(router: RouterKind.hyperRouter.rawValue)
    let (first, steps) = (try options.configuration(.smoe, vocabulary: 1), options[Self.steps] ?? Self.defaultSteps)
    let sizes = Self.curveSizes
    let models = try Self.routers.map { router in
      let training = try Self.training(try options.configuration(router, vocabulary: 1), options)
      return JacobianSubject.Model(
        router: router.rawValue, steps: steps, plannedSteps: steps, k: training.kSchedule(step: steps - 1, of: steps))
    }
    return JacobianOutcome(
      gateOrder: options[RunFlags.gateOrder], results: claims,
      subject: JacobianSubject(
        first, models: models, corpus: corpus.name, seed: Int(options[RunFlags.seed]),
        curve: .init(
          experts: sizes.experts, modelWidth: sizes.width, hypernetworkWidth: sizes.hypernetwork, steps: steps)),
      routers: Self.routers)
  }

  private func trainedClaims(_ configuration: Configuration, _ corpus: Corpus) throws -> [ClaimResult] {
    let name = configuration.router.rawValue
    var training = try Self.training(configuration, options)
    let probe = try probe(configuration, corpus)
    var trajectories: [Trajectory] = []
    var claims: [ClaimResult] = []
    for index in 0..<options[Self.seeds] {
      training.seed = UInt64(options[RunFlags.seed]) &+ UInt64(index)
      let progress = console.progress(
        "\(name), seed \(training.seed)", symbol: corpus.symbol, steps: training.steps,
        tokensPerStep: training.batch * configuration.segment)
      defer { progress.finish() }
      let (trajectory, model) = try Trajectory.training(
        configuration, training, symbols: corpus.splits.train.symbols, probe: probe,
        interval: max(1, training.steps / Self.looks), workers: workers
      ) { report in progress.update(step: report.step, bitsPerCharacter: report.loss / M_LN2) }
      if index == 0 {
        claims += ModelClaims(model, probe: probe, start: trajectory.snapshots[0].layers, workers: workers)
          .results(router: name)
      }
      trajectories.append(trajectory)
    }
    return claims + along(trajectories, name)
  }

  /// The claims about a course, the first seed's, and collapse over all seeds.
  private func along(_ trajectories: [Trajectory], _ name: String) -> [ClaimResult] {
    let first = trajectories[0]
    var claims = first.fixedSubspace(router: name) + first.drift(router: name) + first.frozenWeights(router: name)
    if first.router.provableClaims.contains(6) { claims += first.routingSpans(router: name) }
    return claims + Collapse(trajectories).results(router: name)
  }

  /// Looks at trained models, each beside its initial state.
  ///
  /// - Parameter path: A run of `train`, or of `compare` with a run for each router inside.
  /// - Returns: The claims.
  /// - Throws: `CommandError` for another gate order, `FileError` for what cannot be read.
  func ofCheckpoint(at path: String) throws -> JacobianOutcome {
    let runs = try storedRuns(path)
    if let other = runs.first(where: { !Self.routers.contains($0.configuration.model.router) }) {
      let names = Self.routers.map(\.rawValue).joined(separator: ", ")
      throw FileError(
        .unexpected, path,
        "holds a model with router \(other.configuration.model.router.rawValue), expected one of \(names)")
    }
    let model = runs[0].configuration.model
    if options.isGiven(RunFlags.gateOrder) && options[RunFlags.gateOrder] != model.gateOrder {
      throw CommandError.usage(
        "--gate-order: found \(options[RunFlags.gateOrder].rawValue), expected that of the run, "
          + model.gateOrder.rawValue)
    }
    // Once for all runs: standard input cannot be read again.
    let text = options.isGiven(RunFlags.data) ? try CorpusText(options[RunFlags.data]) : nil
    var claims: [ClaimResult] = []
    var models: [JacobianSubject.Model] = []
    for run in runs {
      let (training, router) = (run.configuration.training, run.configuration.model.router)
      let steps = try Checkpoint.finishedSteps(of: run.configuration, in: run.directory)
      let k = training.kSchedule(step: max(0, steps - 1), of: training.steps)
      claims += try storedClaims(run, on: text, steps: steps, k: k)
      models.append(.init(router: router.rawValue, steps: steps, plannedSteps: training.steps, k: k))
    }
    return JacobianOutcome(
      gateOrder: model.gateOrder, results: claims,
      subject: JacobianSubject(model, models: models, checkpoint: path),
      routers: runs.map(\.configuration.model.router))
  }

  private func storedClaims(
    _ run: StoredRun, on text: CorpusText?, steps: Int, k: Int
  ) throws -> [ClaimResult] {
    let configuration = run.configuration.model
    let name = configuration.router.rawValue
    // The file first: it shows whether sizes can be true before memory for them is asked for.
    try run.expectMemory(3 * run.configuration.bytesForReading + configuration.bytesForJacobians(looks: 2))
    let model = LanguageModel(converting: try run.model())
    let minimum = Splits(train: 0, validation: 2, test: 0)
    let corpus =
      if let text {
        try Corpus.load(text, vocabulary: run.configuration.vocabulary, minimum: minimum)
      } else {
        try run.corpus(minimum: minimum)
      }
    let probe = try probe(configuration, corpus)
    let initial = LanguageModel(converting: try run.configuration.initialModel(in: run.directory))
    let training = run.configuration.training
    var course = Trajectory(configuration)
    course.look(at: initial, step: 0, k: training.kSchedule(step: 0, of: training.steps), probe)
    course.look(at: model, step: steps, k: k, probe)
    course.compareFrozen(initial.frozen.map(\.value), model.frozen.map(\.value))
    return ModelClaims(model, probe: probe, start: course.snapshots[0].layers, workers: workers).results(router: name)
      + along([course], name)
  }

  /// The run in a directory, or the runs of `compare` inside it.
  private func storedRuns(_ path: String) throws -> [StoredRun] {
    let directory = try RunDirectory.open(path)
    if directory.contains(Checkpoint.modelName) { return [try StoredRun(directory)] }
    let inside = Self.routers.map(\.rawValue).filter { directory.contains("\($0)/\(Checkpoint.modelName)") }
    guard !inside.isEmpty else {
      throw FileError(
        .missing, path, "holds no \(Checkpoint.modelName), nor does a directory of a router inside it")
    }
    return try inside.map { try StoredRun(RunDirectory.open(directory.path(of: $0))) }
  }

  private func probe(_ configuration: Configuration, _ corpus: Corpus) throws -> Probe {
    let length = min(configuration.segment, Self.probed.length)
    let symbols = corpus.splits.validation.symbols
    let row = Probe.minimumSymbols(rows: 1, length: length, of: configuration)
    let rows = max(1, min(Self.probed.rows, symbols.count / row))
    return try Probe(symbols, rows: rows, length: length, of: configuration)
  }

  /// At the sizes of the trained models.
  private func stepCosines(_ corpus: Corpus) throws -> StepCosineCurve {
    let model = try options.configuration(.hyperRouter, vocabulary: corpus.vocabulary.count)
    return StepCosineCurve(
      embeddingWidths: options[Self.curve],
      sizes: (experts: model.experts, width: model.modelWidth, hypernetwork: model.hypernetworkWidth),
      gate: model.gateOrder, k: min(2, model.experts), workers: workers)
  }

  private func rankCurve(_ corpus: Corpus) throws -> RankCurve {
    try RankCurve(
      embeddingWidths: options[Self.curve], sizes: Self.curveSizes,
      steps: options[Self.steps] ?? Self.defaultSteps, looks: Self.curveLooks, seed: UInt64(options[RunFlags.seed]),
      gate: options[RunFlags.gateOrder],
      symbols: corpus.splits.train.symbols, probed: corpus.splits.validation.symbols,
      vocabulary: corpus.vocabulary.count, workers: workers)
  }

  private func minimumSymbols() -> Splits<Int> {
    let least = options.settings.minimumSymbols
    let probed = RankCurve.minimumProbedSymbols(sizes: Self.curveSizes)
    return Splits(
      train: max(least.train, RankCurve.minimumTrainingSymbols), validation: max(least.validation, probed), test: 0)
  }
}
