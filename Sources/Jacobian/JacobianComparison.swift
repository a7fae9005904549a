import Corpora
import Hosts
import MixtureOfExperts
import Tensors
import Training

/// The paper's comparison of Jacobians: trains or takes models, takes snapshots of every mixture, and collects what its claims say.
package struct JacobianComparison {
  package static let routers = RouterKind.compared
  /// The most symbols that models are looked at with: rows of the text, and their length.
  static let probed = (rows: 4, length: 64)
  package static let snapshotCount = 10  // Snapshots of a model during a training, beside the first
  /// d is large and N small, so that (N−1)·m has room to grow.
  static let curveSizes = CurveSizes(
    experts: 4, modelWidth: 128, hypernetworkWidth: RouterSizes.releasedHypernetworkWidth)

  let workers: Workers

  package init(workers: Workers) { self.workers = workers }

  /// A model that is to be trained, and how.
  package typealias Plan = (configuration: Configuration, training: TrainingOptions)

  /// How far a comparison is.
  package enum Progress {
    case begins(Configuration, TrainingOptions)
    case step(Trainer<Double>.StepReport)
    case curve(trainings: Int)  // The trainings of the curve of ranks, side by side
  }

  /// How many symbols the text needs beside what the models' training needs.
  package static var minimumSymbols: Splits<Int> { RankCurve.minimumSymbols(curveSizes) }

  /// Trains every router in double precision from the same seeds, the first one that of its options, and takes snapshots on the way.
  ///
  /// The values of m are those of the curves of ranks, a small training each, and of the step's cosine.
  ///
  /// - Throws: `CorpusError` for a text that is too short, `TrainingError` for a loss that is not finite.
  package func callAsFunction(
    _ models: [Plan], seeds: Int, embeddingWidths: [Int], on corpus: Corpus, progress: (Progress) -> Void = { _ in }
  ) throws -> JacobianOutcome {
    let (configuration, training) = models[0]
    var curve = Self.curveSizes
    curve.steps = training.steps
    var results = try models.flatMap { configuration, training in
      try trained(configuration, training, seeds: seeds, on: corpus, progress)
    }
    // At the sizes of the trained models.
    results += StepCosineCurve(
      embeddingWidths: embeddingWidths,
      sizes: CurveSizes(
        experts: configuration.experts, modelWidth: configuration.modelWidth,
        hypernetworkWidth: configuration.hypernetworkWidth),
      gate: configuration.gateOrder, k: min(2, configuration.experts), workers: workers
    ).results.map { $0.of(RouterKind.hyperRouter.rawValue) }
    progress(.curve(trainings: embeddingWidths.count))
    results += try RankCurve(
      embeddingWidths: embeddingWidths, sizes: curve, seed: training.seed, gate: configuration.gateOrder,
      corpus: corpus, workers: workers
    ).results.map { $0.of(RouterKind.hyperRouter.rawValue) }
    let seen = models.map { JacobianSubject.Model($0, after: $1.steps, of: $1) }
    return JacobianOutcome(
      JacobianSubject(configuration, models: seen, corpus: corpus.name, seed: Int(training.seed), curve: curve),
      about: models.map(\.configuration.router), results)
  }

  private func trained(
    _ configuration: Configuration, _ training: TrainingOptions, seeds: Int, on corpus: Corpus,
    _ progress: (Progress) -> Void
  ) throws -> [ClaimResult] {
    let probe = try Self.probe(configuration, corpus)
    var trajectories: [Trajectory] = []
    var results: [ClaimResult] = []
    for index in 0..<seeds {
      var training = training
      training.seed &+= UInt64(index)
      progress(.begins(configuration, training))
      let (trajectory, model) = try Trajectory.training(
        configuration, training, symbols: corpus.splits.train.symbols, probe: probe,
        interval: max(1, training.steps / Self.snapshotCount), workers: workers
      ) { progress(.step($0)) }
      if index == 0 {
        results +=
          ModelClaims(model: model, probe: probe, start: trajectory.snapshots[0].layers, workers: workers).results
      }
      trajectories.append(trajectory)
    }
    return (results + Self.along(trajectories)).map { $0.of(configuration.router.rawValue) }
  }

  /// The claims along a training, the first seed's, and collapse over all seeds.
  private static func along(_ trajectories: [Trajectory]) -> [ClaimResult] {
    let first = trajectories[0]
    let isGenerated = Claim.about([first.router]).contains(.generatedRows)
    return first.fixedSubspace() + first.drift() + first.frozenWeights() + (isGenerated ? first.routingSpans() : [])
      + Collapse(trajectories).results
  }

  private static func probe(_ configuration: Configuration, _ corpus: Corpus) throws -> Probe {
    let length = min(configuration.segment, probed.length)
    let symbols = corpus.splits.validation.symbols
    let row = Probe.minimumSymbols(rows: 1, length: length, of: configuration)
    return try Probe(symbols, rows: max(1, min(probed.rows, symbols.count / row)), length: length, of: configuration)
  }

  /// What was found about a model that is stored.
  package typealias StoredModel = (configuration: Configuration, model: JacobianSubject.Model, results: [ClaimResult])

  /// Takes snapshots of a model that was trained before, after some of its run's steps, beside what it began as.
  ///
  /// - Throws: `CorpusError` for a text that is too short.
  package func snapshots(
    of model: LanguageModel<Double>, initial: LanguageModel<Double>, after steps: Int, of training: TrainingOptions,
    on corpus: Corpus
  ) throws -> StoredModel {
    let configuration = model.configuration
    let probe = try Self.probe(configuration, corpus)
    let seen = JacobianSubject.Model(configuration, after: steps, of: training)
    var trajectory = Trajectory(configuration)
    trajectory.record(initial, step: 0, k: training.kSchedule(step: 0, of: training.steps), probe)
    trajectory.record(model, step: steps, k: seen.k, probe)
    trajectory.compareFrozen(initial.frozen.map(\.value), model.frozen.map(\.value))
    let results =
      ModelClaims(model: model, probe: probe, start: trajectory.snapshots[0].layers, workers: workers).results
      + Self.along([trajectory])
    return (configuration, seen, results.map { $0.of(seen.router) })
  }

  /// What was found about the stored models of one directory, at least one.
  package static func outcome(of stored: [StoredModel], in directory: String) -> JacobianOutcome {
    JacobianOutcome(
      JacobianSubject(stored[0].configuration, models: stored.map(\.model), checkpoint: directory),
      about: stored.map(\.configuration.router), stored.flatMap(\.results))
  }

  /// How many bytes the claims about a model of these sizes take beside the models, roughly; may exceed every integer.
  ///
  /// - Parameter snapshots: How often a model is recorded; in a training unless given.
  package static func bytes(for sizes: Configuration, snapshots: Int = snapshotCount + 1) -> Double {
    let (d, N) = (Double(sizes.modelWidth), Double(sizes.experts))
    let tokens = Double(probed.rows * probed.length)
    // J, J₁ and J₂ of each token that is looked at closely, three ways.
    let jacobians = 9 * min(tokens, Double(ModelClaims.tokensPerLayer(experts: sizes.experts))) * d * d
    let outputs = 3 * N * tokens * d
    let snapshots = Double(snapshots) * Double(sizes.layers) * (N * d + 2 * tokens * d)
    // ∂vec(W_r)/∂e by formula, tape and differences, and what finding its rank takes.
    let generated = sizes.router == .hyperRouter ? 5 * N * (d + 1) * Double(sizes.embeddingWidth) : 0
    return 8 * (jacobians + outputs + snapshots + generated)
  }
}
