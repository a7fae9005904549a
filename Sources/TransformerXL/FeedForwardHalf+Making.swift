import Layers
import MixtureOfExperts
import Tensors

extension Configuration {
  /// Makes the feed-forward half that ``router`` names.
  ///
  /// - Parameters:
  ///   - name: Prefix of the weights' names.
  ///   - shared: The hypernetwork that all layers use, if they share one.
  ///   - initializer: Where weights come from.
  /// - Returns: A new half.
  func makeFeedForward<Scalar: Real>(
    _ name: String, sharing shared: Hypernetwork<Scalar>?, initializer: Initializer<Scalar>
  ) -> any FeedForwardHalf<Scalar> {
    guard router.isSparse else {
      return DenseFeedForward(
        "\(name).dense", width: modelWidth, hidden: experts * expertWidth,
        dropout: router == .denseDropout ? dropout : 0, initializer: initializer)
    }
    return MoELayer(
      router: makeRouter("\(name).router", sharing: shared, initializer: initializer),
      gate: gateOrder,
      experts: Experts(
        "\(name).experts", experts: experts, width: modelWidth, hidden: expertWidth, dropout: dropout,
        initializer: initializer))
  }

  private func makeRouter<Scalar: Real>(
    _ name: String, sharing shared: Hypernetwork<Scalar>?, initializer: Initializer<Scalar>
  ) -> any Router<Scalar> {
    switch router {
    case .smoeDropout:
      SMoEDropoutRouter(name, width: modelWidth, experts: experts, initializer: initializer)
    case .hyperRouter:
      HyperRouter(
        name, width: modelWidth, experts: experts, embeddingWidth: embeddingWidth,
        hypernetwork: shared ?? makeHypernetwork("\(name).hypernetwork", initializer: initializer),
        initializer: initializer)
    case .coordinateWise:
      CoordinateWiseHyperRouter(
        name, width: modelWidth, experts: experts, embeddingWidth: embeddingWidth,
        hypernetwork: shared ?? makeHypernetwork("\(name).hypernetwork", initializer: initializer),
        initializer: initializer)
    case .smoe, .dense, .denseDropout:
      SMoERouter(name, width: modelWidth, experts: experts, initializer: initializer)
    }
  }

  /// Makes the hypernetwork that all layers share, or nil if each has its own or none has any.
  ///
  /// - Parameter initializer: Where weights come from.
  /// - Returns: 𝓗.
  func makeSharedHypernetwork<Scalar: Real>(initializer: Initializer<Scalar>) -> Hypernetwork<Scalar>? {
    guard sharesHypernetwork, router == .hyperRouter || router == .coordinateWise else { return nil }
    return makeHypernetwork("hypernetwork", initializer: initializer)
  }

  private func makeHypernetwork<Scalar: Real>(
    _ name: String, initializer: Initializer<Scalar>
  ) -> Hypernetwork<Scalar> {
    Hypernetwork(
      name, inputs: embeddingWidth, width: hypernetworkWidth, depth: hypernetworkDepth,
      outputs: router == .coordinateWise ? modelWidth + 1 : experts * (modelWidth + 1), initializer: initializer)
  }
}
