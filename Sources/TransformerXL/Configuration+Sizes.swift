extension Configuration {
  /// How many numbers a model's weights have, trained and frozen; asked before any of them is made.
  ///
  /// The sizes must be valid.
  public var weightCount: Int {
    let (d, w) = (modelWidth, heads * headWidth)
    let attention = 5 * d * w  // W_q, W_k, W_v, W_R, W_O
    let norms = 4 * d
    let hypernetworks = usesHypernetwork ? hypernetworkCount * (sharesHypernetwork ? 1 : layers) : 0
    return vocabulary * (d + 1) + 2 * w + layers * (attention + norms + feedForwardCount) + hypernetworks
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

  private var usesHypernetwork: Bool { router == .hyperRouter || router == .coordinateWise }

  private var feedForwardCount: Int {
    let (d, hidden) = (modelWidth, experts * expertWidth)
    let router =
      switch self.router {
      case .smoe, .smoeDropout: experts * (d + 1)
      case .hyperRouter: embeddingWidth
      case .coordinateWise: experts * embeddingWidth
      case .dense, .denseDropout: 0
      }
    let biases = self.router.isSparse ? experts * d : d
    return 2 * d * hidden + hidden + biases + router
  }

  private var hypernetworkCount: Int {
    let s = hypernetworkWidth
    let outputs = router == .coordinateWise ? modelWidth + 1 : experts * (modelWidth + 1)
    return s * (embeddingWidth + 1) + (hypernetworkDepth - 2) * s * (s + 1) + outputs * (s + 1)
  }
}
