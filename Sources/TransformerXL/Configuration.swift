import MixtureOfExperts

/// Everything that determines a model but its weights.
public struct Configuration: Codable, Hashable, Sendable {
  /// V: the number of symbols.
  public var vocabulary: Int
  /// L: decoder layers.
  public var layers: Int
  /// d: the width of a token's representation.
  public var modelWidth: Int
  /// H: attention heads.
  public var heads: Int
  /// d_h: the width of a head; H·d_h need not equal d.
  public var headWidth: Int
  /// f: the hidden width of one expert.
  public var expertWidth: Int
  /// N: experts in a layer.
  public var experts: Int
  /// T: tokens in a training segment.
  public var segment: Int
  /// M: tokens of memory.
  public var memory: Int
  /// What the feed-forward half is, and how it routes.
  public var router: RouterKind
  /// The order of softmax and top-k.
  public var gateOrder: GateOrder = .softmaxThenTopK
  /// Where LayerNorm stands.
  public var norm: NormPlacement = .post
  /// The rate of dropout on embeddings, positions, sublayer outputs and hidden units of experts.
  public var dropout: Double = 0.1
  /// The rate of dropout on attention weights.
  public var attentionDropout: Double = 0
  /// m: the length of a router embedding e.
  public var embeddingWidth: Int
  /// s: the hidden width of the hypernetwork 𝓗.
  public var hypernetworkWidth: Int
  /// The number of linear maps in 𝓗, at least 2.
  public var hypernetworkDepth: Int = HypernetworkSizes.releasedDepth
  /// Whether all layers share one 𝓗.
  public var sharesHypernetwork: Bool = false
  /// α: the weight of a balancing loss, for routers that have one; nil for the router's default.
  public var balanceCoefficient: Double?

  /// Creates a configuration with the defaults of the paper's release where it has any: m = d, 𝓗 as it is there, dropout 0.1.
  ///
  /// - Parameters:
  ///   - vocabulary: V.
  ///   - layers: L.
  ///   - modelWidth: d.
  ///   - heads: H.
  ///   - headWidth: d_h.
  ///   - expertWidth: f.
  ///   - experts: N.
  ///   - segment: T.
  ///   - memory: M.
  ///   - router: What the feed-forward half is.
  public init(
    vocabulary: Int, layers: Int, modelWidth: Int, heads: Int, headWidth: Int, expertWidth: Int, experts: Int,
    segment: Int, memory: Int, router: RouterKind
  ) {
    self.vocabulary = vocabulary
    self.layers = layers
    self.modelWidth = modelWidth
    self.heads = heads
    self.headWidth = headWidth
    self.expertWidth = expertWidth
    self.experts = experts
    self.segment = segment
    self.memory = memory
    self.router = router
    embeddingWidth = modelWidth
    hypernetworkWidth = HypernetworkSizes.releasedWidth
  }
}
