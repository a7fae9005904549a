import Autograd
import Corpora
import Kernels
import Layers
import MixtureOfExperts
import Tensors

/// Trains a model on a stream of segments.
///
/// The batch is cut into shards of rows. Each runs forward and backward on a tape of its own, on threads of its own, with
/// its own memory; gradients are then added in shard order, clipped and applied. So the bits of a run depend on its
/// options, never on the number of threads.
public final class Trainer<Scalar: Real> {
  /// What one step did.
  public struct StepReport: Codable, Sendable {
    /// The number of finished steps, this one included.
    public let step: Int
    /// The mean loss over the batch before the update, in nats a symbol; without what routers add to it.
    public let loss: Double
    /// The gradient's norm before clipping.
    public let gradientNorm: Double
    /// η of this step.
    public let learningRate: Double
    /// k of this step.
    public let k: Int
  }

  /// The model; its weights change with every step.
  public let model: LanguageModel<Scalar>
  /// The run's options.
  public let options: TrainingOptions
  /// How many steps were finished.
  public private(set) var finishedSteps: Int
  /// The losses of the last steps, at most a tenth of the run and at most 100, in nats: their mean is less noisy than one.
  public private(set) var recentLosses: [Double]
  private(set) var optimiser: Adam<Scalar>
  /// One for each shard.
  private(set) var states: [HostState<Scalar>]
  private let stream: BatchStream
  private let learningRateFactors: [String: Double]  // by parameter
  private let workers: Workers

  /// Prepares a run from its beginning or from a saved state.
  ///
  /// - Parameters:
  ///   - options: The run's options.
  ///   - symbols: The training part of the corpus.
  ///   - state: Where an earlier session stopped, or nil for the beginning.
  /// - Throws: `CorpusError` if there are too few symbols for one segment a row.
  public init(
    _ model: LanguageModel<Scalar>, _ options: TrainingOptions, symbols: [Int32], workers: Workers,
    from state: TrainingState<Scalar>? = nil
  ) throws {
    self.model = model
    self.options = options
    self.workers = workers
    stream = try BatchStream(
      symbols, batch: options.batch, segmentLength: model.configuration.segment, purpose: .training)
    finishedSteps = state?.finishedSteps ?? 0
    recentLosses = state?.recentLosses ?? []
    optimiser = state?.optimiser ?? Adam()
    let shards = Shards(rows: options.batch, count: options.shards)
    learningRateFactors =
      options.routerLearningRate.map { factor in
        Dictionary(model.routerParameters.map { ($0.name, factor) }) { first, _ in first }
      } ?? [:]
    states = shards.map { rows in state?.model.sliced(rows) ?? .empty }
  }

  /// Carries out one update.
  ///
  /// - Parameter report: Receives what the operations of each shard took, from any thread.
  /// - Returns: Loss, gradient norm, learning rate and k.
  /// - Throws: ``TrainingError/notFinite(step:what:)``; everything is then as before the step.
  public func step(report: (@Sendable (OperationTimes) -> Void)? = nil) throws(TrainingError) -> StepReport {
    let k = options.kSchedule(step: finishedSteps, of: options.steps)
    let learningRate = options.learningRate(step: finishedSteps, of: options.steps)
    // Another k needs buffers of other sizes: those of the old k would be kept for ever and never be asked for again.
    if finishedSteps > 0 && k != options.kSchedule(step: finishedSteps - 1, of: options.steps) { releaseUnusedMemory() }
    let results = forEachShard { part in
      let training = TrainingTape<Scalar>(workers: part.workers, report: report)
      let (loss, auxiliaryLoss, state) = self.read(part, k: k, on: training.tape)
      let value = part.share * Double(loss.value.scalar)
      // What routers add is learned from and not reported: losses of different routers stay comparable.
      let objective = auxiliaryLoss.map { loss + $0 } ?? loss
      return ShardResult(
        loss: value, gradients: training.gradients(of: objective, seed: Scalar(part.share)), state: state)
    }
    let loss = results.reduce(0) { $0 + $1.loss }
    try expectFinite(loss, "loss")
    var gradients = results[0].gradients
    for result in results.dropFirst() { gradients.add(result.gradients, workers: workers) }
    let norm = gradients.norm(workers: workers)
    try expectFinite(norm, "gradient")

    optimiser.update(
      model.parameters, gradients, norm: norm, learningRate: learningRate, clip: options.clip,
      weightDecay: options.weightDecay ?? TrainingOptions.Defaults.weightDecay, factors: learningRateFactors,
      workers: workers)
    states = results.map(\.state)
    finishedSteps += 1
    recentLosses = (recentLosses + [loss]).suffix(options.lossWindow)
    return StepReport(step: finishedSteps, loss: loss, gradientNorm: norm, learningRate: learningRate, k: k)
  }

