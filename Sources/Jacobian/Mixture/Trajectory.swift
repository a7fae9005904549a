import Autograd
import Hosts
import Layers
import LinearAlgebra
import MixtureOfExperts
import Tensors
import Training

/// One model's mixtures over a training, as a probe saw them.
package struct Trajectory {
  /// All mixtures at one moment.
  package struct Snapshot {
    package let step: Int  // Finished steps
    package let k: Int  // Experts for each token in training at that step; routing terms are those of this k
    package let layers: [LayerSnapshot]  // One for each mixture, first layer first
  }

  package let configuration: Configuration
  package private(set) var snapshots: [Snapshot] = []  // The initial state first
  /// How many frozen numbers do not have the bits they began with; nil where nobody compared them.
  package private(set) var changedFrozenNumbers: Int?
  /// Names of frozen weights for which the optimiser keeps moments; nil where nobody watched the training.
  package private(set) var frozenWithMoments: [String]?

  /// Begins a trajectory.
  package init(_ configuration: Configuration) { self.configuration = configuration }

  /// Trains a model and takes snapshots of it before the first step, after the last, and on the way in intervals of steps.
  ///
  /// The options' seed also makes the weights.
  ///
  /// - Throws: `CorpusError` for a text that is too short, `TrainingError` for a loss that is not finite.
  package static func training(
    _ configuration: Configuration, _ options: TrainingOptions, symbols: [Int32], probe: Probe, interval: Int,
    workers: Workers, progress: (Trainer<Double>.StepReport) -> Void = { _ in }
  ) throws -> (trajectory: Trajectory, model: LanguageModel<Double>) {
    let model = LanguageModel<Double>(configuration, seed: options.seed)
    let trainer = try Trainer(model, options, symbols: symbols, workers: workers)
    var trajectory = Trajectory(configuration)
    let before = model.frozen.map(\.value)
    trajectory.record(model, step: 0, k: options.kSchedule(step: 0, of: options.steps), probe)
    while trainer.finishedSteps < options.steps {
      let report = try trainer.step()
      progress(report)
      if report.step % interval == 0 || report.step == options.steps {
        trajectory.record(model, step: report.step, k: report.k, probe)
      }
    }
    trajectory.compareFrozen(before, model.frozen.map(\.value))
    let trained = Set(trainer.trainedNames)
    if !before.isEmpty {
      trajectory.frozenWithMoments = model.frozen.map(\.name).filter { trained.contains($0) }
    }
    return (trajectory, model)
  }

  package var router: RouterKind { configuration.router }

  /// The k at which routers are compared with one another, whatever their schedules: 2, with which all of them begin.
  package var comparisonK: Int { min(2, configuration.experts) }

  /// Appends the state of a model after some steps, with the k of the training at that step.
  package mutating func record(_ model: LanguageModel<Double>, step: Int, k: Int, _ probe: Probe) {
    let inTraining = probe(model, k: k)
    let compared = k == comparisonK ? inTraining : probe(model, k: comparisonK)
    let layers = paired(inTraining, compared).map { LayerSnapshot(inTraining: $0, compared: $1) }
    precondition(!layers.isEmpty, "Trajectory: a model without a mixture")
    snapshots.append(Snapshot(step: step, k: k, layers: layers))
  }

  /// Counts the frozen numbers whose bits differ between the beginning and the end, if there are any frozen numbers.
  package mutating func compareFrozen(_ before: [Tensor<Double>], _ after: [Tensor<Double>]) {
    precondition(
      before.map(\.shape) == after.map(\.shape),
      "compareFrozen: shapes \(before.map(\.shape)) before, \(after.map(\.shape)) after")
    if before.isEmpty { return }
    changedFrozenNumbers = paired(before, after).reduce(0) { count, pair in
      count + paired(pair.0.scalars, pair.1.scalars).count { $0.bitPattern != $1.bitPattern }
    }
  }

  /// The rank of one layer's routing terms of all tokens at all steps, found one of the two exact ways: the number of
  /// singular values above rounding.
  package func rankOfRoutingTerms(_ layer: Int, _ way: Way = .closedForm) -> Int {
    let values = SingularValues(of: .concatenated(history(of: layer).map { $0.routingTerms(way) }, axis: 0))
    let size = history(of: layer).reduce(0) { $0 + $1.routingTermSize * $1.routingTermSize }.squareRoot()
    return values.numericalRank(cutoff: Double(max(values.rows, values.columns)) * .ulpOfOne * size)
  }

  /// How many directions one layer's routing terms really share, at the k at which routers are compared: the effective rank
  /// of the terms of all snapshots together, and the mean over snapshots of that of one.
  ///
  /// The terms of each snapshot are scaled to norm 1: without that those with the largest gradients would count alone.
  package func effectiveRanks(_ layer: Int) -> (together: Double, single: Double) {
    let terms = history(of: layer).map { snapshot in
      let norm = snapshot.comparedTerms.norm
      return norm > 0 ? snapshot.comparedTerms.scaled(by: 1 / norm) : snapshot.comparedTerms
    }
    return (
      SingularValues(of: .concatenated(terms, axis: 0)).effectiveRank,
      terms.map { SingularValues(of: $0).effectiveRank }.mean
    )
  }

  /// The initial state; there is at least one snapshot.
  var first: Snapshot { snapshots[0] }
  var last: Snapshot { snapshots[snapshots.count - 1] }
  /// Which steps the trajectory covers.
  var steps: ClaimSetting { ClaimSetting().with(\.lastStep, last.step) }
  /// The same with how many of them were looked at.
  var wholeHistory: ClaimSetting { steps.with(\.snapshots, snapshots.count) }
  /// The numbers of the mixtures.
  var layers: Range<Int> { first.layers.indices }

  /// One mixture over the whole training, in the order of steps.
  func history(of layer: Int) -> [LayerSnapshot] { snapshots.map { $0.layers[layer] } }
}
