/// Everything that determines a model but its weights.
public struct Configuration: Codable, Hashable, Sendable {
  /// What is around the mixtures; Transformer-XL if nil.
  public var host: HostKind?
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
  /// M: tokens of memory; 0 for a host that has none.
  public var memory: Int
  /// What the feed-forward sublayer is, and how it routes.
  public var router: RouterKind
  /// The order of softmax and top-k.
  public var gateOrder = Defaults.gateOrder
  /// Where Transformer-XL's LayerNorm stands.
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

  /// What a model has unless it is told otherwise: the paper's release where it says anything.
  ///
  /// The one home of these values: configurations, presets, flags, benchmarks and help read them here. Those of the
  /// hypernetwork stand beside it, at ``RouterSizes``.
  public enum Defaults {
    /// The paper's equation.
    public static let gateOrder = GateOrder.softmaxThenTopK
    /// As the release's models have it.
    public static let norm = NormPlacement.post
    /// The rate on embeddings, positions, sublayer outputs and hidden units of experts.
    public static let dropout = 0.1
    /// The rate on attention weights.
    public static let attentionDropout = 0.0
    /// One hypernetwork for each layer.
    public static let sharesHypernetwork = false
  }

  /// Creates a configuration with ``Defaults``, m = d, and 𝓗 as in the paper's release.
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

  /// The sizes that a router is made of.
  public var routerSizes: RouterSizes {
    var sizes = RouterSizes(
      width: modelWidth, experts: experts, embeddingWidth: embeddingWidth, hypernetworkWidth: hypernetworkWidth,
      hypernetworkDepth: hypernetworkDepth)
    if case .factor(let factor)? = routerScale { sizes.weightScale = factor }
    switch embeddingScale ?? .release {
    case .release: break
    // Adam moves every number of e by about η: W_r, larger by the gain of 𝓗 where e's entries are 1, moves by η where they
    // are as large as the gain.
    case .matched: sizes.embeddingScale = (router.facts?.hypernetwork(sizes)?.gain ?? 1) * sizes.weightScale
    case .factor(let factor): sizes.embeddingScale = factor
    }
    sizes.balanceCoefficient = balanceCoefficient
    return sizes
  }
}

/// Where LayerNorm stands in a layer of Transformer-XL.
public enum NormPlacement: String, CaseIterable, Codable, Sendable {
  /// After the residual sum: h ← LN(h + F(h)).
  case post
  /// Before the sublayer: h ← h + F(LN(h)).
  case pre
}
