import MixtureOfExperts

/// Sizes in which a variant is not what the other runs of its experiment are.
public struct VariantSizes: Codable, Hashable, Sendable {
  /// N.
  public var experts: Int?
  /// m, the length of e.
  public var embeddingWidth: Int?
  /// s, the width of 𝓗.
  public var hypernetworkWidth: Int?
  /// Linear maps in 𝓗.
  public var hypernetworkDepth: Int?
  /// Whether all layers share one 𝓗.
  public var sharesHypernetwork: Bool?

  /// Creates sizes that are all the experiment's.
  public init() {}

  /// Gives a model these sizes.
  ///
  /// - Parameter model: The model that the experiment's flags describe.
  func apply(to model: inout Configuration) {
    if let experts { model.experts = experts }
    if let embeddingWidth { model.embeddingWidth = embeddingWidth }
    if let hypernetworkWidth { model.hypernetworkWidth = hypernetworkWidth }
    if let hypernetworkDepth { model.hypernetworkDepth = hypernetworkDepth }
    if let sharesHypernetwork { model.sharesHypernetwork = sharesHypernetwork }
  }

  /// How large W_r has to begin to be as large as without these sizes: `matched` where 𝓗 keeps its shape, else the ratio of the two
  /// root mean squares that are expected, so that a shape is not compared with a scale.
  ///
  /// - Parameter model: The model that the experiment's flags describe.
  /// - Returns: A scale that the model may have with these sizes.
  func matchedScale(in model: Configuration) -> InitialScale {
    var changed = model
    apply(to: &changed)
    func gain(_ model: Configuration) -> Double? { model.router.facts?.hypernetwork(model.routerSizes)?.gain }
    guard let before = gain(model), let after = gain(changed), before != after else {
      // One 𝓗 cannot give each layer the scale that it needs; its expected scale is that of one for each layer.
      return sharesHypernetwork == true ? .release : .matched
    }
    return .factor(before / after)
  }
}
