import Autograd
import Layers
import MixtureOfExperts
import Tensors

/// Transformer-XL with a mixture of experts in every layer: predicts the next symbol from a segment and the memory of
/// earlier ones.
public struct LanguageModel<Scalar: Real>: Layer {
  /// The sizes.
  public let configuration: Configuration
  let embedding: Embedding<Scalar>  // Emb, V×d, tied; output bias, V
  let u: Parameter<Scalar>  // content bias, w = H·d_h, shared by all layers
  let v: Parameter<Scalar>  // position bias, w, shared by all layers
  private(set) var layers: [any DecoderLayer<Scalar>]
  var positions: RelativePositions<Scalar>
  let dropout: Dropout<Scalar>
  let sharedHypernetwork: Hypernetwork<Scalar>?

  /// Creates a model with initial weights.
  ///
  /// - Parameters:
  ///   - configuration: The sizes, already validated.
  ///   - seed: The same seed gives the same weights; models that differ in the router share all others.
  public init(_ configuration: Configuration, seed: UInt64) {
    self.configuration = configuration
    let initializer = Initializer<Scalar>(seed: seed)
    let biasShape: Shape = [configuration.heads * configuration.headWidth]
    embedding = Embedding(
      vocabulary: configuration.vocabulary, width: configuration.modelWidth, initializer: initializer)
    u = initializer.parameter("relative.u", biasShape)
    v = initializer.parameter("relative.v", biasShape)
    let shared: Hypernetwork<Scalar>? = configuration.makeSharedHypernetwork(initializer: initializer)
    layers = (0..<configuration.layers).map { layer in
      let halves = DecoderHalves("layers.\(layer)", configuration, sharing: shared, initializer: initializer)
      return switch configuration.norm {
      case .post: PostNormDecoderLayer(halves)
      case .pre: PreNormDecoderLayer(halves)
      }
    }
    positions = RelativePositions(
      keys: configuration.memory + configuration.segment, width: configuration.modelWidth)
    dropout = Dropout(rate: configuration.dropout)
    sharedHypernetwork = shared
  }

  /// The second halves of the layers: mixtures of experts, unless the model is dense.
  public var feedForwardHalves: [any FeedForward<Scalar>] { layers.map { $0.feedForward } }

  /// Returns a model with the same weights whose second halves are others: ones that are watched, for instance.
  ///
  /// - Parameter replacement: Makes the new half of a layer from its number and its present one.
  /// - Returns: A model that shares all other weights with this one.
  public func replacingFeedForwardHalves(
    _ replacement: (Int, any FeedForward<Scalar>) -> any FeedForward<Scalar>
  ) -> LanguageModel {
    var model = self
    model.layers = layers.enumerated().map { $1.replacing(feedForward: replacement($0, $1.feedForward)) }
    return model
  }

  /// All trainable weights.
  public var parameters: [Parameter<Scalar>] {
    embedding.parameters + [u, v] + layers.flatMap { $0.parameters }
  }

  /// All fixed weights: the routers' of SMoE-Dropout, the hypernetworks' of HyperRouter.
  public var frozen: [Frozen<Scalar>] {
    sharedHypernetwork?.frozen ?? layers.flatMap { $0.frozen }
  }

  /// The mixtures of experts, first layer first; none in a dense model.
  public var mixtures: [MoELayer<Scalar>] { layers.compactMap { $0.feedForward as? MoELayer<Scalar> } }

  /// What all layers' routers train.
  public var routerParameters: [Parameter<Scalar>] { layers.flatMap { $0.feedForward.routerParameters } }

  /// The number of trainable numbers that decide routing, over all layers: N(d+1), 0, m or N·m for each.
  public var trainableRoutingCount: Int { layers.reduce(0) { $0 + $1.feedForward.trainableRoutingCount } }

