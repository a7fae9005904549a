import Autograd
import Corpora
import MixtureOfExperts
import Tensors

/// Trains a language model on a stream of segments; each shard of the batch carries its host's state on.
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
  /// The losses of the last steps, at most a tenth of the run and at most 100, in nats: their mean is less noisy than one.
  public private(set) var recentLosses: [Double]
  private var loop: StepLoop<Scalar>
  private var states: [HostState<Scalar>]  // one for each shard
  private let stream: BatchStream

  /// Prepares a run on the training part of a corpus, from its beginning or from where an earlier session stopped.
  ///
  /// - Throws: `CorpusError` if there are too few symbols for one segment a row.
  public init(
    _ model: LanguageModel<Scalar>, _ options: TrainingOptions, symbols: [Int32], workers: Workers,
    from state: TrainingState<Scalar>? = nil
  ) throws {
    self.model = model
    stream = try BatchStream(
      symbols, batch: options.batch, segmentLength: model.configuration.segment)
    loop = StepLoop(
      options, training: model.parameters, routers: model.routerParameters, workers: workers,
      optimiser: state?.optimiser ?? Adam(), finishedSteps: state?.finishedSteps ?? 0)
    recentLosses = state?.recentLosses ?? []
    states = Shards(rows: options.batch, count: options.shards).map { state?.host.sliced($0) ?? .empty }
  }

  /// The run's options.
  public var options: TrainingOptions { loop.options }
  /// How many steps were finished.
  public var finishedSteps: Int { loop.finishedSteps }
  /// The names of the weights for which the optimiser keeps moments: all that were ever changed.
  public var trainedNames: [String] { loop.optimiser.moments.keys.sorted() }

  /// All that going on exactly needs beside the weights, after the last finished step.
  public var state: TrainingState<Scalar> {
    TrainingState(
      finishedSteps: finishedSteps, optimiser: loop.optimiser, host: HostState(joining: states),
      recentLosses: recentLosses)
  }

  /// Carries out one update; `report` receives what the operations of each shard took, from any thread.
  ///
  /// - Throws: ``TrainingError/notFinite(step:what:)``; everything is then as before the step.
  public func step(report: (@Sendable (OperationTimes) -> Void)? = nil) throws(TrainingError) -> StepReport {
    let (segment, states) = next
    let (done, kept) = try loop.step(batch: segment.batch, times: report) { shard, tape in
      let (loss, output) = self.read(segment, after: states[shard.number], shard, on: tape)
      return (loss, output.auxiliaryLoss, (state: output.state, routing: output.routing))
    }
    self.states = kept.map(\.state)
    model.finishStep(routing: kept.map(\.routing))
    recentLosses = (recentLosses + [done.loss]).suffix(options.lossWindow)
    return done
  }

  /// Reads the segment of the coming step without learning from it, before a checkpoint is written that is to be gone on from.
  ///
  /// - Throws: ``TrainingError/notFinite(step:what:)`` if a weight, a moment or a number of the state is not finite, or the
  ///   coming step's loss.
  public func check() throws(TrainingError) {
    let (segment, states) = next
    let losses = loop.forEachShard(of: segment.batch) { shard in
      let tape = Tape<Scalar>.evaluating(workers: shard.workers)
      return Double(self.read(segment, after: states[shard.number], shard, on: tape).loss.value.scalar)
    }
    try loop.expectFinite(losses.reduce(0, +), "loss")
    // Loss and gradient may be finite where what a checkpoint keeps is not, which could not be read back.
    func isFinite(_ tensor: Tensor<Scalar>) -> Bool { tensor.scalars.firstIndex(outside: .finite) == nil }
    let moments = loop.optimiser.moments.values
    guard model.weights.allSatisfy({ isFinite($0.value) }),
      moments.allSatisfy({ isFinite($0.first) && isFinite($0.second) }),
      self.states.allSatisfy({ $0.tensors.allSatisfy(isFinite) })
    else { throw .notFinite(step: finishedSteps, what: "state") }
  }

  /// The segment of the coming step, and each shard's state before it.
  private var next: (segment: Segment, states: [HostState<Scalar>]) {
    let segment = stream.segment(at: finishedSteps)
    let isCold = segment.startsStream || options.resetsMemory(step: finishedSteps)
    return (segment, isCold ? states.map { _ in .empty } : states)
  }

  private func read(
    _ segment: Segment, after state: HostState<Scalar>, _ shard: StepLoop<Scalar>.Shard, on tape: Tape<Scalar>
  ) -> (loss: Variable<Scalar>, output: LanguageModel<Scalar>.Output) {
    let part = shard.rows.lowerBound * segment.length..<shard.rows.upperBound * segment.length
    let output = model(
      Array(segment.inputs[part]), batch: shard.rows.count, state: state, k: shard.k, random: shard.random, on: tape)
    return (crossEntropy(output.logits, targets: Array(segment.targets[part])), output)
  }
}

/// What a run needs, beside its weights, to go on exactly where it stopped.
///
/// The position in the data and all randomness follow from the number of finished steps.
public struct TrainingState<Scalar: Real>: Sendable {
  /// How many steps were finished.
  public let finishedSteps: Int
  let optimiser: Adam<Scalar>
  let host: HostState<Scalar>  // of all rows
  let recentLosses: [Double]
}
