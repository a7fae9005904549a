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
  public var gateOrder = Defaults.gateOrder
  /// Where LayerNorm stands.
  public var norm = Defaults.norm
  /// The rate of dropout on embeddings, positions, sublayer outputs and hidden units of experts.
  public var dropout = Defaults.dropout
  /// The rate of dropout on attention weights.
  public var attentionDropout = Defaults.attentionDropout
  /// m: the length of a router embedding e.
  public var embeddingWidth: Int
  /// s: the hidden width of the hypernetwork 𝓗.
  public var hypernetworkWidth: Int
  /// The number of linear maps in 𝓗, at least 2.
  public var hypernetworkDepth = RouterSizes.releasedHypernetworkDepth
  /// Whether all layers share one 𝓗.
  public var sharesHypernetwork = Defaults.sharesHypernetwork
  /// How large W_r begins; the release's way if nil.
  ///
  /// Matched: with the root mean square that HyperRouter's W_r of the same layer and seed has. Routers without rows have no
  /// such scale.
  public var routerScale: InitialScale?
  /// How large e begins, with the same W_r; the release's way if nil.
  ///
  /// Matched: so that Adam's first step moves W_r as far as it moves SMoE's. Routers without e have no such scale.
  public var embeddingScale: InitialScale?
  /// α: the weight of a balancing loss, for routers that have one; nil for the router's default.
  public var balanceCoefficient: Double?

  /// Creates a configuration with ``Defaults``, m = d, and 𝓗 as in the paper's release.
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
    hypernetworkWidth = RouterSizes.releasedHypernetworkWidth
  }
}
