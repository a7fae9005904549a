import Layers
import MixtureOfExperts
import Tensors

/// What is known about Transformer-XL before one is made.
struct TransformerXLFacts: HostFacts {
  let name = "transformer-xl"

  func validate(_ c: Configuration) throws(ConfigurationError) {
    guard c.modelWidth % 2 == 0 else {
      throw ConfigurationError("modelWidth", found: c.modelWidth, expected: "an even number (half sines, half cosines)")
    }
  }

  func weightCount(_ c: Configuration) -> Int {
    let (d, w) = (c.modelWidth, c.heads * c.headWidth)
    let attention = 5 * d * w  // W_q, W_k, W_v, W_R, W_O
    let norms = 4 * d
    return c.vocabulary * (d + 1) + 2 * w + c.layers * (attention + norms) + c.feedForwardCount
  }

  func activationCount(_ c: Configuration, batch: Int, k: Int) -> Double {
    let (d, w) = (Double(c.modelWidth), Double(c.heads * c.headWidth))
    let tokens = Double(batch) * Double(c.segment)
    let keys = Double(c.memory) + Double(c.segment)
    let probabilities = Double(batch) * Double(c.heads) * Double(c.segment) * keys
    let contexts = Double(batch) * keys * (d + 2 * w)
    // Each of a token's k experts has rows of its own: what it reads, its hidden units twice, and what it says.
    let denseWidth = Double(c.experts) * Double(c.expertWidth)
    let hidden =
      tokens * (c.router.isSparse ? Double(k) * Double(2 * c.expertWidth + 2 * c.modelWidth) : 2 * denseWidth)
    let layer = probabilities + contexts + hidden + tokens * (8 * d + 2 * w + 2 * Double(c.experts)) + keys * w
    return Double(c.layers) * layer + tokens * 3 * Double(c.vocabulary) + keys * d
  }

  /// Counts products of matrices; per layer, with w = H·d_h and K = M + T keys, these are as follows.
  ///
  ///     d·w                     queries
  ///     2·d·w·K/T               keys and values, of the memory too
  ///     d·w·K/(T·B)             positions, once for all rows of the batch
  ///     3·w·(M + (T+1)/2)       scores by content, scores by position, values; half of the segment lies in the future
  ///     w·d                     output
  ///     d·N + 2·k·d·f           a linear router and chosen experts
  ///
  /// And d·V for the logits.
  func multiplyAddsPerToken(_ c: Configuration, batch: Int, k: Int) -> Double {
    let (d, w) = (Double(c.modelWidth), Double(c.heads * c.headWidth))
    let (T, M) = (Double(c.segment), Double(c.memory))
    let projections = d * w * (2 + (M + T) / T * (2 + 1 / Double(batch)))
    let attention = 3 * w * (M + (T + 1) / 2)
    return Double(c.layers) * (projections + attention + c.feedForwardMultiplyAdds(k: k)) + d * Double(c.vocabulary)
  }

  /// Memory: L + 1 levels of the last M tokens at most.
  func stateShapes(_ c: Configuration, batch: Int, read: Int) -> [Shape] {
    let remembered = min(c.memory, read)
    return remembered == 0 ? [] : Array(repeating: [batch, remembered, c.modelWidth], count: c.layers + 1)
  }

  func host<Scalar: Real>(_ configuration: Configuration, initializer: Initializer<Scalar>) -> any Host<Scalar> {
    TransformerXLHost(configuration, initializer: initializer)
  }
}

extension HostKind {
  /// Transformer-XL (Dai and others, 2019), the paper's host.
  public static let transformerXL = HostKind(TransformerXLFacts())
}
