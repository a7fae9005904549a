import Autograd
import Hosts
import Layers
import MixtureOfExperts
import Tensors
import Training

/// One model's mixtures over a training, as a probe saw them.
public struct Trajectory {
  /// All mixtures at one moment.
  public struct Snapshot {
    /// Finished steps.
    public let step: Int
    /// Experts for each token in training at that step; routing terms are those of this k.
    public let k: Int
    /// One for each mixture, first layer first.
    public let layers: [LayerSnapshot]
  }

  /// The router.
  public let router: RouterKind
  /// The sizes.
  public let configuration: Configuration
  /// The initial state first.
  public private(set) var snapshots: [Snapshot] = []
  /// How many frozen numbers do not have the bits they began with; nil where nobody compared them.
  public private(set) var changedFrozenNumbers: Int?
  /// Names of frozen weights for which the optimiser keeps moments; nil where nobody watched the training.
  public private(set) var frozenWithMoments: [String]?

  /// Begins a trajectory.
  public init(_ configuration: Configuration) {
    self.configuration = configuration
    router = configuration.router
  }

  /// Trains a model and looks at it on the way.
  ///
  /// - Parameters:
  ///   - configuration: The sizes.
  ///   - options: The training; its seed also makes the weights.
  ///   - symbols: The text to train on.
  ///   - probe: What the model is looked at with.
  ///   - interval: Steps between two looks; the first look is before the first step, the last after the last.
  ///   - progress: Is told of every step.
  /// - Returns: The trajectory, and the trained model.
  /// - Throws: `CorpusError` for a text that is too short, `TrainingError` for a loss that is not finite.
  public static func training(
    _ configuration: Configuration, _ options: TrainingOptions, symbols: [Int32], probe: Probe, interval: Int,
    workers: Workers, progress: (Trainer<Double>.StepReport) -> Void = { _ in }
  ) throws -> (trajectory: Trajectory, model: LanguageModel<Double>) {
    let model = LanguageModel<Double>(configuration, seed: options.seed)
    let trainer = try Trainer(model, options, symbols: symbols, workers: workers)
    var trajectory = Trajectory(configuration)
    let before = model.frozen.map(\.value)
    trajectory.look(at: model, step: 0, k: options.kSchedule(step: 0, of: options.steps), probe)
    while trainer.finishedSteps < options.steps {
      let report = try trainer.step()
      progress(report)
      if report.step % interval == 0 || report.step == options.steps {
        trajectory.look(at: model, step: report.step, k: report.k, probe)
      }
    }
    trajectory.compareFrozen(before, model.frozen.map(\.value))
    let trained = Set(trainer.trainedNames)
    if !before.isEmpty {
      trajectory.frozenWithMoments = model.frozen.map(\.name).filter { trained.contains($0) }
    }
    return (trajectory, model)
  }

  /// The k at which routers are compared with one another, whatever their schedules: 2, with which all of them begin.
  public var comparisonK: Int { min(2, configuration.experts) }

  /// Appends the state of a model.
  ///
  /// - Parameters:
  ///   - step: Finished steps.
  ///   - k: Experts for each token in training at that step.
  ///   - probe: What the model is looked at with.
  public mutating func look(at model: LanguageModel<Double>, step: Int, k: Int, _ probe: Probe) {
    let inTraining = probe(model, k: k)
    let compared = k == comparisonK ? inTraining : probe(model, k: comparisonK)
    let layers = paired(inTraining, compared).map { LayerSnapshot(inTraining: $0, compared: $1) }
    precondition(!layers.isEmpty, "Trajectory: a model without a mixture")
    snapshots.append(Snapshot(step: step, k: k, layers: layers))
  }

  /// Counts the frozen numbers whose bits differ, if there are any frozen numbers.
  ///
  /// - Parameters:
  ///   - before: Frozen weights at the beginning.
  ///   - after: The same at the end.
  public mutating func compareFrozen(_ before: [Tensor<Double>], _ after: [Tensor<Double>]) {
    precondition(
      before.map(\.shape) == after.map(\.shape),
      "compareFrozen: shapes \(before.map(\.shape)) before, \(after.map(\.shape)) after")
    if before.isEmpty { return }
    changedFrozenNumbers = paired(before, after).reduce(0) { count, pair in
      count + paired(pair.0.scalars, pair.1.scalars).count { $0.bitPattern != $1.bitPattern }
    }
  }

  /// Claim 7, the other half: frozen weights are what they were, to the bit, and the optimiser keeps nothing for them.
  ///
  /// - Parameter name: What results call the router.
  /// - Returns: How many frozen numbers changed, and how many frozen weights were trained; each only if it was counted.
  public func frozenWeights(router name: String) -> [ClaimResult] {
    let counts = [
      ("frozen numbers whose bits changed", changedFrozenNumbers),
      ("frozen weights with optimiser state", frozenWithMoments?.count),
    ]
    return counts.compactMap { quantity, count in
      count.map {
        ClaimResult(7, name, quantity, steps, found: [.init("counted", Double($0))], .exactly, bound: 0)
      }
    }
  }

  /// The first look, at the initial state.
  var first: Snapshot { snapshot(0) }

  /// The last look.
  var last: Snapshot { snapshot(snapshots.count - 1) }

  private func snapshot(_ index: Int) -> Snapshot {
    precondition(!snapshots.isEmpty, "Trajectory: nobody looked")
    return snapshots[index]
  }

  /// Which steps the trajectory covers.
  var steps: ClaimSetting { ClaimSetting().with(\.lastStep, last.step) }

  /// The same with how many of them were looked at.
  var looks: ClaimSetting { steps.with(\.looks, snapshots.count) }

  /// One mixture over the whole training.
  ///
  /// - Parameter layer: The mixture's number.
  /// - Returns: Its snapshots in the order of steps.
  func course(of layer: Int) -> [LayerSnapshot] { snapshots.map { $0.layers[layer] } }

  /// The numbers of the mixtures.
  var layers: Range<Int> { first.layers.indices }
}
