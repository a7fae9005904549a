import Layers
import Tensors

extension Configuration {
  /// Makes the sublayer that ``router`` names, around experts with one hidden layer.
  public func makeFeedForward<Scalar: Real>(
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
  public func makeRouter<Scalar: Real>(
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

  /// Makes the 𝓗 that all layers share; nil if each has its own or none has any.
  public func makeSharedHypernetwork<Scalar: Real>(initializer: Initializer<Scalar>) -> Hypernetwork<Scalar>? {
    guard sharesHypernetwork, let outline = router.facts?.hypernetwork(routerSizes) else { return nil }
    return Hypernetwork("hypernetwork", routerSizes, outputs: outline.outputs, initializer: initializer)
  }

  /// How many numbers the sublayers of all layers have that ``makeFeedForward(_:sharing:initializer:)`` makes.
  public var feedForwardCount: Int {
    let (d, hidden) = (modelWidth, experts * expertWidth)
    let networks = 2 * d * hidden + hidden + (router.isSparse ? experts * d : d)
    return layers * (networks + (router.facts?.outline(routerSizes).trainableCount ?? 0)) + frozenCount
  }

  /// How many numbers never learn: all are routers', and of a hypernetwork that layers share there is one.
  public var frozenCount: Int {
    guard let facts = router.facts else { return 0 }
    let shared = sharesHypernetwork ? facts.hypernetwork(routerSizes)?.fixedCount ?? 0 : 0
    return layers * (facts.outline(routerSizes).fixedCount - shared) + shared
  }

  /// The multiply-adds that a sublayer takes for a token: routing, and k experts or the whole dense network.
  public func feedForwardMultiplyAdds(k: Int) -> Double {
    let hidden = Double(expertWidth) * Double(router.isSparse ? k : experts)
    let routing = router.facts.map { Double($0.multiplyAddsPerToken(routerSizes)) } ?? 0
    return routing + 2 * Double(modelWidth) * hidden
  }
}
