import MixtureOfExperts

extension Configuration {
  /// How many numbers a model's weights have, trained and frozen; asked before any of them is made.
  ///
  /// The sizes must be valid.
  public var weightCount: Int {
    let (d, w) = (modelWidth, heads * headWidth)
    let attention = 5 * d * w  // W_q, W_k, W_v, W_R, W_O
    let norms = 4 * d
    return vocabulary * (d + 1) + 2 * w + layers * (attention + norms + feedForwardCount) + trainedRoutingCount
      + frozenCount
  }

  /// How many numbers training changes: all weights but hypernetworks and what else of the routers is frozen.
  ///
  /// The sizes must be valid.
  public var trainedCount: Int {
    weightCount - frozenCount
  }

  private var trainedRoutingCount: Int { layers * (router.facts?.outline(routerSizes).trainableCount ?? 0) }

  /// All that is frozen belongs to routers; of a hypernetwork that layers share there is one.
  private var frozenCount: Int {
    guard let facts = router.facts else { return 0 }
    let shared = sharesHypernetwork ? facts.hypernetwork(routerSizes)?.fixedCount ?? 0 : 0
    return layers * (facts.outline(routerSizes).fixedCount - shared) + shared
  }

  /// How many numbers one step of training keeps for the backward pass, roughly: the large tensors are counted.
  ///
  /// - Parameters:
  ///   - batch: B.
  ///   - k: Experts for each token; ignored by dense models.
  /// - Returns: A number that may exceed every integer.
  public func activationCount(batch: Int, k: Int) -> Double {
    let (d, w) = (Double(modelWidth), Double(heads * headWidth))
    let tokens = Double(batch) * Double(segment)
    let keys = Double(memory) + Double(segment)
    let probabilities = Double(batch) * Double(heads) * Double(segment) * keys
    let contexts = Double(batch) * keys * (d + 2 * w)
    // Each of a token's k experts has rows of its own: what it reads, its hidden units twice, and what it says.
    let hidden = tokens * (router.isSparse ? Double(k) * Double(2 * expertWidth + 2 * modelWidth) : 2 * denseWidth)
    let layer = probabilities + contexts + hidden + tokens * (8 * d + 2 * w + 2 * Double(experts)) + keys * w
    return Double(layers) * layer + tokens * 3 * Double(vocabulary) + keys * d
  }

  private var denseWidth: Double { Double(experts) * Double(expertWidth) }

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

  private var feedForwardCount: Int {
    let (d, hidden) = (modelWidth, experts * expertWidth)
    return 2 * d * hidden + hidden + (router.isSparse ? experts * d : d)
  }
}