  /// Reads the segment of the coming step without learning from it.
  ///
  /// Called before a checkpoint is written, so that what is kept is worth going on from.
  ///
  /// - Throws: ``TrainingError/notFinite(step:what:)`` if a weight, a moment or a remembered number is not finite, or the
  ///   coming step's loss.
  public func check() throws(TrainingError) {
    let k = options.kSchedule(step: finishedSteps, of: options.steps)
    let losses = forEachShard { part in
      Double(self.read(part, k: k, on: .evaluating(workers: part.workers)).loss.value.scalar)
    }
    try expectFinite(losses.reduce(0, +), "loss")
    guard isFinite else { throw .notFinite(step: finishedSteps, what: "state") }
  }

  private func expectFinite(_ value: Double, _ what: String) throws(TrainingError) {
    guard value.isFinite else { throw .notFinite(step: finishedSteps + 1, what: what) }
  }

  /// Whether everything that a checkpoint keeps can be read back: loss and gradient may be finite where this is not.
  private var isFinite: Bool {
    func isFinite(_ tensor: Tensor<Scalar>) -> Bool { tensor.scalars.firstIndex(outside: .finite) == nil }
    return model.weights.allSatisfy { isFinite($0.value) }
      && optimiser.moments.values.allSatisfy { isFinite($0.first) && isFinite($0.second) }
      && states.allSatisfy { $0.tensors.allSatisfy(isFinite) }
  }

  /// The names of the weights for which the optimiser keeps moments: all that were ever changed.
  public var trainedNames: [String] { optimiser.moments.keys.sorted() }

  private struct ShardResult {
    let loss: Double  // the shard's share of the batch's mean loss
    let gradients: Gradients<Scalar>
    let state: HostState<Scalar>
  }

  /// What one shard reads in one step.
  private struct Part {
    let inputs: [Int32]
    let targets: [Int32]
    let batch: Int  // rows
    let share: Double  // of the batch's rows
    let state: HostState<Scalar>
    let random: Random  // of dropout and of routing
    let workers: Workers
  }

  /// Does the work of the coming step for every shard, side by side.
  private func forEachShard<Result>(_ work: (Part) -> Result) -> [Result] {
    let segment = stream.segment(at: finishedSteps)
    let shards = Shards(rows: options.batch, count: options.shards)
    let noise = Random(seed: options.seed).child(named: "dropout").child(finishedSteps)
    let inner = Workers(count: workers.count / shards.count)
    return workers.map(shards.count) { shard in
      let rows = shards[shard]
      let columns = rows.lowerBound * segment.length..<rows.upperBound * segment.length
      return work(
        Part(
          inputs: Array(segment.inputs[columns]), targets: Array(segment.targets[columns]), batch: rows.count,
          share: Double(rows.count) / Double(segment.batch),
          state: segment.startsStream ? .empty : self.states[shard], random: noise.child(shard), workers: inner))
    }
  }

  private func read(
    _ part: Part, k: Int, on tape: Tape<Scalar>
  ) -> (loss: Variable<Scalar>, auxiliaryLoss: Variable<Scalar>?, state: HostState<Scalar>) {
    let output = model(part.inputs, batch: part.batch, state: part.state, k: k, random: part.random, on: tape)
    return (crossEntropy(output.logits, targets: part.targets), output.auxiliaryLoss, output.state)
  }
}
