import MixtureOfExperts

extension Configuration {
  /// The multiply-adds that one token needs on its way through the model, forward; training needs three times as many.
  ///
  /// Per layer, with w = H·d_h and K = M + T keys:
  ///
  ///     d·w                     queries
  ///     2·d·w·K/T               keys and values, of the memory too
  ///     d·w·K/(T·B)             positions, once for all rows of the batch
  ///     3·w·(M + (T+1)/2)       scores by content, scores by position, values; half of the segment lies in the future
  ///     w·d                     output
  ///     d·N + 2·k·d·f           a linear router and chosen experts
  ///
  /// and d·V for the logits. What is cheaper than a product of matrices is not counted.
  ///
  /// - Parameters:
  ///   - batch: B, the rows of the batch.
  ///   - k: The experts chosen for a token; ignored by dense models, whose one network is as wide as all experts.
  /// - Returns: Multiply-adds; each is two floating-point operations.
  public func multiplyAddsPerToken(batch: Int, k: Int) -> Double {
    let (d, w) = (Double(modelWidth), Double(heads * headWidth))
    let (T, M) = (Double(segment), Double(memory))
    let projections = d * w * (2 + (M + T) / T * (2 + 1 / Double(batch)))
    let attention = 3 * w * (M + (T + 1) / 2)
    let hidden = Double(expertWidth) * Double(router.isSparse ? k : experts)
    let routing = router.facts.map { Double($0.multiplyAddsPerToken(routerSizes)) } ?? 0
    return Double(layers) * (projections + attention + routing + 2 * d * hidden) + d * Double(vocabulary)
  }
}
