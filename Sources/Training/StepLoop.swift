import Autograd
import Kernels
import MixtureOfExperts
import Tensors

/// What every training does in a step, whatever it reads: forward and backward in shards, then one update.
///
/// The batch is cut into shards of rows. Each runs forward and backward on a tape of its own, on threads of its own;
/// gradients are then added in shard order, clipped and applied. So the bits of a run depend on its options, never on the
/// number of threads.
struct StepLoop<Scalar: Real> {
  /// The run's options.
  let options: TrainingOptions
  /// The weights that learn.
  let parameters: [Parameter<Scalar>]
  private let learningRateFactors: [String: Double]  // by parameter
  private let workers: Workers
  private(set) var optimiser: Adam<Scalar>
  /// How many steps were finished.
  private(set) var finishedSteps: Int

  /// Prepares steps from the beginning, or from where an optimiser stopped.
  init(
    _ options: TrainingOptions, training parameters: [Parameter<Scalar>], routers: [Parameter<Scalar>],
    workers: Workers, optimiser: Adam<Scalar> = Adam(), finishedSteps: Int = 0
  ) {
    self.options = options
    self.parameters = parameters
    learningRateFactors =
      options.routerLearningRate.map { factor in
        Dictionary(routers.map { ($0.name, factor) }) { first, _ in first }
      } ?? [:]
    self.workers = workers
    self.optimiser = optimiser
    self.finishedSteps = finishedSteps
  }

  /// A shard's part in the coming step.
  struct Shard {
    /// Its place among the shards.
    let number: Int
    /// Its rows of the batch.
    let rows: Range<Int>
    /// The share of the batch's rows that it has.
    let share: Double
    /// Experts for each token.
    let k: Int
    /// The randomness of dropout and of routing.
    let random: Random
    /// The threads of its tape.
    let workers: Workers
  }

  /// Does the work of the coming step for every shard of a batch, side by side.
  func forEachShard<Result>(of batch: Int, _ work: (Shard) -> Result) -> [Result] {
    let shards = Shards(rows: batch, count: options.shards)
    let k = options.kSchedule(step: finishedSteps, of: options.steps)
    let noise = Random(seed: options.seed).child(named: "dropout").child(finishedSteps)
    let inner = Workers(count: workers.count / shards.count)
    return workers.map(shards.count) { number in
      let rows = shards[number]
      return work(
        Shard(
          number: number, rows: rows, share: Double(rows.count) / Double(batch), k: k, random: noise.child(number),
          workers: inner))
    }
  }

  /// Carries out one update.
  ///
  /// `read` gives a shard's mean loss, what routers add to it, and whatever is wanted back. `times` receives what the
  /// operations of each shard took, from any thread. After an error everything is as before the step.
  mutating func step<Kept>(
    batch: Int, times: (@Sendable (OperationTimes) -> Void)? = nil,
    _ read: (Shard, Tape<Scalar>) -> (loss: Variable<Scalar>, auxiliaryLoss: Variable<Scalar>?, kept: Kept)
  ) throws(TrainingError) -> (report: Trainer<Scalar>.StepReport, kept: [Kept]) {
    let k = options.kSchedule(step: finishedSteps, of: options.steps)
    let learningRate = options.learningRate(step: finishedSteps, of: options.steps)
    // Another k needs buffers of other sizes: those of the old k would be kept for ever and never be asked for again.
    if finishedSteps > 0 && k != options.kSchedule(step: finishedSteps - 1, of: options.steps) { releaseUnusedMemory() }
    let results = forEachShard(of: batch) { shard in
      let training = TrainingTape<Scalar>(workers: shard.workers, report: times)
      let (loss, auxiliaryLoss, kept) = read(shard, training.tape)
      let value = shard.share * Double(loss.value.scalar)
      // What routers add is learned from and not reported: losses of different routers stay comparable.
      let objective = auxiliaryLoss.map { loss + $0 } ?? loss
      return (loss: value, gradients: training.gradients(of: objective, seed: Scalar(shard.share)), kept: kept)
    }
    let loss = results.reduce(0) { $0 + $1.loss }
    try expectFinite(loss, "loss")
    var gradients = results[0].gradients
    for result in results.dropFirst() { gradients.add(result.gradients, workers: workers) }
    let norm = gradients.norm(workers: workers)
    try expectFinite(norm, "gradient")
    optimiser.update(
      parameters, gradients, norm: norm, learningRate: learningRate, clip: options.clip,
      weightDecay: options.weightDecay ?? TrainingOptions.Defaults.weightDecay, factors: learningRateFactors,
      workers: workers)
    finishedSteps += 1
    let report = Trainer<Scalar>.StepReport(
      step: finishedSteps, loss: loss, gradientNorm: norm, learningRate: learningRate, k: k)
    return (report, results.map(\.kept))
  }

  /// Refuses a number of the coming step that is NaN or infinite.
  func expectFinite(_ value: Double, _ what: String) throws(TrainingError) {
    guard value.isFinite else { throw .notFinite(step: finishedSteps + 1, what: what) }
  }
}

/// The rows of a batch cut into contiguous parts as equal as can be, never more parts than rows.
struct Shards: RandomAccessCollection {
  let rows: Int
  let startIndex = 0
  let endIndex: Int

  init(rows: Int, count: Int) {
    self.rows = rows
    endIndex = Swift.max(1, Swift.min(rows, count))
  }

  /// The rows of one part.
  subscript(shard: Int) -> Range<Int> { rows * shard / endIndex..<rows * (shard + 1) / endIndex }
}

/// A run that cannot go on.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
  /// The loss or the gradient's norm is NaN or infinite; weights were not changed by this step.
  case notFinite(step: Int, what: String)
  /// The loss on held-out text is NaN or infinite.
  case evaluationNotFinite(k: Int)
  /// The logits of the next symbol of a generated text are NaN or infinite.
  case generationNotFinite

  /// One line: what stopped being finite, and where.
  public var description: String {
    switch self {
    case .notFinite(let step, let what): "step \(step): the \(what) is not finite"
    case .evaluationNotFinite(let k): "the loss on held-out text is not finite at k = \(k)"
    case .generationNotFinite: "the scores of the next symbol are not finite"
    }
  }
}