  /// Reads one segment and scores the next symbol of every token.
  ///
  /// - Parameters:
  ///   - tokens: Symbols, row-major B×T.
  ///   - batch: B.
  ///   - memory: What is remembered of earlier segments, or ``Memory/empty``.
  ///   - memoryLimit: M, the number of tokens to remember; the configuration's unless given.
  ///   - k: Experts for each token.
  ///   - random: The randomness of dropout and of routing; nil in evaluation.
  /// - Returns: Logits and the new memory.
  public func callAsFunction(
    _ tokens: [Int32], batch: Int, memory: Memory<Scalar>, memoryLimit: Int? = nil, k: Int, random: Random?,
    on tape: Tape<Scalar>
  ) -> Output {
    let reading = read(
      tokens, batch: batch, memory: memory, memoryLimit: memoryLimit, k: k, random: random, on: tape)
    let rows = reading.states.reshaped([tokens.count, configuration.modelWidth])
    let last = dropout(rows, random: random?.child(named: "output"))
    return Output(
      logits: embedding.logits(last), memory: reading.memory, routing: reading.routing,
      auxiliaryLoss: reading.auxiliaryLoss)
  }

  /// Reads one segment: all of the model but its scores of symbols, for whatever else is to be said of a text.
  ///
  /// - Parameters:
  ///   - tokens: Symbols, row-major B×T.
  ///   - batch: B.
  ///   - memory: What is remembered of earlier segments, or ``Memory/empty``.
  ///   - memoryLimit: M, the number of tokens to remember; the configuration's unless given.
  ///   - k: Experts for each token.
  ///   - random: The randomness of dropout and of routing; nil in evaluation.
  /// - Returns: The last layer's states, B×T×d, and the new memory.
  public func read(
    _ tokens: [Int32], batch: Int, memory: Memory<Scalar>, memoryLimit: Int? = nil, k: Int, random: Random?,
    on tape: Tape<Scalar>
  ) -> Reading {
    precondition(
      batch > 0 && !tokens.isEmpty && tokens.count % batch == 0, "LanguageModel: \(tokens.count) tokens, B = \(batch)")
    let T = tokens.count / batch
    let d = configuration.modelWidth
    let R = tape.constant(positions(keys: memory.length + T))
    let attending = AttentionInputs(R: dropout(R, random: random?.child(named: "positions")), u: tape(u), v: tape(v))

    let x = embedding.embed(tokens, on: tape).reshaped([batch, T, d])
    var h = dropout(x, random: random?.child(named: "embedding"))
    var states = [h.value]
    var routing: [RoutingRecord<Scalar>] = []
    var auxiliaryLoss: Variable<Scalar>?
    for (level, layer) in layers.enumerated() {
      let result = layer(
        h, context: memory.context(level, h), attending: attending, k: k, random: random?.child(level))
      h = result.output
      states.append(h.value)
      if let record = result.routing { routing.append(record) }
      if let own = result.auxiliaryLoss { auxiliaryLoss = auxiliaryLoss.map { $0 + own } ?? own }
    }
    return Reading(
      states: h, memory: memory.updated(with: states, limit: memoryLimit ?? configuration.memory), routing: routing,
      auxiliaryLoss: auxiliaryLoss)
  }

  /// What reading and scoring a segment gives.
  public struct Output {
    /// Scores of the next symbol for every token, B·T×V.
    public let logits: Variable<Scalar>
    /// The memory for the next segment.
    public let memory: Memory<Scalar>
    /// What each layer's router decided; empty for dense models.
    public let routing: [RoutingRecord<Scalar>]
    /// What the routers of all layers add to the loss; nil if none does, and in evaluation.
    public let auxiliaryLoss: Variable<Scalar>?
  }

  /// What reading a segment gives before symbols are scored.
  public struct Reading {
    /// The last layer's states, B×T×d.
    public let states: Variable<Scalar>
    /// The memory for the next segment.
    public let memory: Memory<Scalar>
    /// What each layer's router decided; empty for dense models.
    public let routing: [RoutingRecord<Scalar>]
    /// What the routers of all layers add to the loss; nil if none does, and in evaluation.
    public let auxiliaryLoss: Variable<Scalar>?
  }
}
