import Autograd
import Layers
import MixtureOfExperts
import Tensors

/// A second host, as small as one can be: one pre-norm layer with learned positions and causal softmax attention, no memory.
///
///     h = √d · Emb[token] + P[place in the segment]
///     h ← h + drop(W_O Attn(LN(h))),   h ← h + drop(MoE(LN(h))),   logits = h Embᵀ + b
///
/// It shows what a host has to bring, and that nobody else needs to know of it.
package struct SmallDecoder<Scalar: Real>: Host {
  package let configuration: Configuration
  let embedding: Embedding<Scalar>
  let positions: Parameter<Scalar>  // P, T×d
  let attentionNorm: LayerNorm<Scalar>
  let attention: Projection<Scalar>  // W_q, W_k, W_v one above the other, 3w×d
  let output: Projection<Scalar>  // W_O, d×w
  let feedForwardNorm: LayerNorm<Scalar>
  package var feedForwardSublayers: [any FeedForward<Scalar>]  // one
  let dropout: Dropout<Scalar>

  init(_ configuration: Configuration, initializer: Initializer<Scalar>) {
    self.configuration = configuration
    let (d, w) = (configuration.modelWidth, configuration.heads * configuration.headWidth)
    embedding = Embedding(vocabulary: configuration.vocabulary, width: d, initializer: initializer)
    positions = initializer.parameter("positions", [configuration.segment, d])
    attentionNorm = LayerNorm("layers.0.attention.norm", width: d, initializer: initializer)
    attention = Projection("layers.0.attention.queryKeyValue", inputs: d, outputs: 3 * w, initializer: initializer)
    output = Projection("layers.0.attention.output", inputs: w, outputs: d, initializer: initializer)
    feedForwardNorm = LayerNorm("layers.0.feedForward.norm", width: d, initializer: initializer)
    feedForwardSublayers = [
      configuration.makeFeedForward("layers.0.feedForward", sharing: nil, initializer: initializer)
    ]
    dropout = Dropout(rate: configuration.dropout)
  }

  package var parameters: [Parameter<Scalar>] {
    embedding.parameters + [positions] + attentionNorm.parameters + attention.parameters + output.parameters
      + feedForwardNorm.parameters + feedForwardSublayers[0].parameters
  }
  package var frozen: [Frozen<Scalar>] { feedForwardSublayers[0].frozen }

  package func read(
    _ tokens: [Int32], batch: Int, state: HostState<Scalar>, limit: Int, k: Int, random: Random?,
    on tape: Tape<Scalar>
  ) -> Reading<Scalar> {
    let (T, d) = (tokens.count / batch, configuration.modelWidth)
    precondition(T <= configuration.segment, "SmallDecoder: \(T) tokens, \(configuration.segment) positions")
    var h = embedding.embed(tokens, on: tape).reshaped([batch, T, d]) + tape(positions).sliced(0, 0..<T)
    let a = output(attended(attention(attentionNorm(h))))
    h = h + dropout(a, random: random?.child(named: "attention output"))
    let mixed = feedForwardSublayers[0].forEachToken(feedForwardNorm(h), k: k, random: random?.child(named: "mixture"))
    h = h + dropout(mixed.output, random: random?.child(named: "feed-forward output"))
    return Reading(
      states: h, state: .empty, routing: mixed.routing.map { [$0] } ?? [], auxiliaryLoss: mixed.auxiliaryLoss)
  }

  /// softmax(q kᵀ / √d_h) v of every head, of queries, keys and values side by side, B×T×3w → B×T×w.
  private func attended(_ projected: Variable<Scalar>) -> Variable<Scalar> {
    let (batch, T, w) = (projected.shape[0], projected.shape[1], projected.shape[2] / 3)
    func byHead(_ part: Int) -> Variable<Scalar> {
      projected.sliced(-1, part * w..<(part + 1) * w)
        .reshaped([batch, T, configuration.heads, configuration.headWidth]).transposed(1, 2)
    }
    let scores = (1 / Scalar(configuration.headWidth).squareRoot()) * matmul(byHead(0), byHead(1).transposed(-1, -2))
    let future = Tensor<Scalar>([T, T], (0..<T * T).map { $0 % T > $0 / T ? -.infinity : 0 })
    let P = softmax(scores + projected.tape.constant(future))
    return matmul(P, byHead(2)).transposed(1, 2).reshaped([batch, T, w])
  }

  package func scores(of states: Variable<Scalar>, random: Random?) -> Variable<Scalar> { embedding.logits(states) }

  package func receptiveField(segment: Int, memory: Int) -> Int? { nil }

  package func reader(workers: Workers) -> any IncrementalReader<Scalar> { Reader(host: self) }

  /// Reads the last T symbols again for every piece: there is nothing that could be carried on.
  private struct Reader: IncrementalReader {
    let host: SmallDecoder
    var window: [Int32] = []

    mutating func callAsFunction(_ tokens: [Int32], k: Int, workers: Workers) -> Tensor<Scalar> {
      window = (window + tokens).suffix(host.configuration.segment)
      let reading = host.read(
        window, batch: 1, state: .empty, limit: 0, k: k, random: nil, on: .evaluating(workers: workers))
      let rows = reading.states.reshaped([window.count, host.configuration.modelWidth])
      return host.scores(of: rows, random: nil).value.sliced(0, window.count - tokens.count..<window.count)
    }
  }
}

