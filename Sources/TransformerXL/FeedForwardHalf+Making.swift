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
  ) -> any FeedForward<Scalar> {
    guard let facts = router.facts else {
      return DenseFeedForward(
        "\(name).dense", width: modelWidth, hidden: experts * expertWidth,
        dropout: router.dropsHiddenUnits ? dropout : 0, initializer: initializer)
    }
    return MoELayer(
      router: makeRouter(facts, "\(name).router", sharing: shared, initializer: initializer),
      gate: gateOrder,
      experts: Experts(
        "\(name).experts", experts: experts, width: modelWidth, hidden: expertWidth, dropout: dropout,
        initializer: initializer))
  }

  /// Makes a router whose W_r begins as large as ``routerScale`` says.
  private func makeRouter<Scalar: Real>(
    _ facts: any RouterFacts, _ name: String, sharing shared: Hypernetwork<Scalar>?, initializer: Initializer<Scalar>
  ) -> any Router<Scalar> {
    let router = facts.router(name, routerSizes, sharing: shared, initializer: initializer)
    guard routerScale == .matched, let linear = router as? any LinearRouter<Scalar> else { return router }
    var sizes = routerSizes
    let example = HyperRouter(name, sizes, sharing: shared, initializer: initializer)
    // An 𝓗 all of whose units are silent generates nothing that could be matched.
    guard example.rootMeanSquare > 0, linear.rootMeanSquare > 0 else { return router }
    sizes.weightScale *= example.rootMeanSquare / linear.rootMeanSquare
    return facts.router(name, sizes, sharing: shared, initializer: initializer)
  }

  /// Makes the hypernetwork that all layers share, or nil if each has its own or none has any.
  ///
  /// - Returns: 𝓗.
  func makeSharedHypernetwork<Scalar: Real>(initializer: Initializer<Scalar>) -> Hypernetwork<Scalar>? {
    guard sharesHypernetwork, let outline = router.facts?.hypernetwork(routerSizes) else { return nil }
    return Hypernetwork("hypernetwork", routerSizes, outputs: outline.outputs, initializer: initializer)
  }
}
