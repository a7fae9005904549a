import Autograd
import Layers
import MixtureOfExperts
import Tensors

/// Transformer-XL with a mixture of experts in every layer: reads a segment together with the memory of earlier ones.
public struct TransformerXLHost<Scalar: Real>: Host {
  /// The sizes.
  public let configuration: Configuration
  let embedding: Embedding<Scalar>  // Emb, V×d, tied; output bias, V
  let u: Parameter<Scalar>  // content bias, w = H·d_h, shared by all layers
  let v: Parameter<Scalar>  // position bias, w, shared by all layers
  private(set) var layers: [any DecoderLayer<Scalar>]
  private(set) var positions: RelativePositions<Scalar>
  let dropout: Dropout<Scalar>
  let sharedHypernetwork: Hypernetwork<Scalar>?

  /// Creates a host of validated sizes with initial weights.
  public init(_ configuration: Configuration, initializer: Initializer<Scalar>) {
    self.configuration = configuration
    let biasShape: Shape = [configuration.heads * configuration.headWidth]
    embedding = Embedding(
      vocabulary: configuration.vocabulary, width: configuration.modelWidth, initializer: initializer)
    u = initializer.parameter("relative.u", biasShape)
    v = initializer.parameter("relative.v", biasShape)
    let shared: Hypernetwork<Scalar>? = configuration.makeSharedHypernetwork(initializer: initializer)
    layers = (0..<configuration.layers).map { layer in
      let sublayers = DecoderSublayers("layers.\(layer)", configuration, sharing: shared, initializer: initializer)
      return switch configuration.norm {
      case .post: PostNormDecoderLayer(sublayers: sublayers)
      case .pre: PreNormDecoderLayer(sublayers: sublayers)
      }
    }
    positions = RelativePositions(
      keys: configuration.memory + configuration.segment, width: configuration.modelWidth)
    dropout = Dropout(rate: configuration.dropout)
    sharedHypernetwork = shared
  }

  /// All trainable weights.
  public var parameters: [Parameter<Scalar>] {
    embedding.parameters + [u, v] + layers.flatMap { $0.parameters }
  }

  /// All fixed weights: the routers' of SMoE-Dropout, the hypernetworks' of HyperRouter.
  public var frozen: [Frozen<Scalar>] {
    sharedHypernetwork?.frozen ?? layers.flatMap { $0.frozen }
  }

  /// Those of the layers.
  public var feedForwardSublayers: [any FeedForward<Scalar>] {
    get { layers.map { $0.sublayers.feedForward } }
    set { for (layer, sublayer) in zip(layers.indices, newValue) { layers[layer].sublayers.feedForward = sublayer } }
  }

  /// Reads B×T symbols after a memory of L + 1 levels B×M′×d.
  public func read(
    _ tokens: [Int32], batch: Int, state: HostState<Scalar>, limit: Int, k: Int, random: Random?,
    on tape: Tape<Scalar>
  ) -> Reading<Scalar> {
    let T = tokens.count / batch
    let R = tape.constant(positions(keys: state.length + T))
    let attending = AttentionInputs(R: dropout(R, random: random?.child(named: "positions")), u: tape(u), v: tape(v))

    let x = embedding.embed(tokens, on: tape).reshaped([batch, T, configuration.modelWidth])
    var h = dropout(x, random: random?.child(named: "embedding"))
    var states = [h.value]
    var routing: [RoutingRecord<Scalar>] = []
    var auxiliaryLoss: Variable<Scalar>?
    for (level, layer) in layers.enumerated() {
      let result = layer(
        h, context: state.context(level, h), attending: attending, k: k, random: random?.child(level))
      h = result.output
      states.append(h.value)
      if let record = result.routing { routing.append(record) }
      if let own = result.auxiliaryLoss { auxiliaryLoss = auxiliaryLoss.map { $0 + own } ?? own }
    }
    return Reading(
      states: h, state: state.remembering(states, limit: limit), routing: routing, auxiliaryLoss: auxiliaryLoss)
  }

  /// Scores symbols by states, n×d → n×V: h Embᵀ + b.
  public func scores(of states: Variable<Scalar>, random: Random?) -> Variable<Scalar> {
    embedding.logits(dropout(states, random: random?.child(named: "output")))
  }

  /// Each layer sees `memory` tokens before the oldest segment that the layer above depends on; nil without memory in training
  /// and now.
  public func receptiveField(segment T: Int, memory: Int) -> Int? {
    if memory == 0, configuration.memory == 0 { return nil }
    return (1..<configuration.layers).reduce(memory) { seen, _ in (seen + T - 1) / T * T + memory }
  }

  /// Reads by keys and values that are projected once.
  public func reader(workers: Workers) -> any IncrementalReader<Scalar> { ProjectedMemory(of: self, workers: workers) }

  /// A host whose positions of so many keys are computed once, not for every segment.
  public func reaching(keys: Int) -> TransformerXLHost {
    guard keys > configuration.memory + configuration.segment else { return self }
    var host = self
    host.positions = RelativePositions(keys: keys, width: configuration.modelWidth)
    return host
  }
}