struct SmallDecoderFacts: HostFacts {
  let name = "small-decoder"

  func validate(_ c: Configuration) throws(ConfigurationError) {
    guard c.memory == 0 else { throw ConfigurationError("memory", found: c.memory, expected: "0: this host has none") }
    guard c.layers == 1 else { throw ConfigurationError("layers", found: c.layers, expected: "1") }
  }

  func weightCount(_ c: Configuration) -> Int {
    let (d, w) = (c.modelWidth, c.heads * c.headWidth)
    return c.vocabulary * (d + 1) + c.segment * d + 4 * d + 4 * d * w + c.feedForwardCount
  }

  func activationCount(_ c: Configuration, batch: Int, k: Int) -> Double {
    Double(batch * c.segment) * Double(c.heads * c.segment + 8 * c.modelWidth + 3 * c.vocabulary)
  }

  func multiplyAddsPerToken(_ c: Configuration, batch: Int, k: Int) -> Double {
    let (d, w) = (Double(c.modelWidth), Double(c.heads * c.headWidth))
    return 4 * d * w + w * Double(c.segment + 1) + c.feedForwardMultiplyAdds(k: k) + d * Double(c.vocabulary)
  }

  func host<Scalar: Real>(_ configuration: Configuration, initializer: Initializer<Scalar>) -> any Host<Scalar> {
    SmallDecoder(configuration, initializer: initializer)
  }
}

extension Configuration {
  /// The host of the tests: V 7, d 6, H 2, d_h 3, f 5, N 4, T 6, m 2, s 5, and no dropout.
  package static func smallDecoder(_ router: RouterKind, vocabulary: Int = 7) -> Configuration {
    var configuration = Configuration(
      vocabulary: vocabulary, layers: 1, modelWidth: 6, heads: 2, headWidth: 3, expertWidth: 5, experts: 4, segment: 6,
      memory: 0, router: router)
    configuration.host = HostKind(SmallDecoderFacts())
    configuration.embeddingWidth = 2
    configuration.hypernetworkWidth = 5
    configuration.dropout = 0
    return configuration
  }

  /// The host of these sizes.
  package func smallDecoderHost<Scalar: Real>(_ initializer: Initializer<Scalar>) -> SmallDecoder<Scalar> {
    SmallDecoder(self, initializer: initializer)
  }
}

/// The smallest sizes at which nothing coincides: V 5, L 2, d 4, H 2, d_h 3, f 3, N 3, T 3, M 2, m 2, s 4.
package func smallConfiguration(
  _ router: RouterKind = .smoe, gateOrder: GateOrder = .softmaxThenTopK, norm: NormPlacement = .post,
  dropout: Double = 0, layers: Int = 2, segment: Int = 3, memory: Int = 2
) -> Configuration {
  var configuration = Configuration(
    vocabulary: 5, layers: layers, modelWidth: 4, heads: 2, headWidth: 3, expertWidth: 3, experts: 3, segment: segment,
    memory: memory, router: router)
  configuration.gateOrder = gateOrder
  configuration.norm = norm
  configuration.embeddingWidth = 2
  configuration.hypernetworkWidth = 4
  configuration.dropout = dropout
  return configuration
}
