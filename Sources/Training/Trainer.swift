import Autograd
import Corpora
import Layers
import Tensors
import TransformerXL

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
    /// The mean loss over the batch before the update, in nats a symbol.
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
  private(set) var optimiser: Adam<Scalar>
  /// One for each shard.
  private(set) var memories: [Memory<Scalar>]
  private let stream: BatchStream
  private let workers: Workers

  /// Prepares a run from its beginning or from a saved state.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - options: The run's options.
  ///   - symbols: The training part of the corpus.
  ///   - workers: The threads to use.
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
    optimiser = state?.optimiser ?? Adam()
    let shards = Shards(rows: options.batch, count: options.shards)
    memories = shards.map { rows in state?.memory.sliced(rows) ?? .empty }
  }

  /// Carries out one update.
  ///
  /// - Returns: Loss, gradient norm, learning rate and k.
  /// - Throws: ``TrainingError/notFinite(step:what:)``; the weights are then as before the step.
  public func step() throws -> StepReport {
    let segment = stream.segment(at: finishedSteps)
    let k = options.kSchedule(step: finishedSteps, of: options.steps)
    let learningRate = options.learningRate(step: finishedSteps, of: options.steps)
    if segment.startsStream { memories = memories.map { _ in .empty } }

    let results = runShards(segment, k: k)
    let loss = results.reduce(0) { $0 + $1.loss }
    guard loss.isFinite else { throw TrainingError.notFinite(step: finishedSteps + 1, what: "loss") }
    var gradients = results[0].gradients
    for result in results.dropFirst() { gradients.add(result.gradients, workers: workers) }
    let norm = gradients.norm(workers: workers)
    guard norm.isFinite else { throw TrainingError.notFinite(step: finishedSteps + 1, what: "gradient") }

    optimiser.update(
      model.parameters, gradients, norm: norm, learningRate: learningRate, clip: options.clip, workers: workers)
    memories = results.map(\.memory)
    finishedSteps += 1
    return StepReport(step: finishedSteps, loss: loss, gradientNorm: norm, learningRate: learningRate, k: k)
  }

  /// The names of the weights for which the optimiser keeps moments: all that were ever changed.
  public var trainedNames: [String] { optimiser.moments.keys.sorted() }

  private struct ShardResult {
    let loss: Double  // the shard's share of the batch's mean loss
    let gradients: Gradients<Scalar>
    let memory: Memory<Scalar>
  }

  private func runShards(_ segment: Segment, k: Int) -> [ShardResult] {
    let shards = Shards(rows: options.batch, count: options.shards)
    let noise = Random(seed: options.seed).child(named: "dropout").child(finishedSteps)
    let inner = Workers(count: workers.count / shards.count)
    return workers.map(shards.count) { shard in
      let rows = shards[shard]
      let columns = rows.lowerBound * segment.length..<rows.upperBound * segment.length
      let training = TrainingTape<Scalar>(workers: inner)
      let output = self.model(
        Array(segment.inputs[columns]), batch: rows.count, memory: self.memories[shard], k: k,
        random: noise.child(shard), on: training.tape)
      let loss = crossEntropy(output.logits, targets: Array(segment.targets[columns]))
      let share = Double(rows.count) / Double(segment.batch)
      let gradients = training.gradients(of: loss, seed: Scalar(share))
      return ShardResult(loss: share * Double(loss.value.scalar), gradients: gradients, memory: output.memory)
    }
  }
}
