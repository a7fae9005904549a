import Layers
import MixtureOfExperts
import Tensors

extension Configuration {
  /// Makes the feed-forward half that ``router`` names.
  ///
  /// - Parameter shared: The hypernetwork that all layers use, if they share one.
  /// - Returns: A new half.
  func makeFeedForward<Scalar: Real>(
    _ name: String, sharing shared: Hypernetwork<Scalar>?, initializer: Initializer<Scalar>
  ) -> any FeedForwardHalf<Scalar> {
    guard let facts = router.facts else {
      return DenseFeedForward(
        "\(name).dense", width: modelWidth, hidden: experts * expertWidth,
        dropout: router.dropsHiddenUnits ? dropout : 0, initializer: initializer)
    }
    return MoELayer(
      router: facts.router("\(name).router", routerSizes, sharing: shared, initializer: initializer),
      gate: gateOrder,
      experts: Experts(
        "\(name).experts", experts: experts, width: modelWidth, hidden: expertWidth, dropout: dropout,
        initializer: initializer))
  }

  /// Makes the hypernetwork that all layers share, or nil if each has its own or none has any.
  ///
  /// - Returns: 𝓗.
  func makeSharedHypernetwork<Scalar: Real>(initializer: Initializer<Scalar>) -> Hypernetwork<Scalar>? {
    guard sharesHypernetwork, let sizes = router.facts?.hypernetwork(routerSizes) else { return nil }
    return Hypernetwork("hypernetwork", sizes, initializer: initializer)
  }
}
