import Autograd
import Layers
import Tensors

/// A host with mixtures of experts in its layers: predicts the next symbol from a segment and the state that earlier ones left.
public struct LanguageModel<Scalar: Real>: Layer {
  /// What is around the mixtures.
  public private(set) var host: any Host<Scalar>

  /// Makes a language model of a host.
  public init(_ host: any Host<Scalar>) {
    self.host = host
  }

  /// The sizes.
  public var configuration: Configuration { host.configuration }
  /// All trainable weights.
  public var parameters: [Parameter<Scalar>] { host.parameters }
  /// All fixed weights: the routers' of SMoE-Dropout, the hypernetworks' of HyperRouter.
  public var frozen: [Frozen<Scalar>] { host.frozen }
  /// All weights by name, trained ones first: what a file holds.
  package var weights: [(name: String, value: Tensor<Scalar>)] {
    parameters.map { ($0.name, $0.value) } + frozen.map { ($0.name, $0.value) }
  }

  /// The feed-forward sublayers: mixtures of experts, unless the model is dense.
  public var feedForwardSublayers: [any FeedForward<Scalar>] { host.feedForwardSublayers }
  /// The mixtures of experts, first layer first; none in a dense model.
  public var mixtures: [MoELayer<Scalar>] { feedForwardSublayers.compactMap { $0 as? MoELayer<Scalar> } }
  /// What all layers' routers train.
  public var routerParameters: [Parameter<Scalar>] { feedForwardSublayers.flatMap { $0.routerParameters } }
  /// The number of trainable numbers that decide routing, over all layers: N(d+1), 0, m or N·m for each.
  public var trainableRoutingCount: Int { feedForwardSublayers.reduce(0) { $0 + $1.trainableRoutingCount } }

  /// Reads one segment, row-major B×T symbols, and scores the next symbol of every token.
  ///
  /// The new state reaches back `limit` tokens at most, M unless given. Without randomness nothing is dropped: evaluation.
  public func callAsFunction(
    _ tokens: [Int32], batch: Int, state: HostState<Scalar>, limit: Int? = nil, k: Int, random: Random?,
    on tape: Tape<Scalar>
  ) -> Output {
    let reading = read(tokens, batch: batch, state: state, limit: limit, k: k, random: random, on: tape)
    let rows = reading.states.reshaped([tokens.count, configuration.modelWidth])
    return Output(
      logits: host.scores(of: rows, random: random), state: reading.state, routing: reading.routing,
      auxiliaryLoss: reading.auxiliaryLoss)
  }

  /// Reads one segment without scoring symbols, for whatever else is to be said of a text.
  public func read(
    _ tokens: [Int32], batch: Int, state: HostState<Scalar>, limit: Int? = nil, k: Int, random: Random?,
    on tape: Tape<Scalar>
  ) -> Reading<Scalar> {
    precondition(
      batch > 0 && !tokens.isEmpty && tokens.count % batch == 0, "LanguageModel: \(tokens.count) tokens, B = \(batch)")
    return host.read(
      tokens, batch: batch, state: state, limit: limit ?? configuration.memory, k: k, random: random, on: tape)
  }

  /// What reading and scoring a segment gives.
  public struct Output {
    /// Scores of the next symbol for every token, B·T×V.
    public let logits: Variable<Scalar>
    /// The state for the next segment.
    public let state: HostState<Scalar>
    /// What each layer's router decided; empty for dense models.
    public let routing: [RoutingRecord<Scalar>]
    /// What the routers of all layers add to the loss; nil if none does, and in evaluation.
    public let auxiliaryLoss: Variable<Scalar>?
  }

  /// Begins a text that is read in pieces while weights do not change.
  public func reader(workers: Workers = .one) -> any IncrementalReader<Scalar> { host.reader(workers: workers) }

  /// A model that is prepared for more keys than it was trained with.
  ///
  /// What depends on their positions is computed once, not for every segment; this changes no result.
  public func reaching(keys: Int) -> LanguageModel { LanguageModel(host.reaching(keys: keys)) }

  /// Tells every router what was decided in a step of training: the layers' records of each shard.
  public func finishStep(routing shards: [[RoutingRecord<Scalar>]]) {
    for (number, mixture) in mixtures.enumerated() { mixture.router.finishStep(shards.map { $0[number] }) }
  }

  /// Replaces all weights, or none if one cannot be had.
  package func restore<E: Error>(_ read: (_ name: String, _ shape: Shape) throws(E) -> Tensor<Scalar>) throws(E) {
    var values: [Tensor<Scalar>] = []
    for (name, value) in weights { values.append(try read(name, value.shape)) }
    for (parameter, value) in zip(parameters, values) { parameter.value = value }
    for (weight, value) in zip(frozen, values.dropFirst(parameters.count)) { weight.restore(value) }
  }

  /// A model with the same weights whose feed-forward sublayers are others: ones that are watched, for instance.
  public func replacingFeedForwardSublayers(
    _ replacement: (Int, any FeedForward<Scalar>) -> any FeedForward<Scalar>
  ) -> LanguageModel {
    var model = self
    model.host.feedForwardSublayers = feedForwardSublayers.enumerated().map { replacement($0, $1) }
    return model
  }

  /// A model whose linear routers have the weights that they have now, for as long as weights do not change: what a
  /// hypernetwork generates is not generated again for every segment.
  public func fixingRouters() -> LanguageModel {
    replacingFeedForwardSublayers { number, sublayer in
      guard let mixture = sublayer as? MoELayer<Scalar>, let linear = mixture.router as? any LinearRouter<Scalar> else {
        return sublayer
      }
      let router = SMoEDropoutRouter("layers.\(number).feedForward.router", fixing: linear)
      return MoELayer(router: router, gate: mixture.gate, experts: mixture.experts)
    }
  }

  /// A model whose routers repeat the n×N logits that each had in an earlier call, for one call with as many tokens.
  public func holdingRouting(_ records: [RoutingRecord<Scalar>]) -> LanguageModel {
    precondition(
      records.count == mixtures.count, "holdingRouting: \(records.count) records for \(mixtures.count) mixtures")
    var rest = records[...]
    return replacingFeedForwardSublayers { _, sublayer in
      guard let mixture = sublayer as? MoELayer<Scalar>, let record = rest.popFirst() else { return sublayer }
      return MoELayer(
        router: HeldRouter(mixture.router, holding: record.logits), gate: mixture.gate, experts: mixture.experts)
    }
  }
}
