import MixtureOfExperts
import Tensors
import TransformerXL

/// The claims about one moment of a model: 1, 2, 3, 7, the identity of 5 and the rank at one e of 6.
public struct ModelClaims {
  let model: LanguageModel<Double>
  let probe: Probe
  let workers: Workers

  /// How many tokens of each layer are looked at.
  static let tokensPerLayer = 12

  /// Prepares the claims.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - probe: The text whose tokens and gradients are used.
  ///   - workers: The threads to use.
  public init(_ model: LanguageModel<Double>, probe: Probe, workers: Workers) {
    self.model = model
    self.probe = probe
    self.workers = workers
  }

  /// The claims at k = 1, 2 and N, the worst over all layers.
  ///
  /// - Parameter name: What results call the router.
  /// - Returns: Claims 1, 2, 3, 5, 6 and 7.
  public func results(router name: String) -> [ClaimResult] {
    let ks = Set([1, min(2, model.configuration.experts), model.configuration.experts]).sorted()
    let cases = ks.flatMap { k in probe(model, k: k).enumerated().map { (k: k, number: $0, layer: $1) } }
    // Each case moves the router's weights to take differences, so cases of one layer must not run side by side.
    let byLayer = Dictionary(grouping: cases.indices, by: { cases[$0].number })
    let found = workers.map(byLayer.count) { layer in
      (byLayer[layer] ?? []).map { index in
        let (k, number, layer) = cases[index]
        return (index: index, results: results(layer, number, k: k, name))
      }
    }
    let ordered = found.flatMap { $0 }.sorted { $0.index < $1.index }
    return ClaimResult.worst(of: ordered.flatMap(\.results))
  }

  private func results(_ layer: Probe.Layer, _ number: Int, k: Int, _ name: String) -> [ClaimResult] {
    // Tokens near a kink of a ReLU, or near another selection, leave differences no room: the wider half is kept.
    let radii = (0..<layer.tokens.count).map { layer.tokens.radius(of: $0) }
    let median = radii.sorted()[radii.count / 2]
    let smooth = radii.indices.filter { radii[$0] >= median }
    // Tokens from all over the text, not its first words.
    let every = max(1, smooth.count / Self.tokensPerLayer)
    let kept = Array(stride(from: 0, to: smooth.count, by: every).prefix(Self.tokensPerLayer)).map { smooth[$0] }
    let tokens = layer.tokens.keeping(kept)
    let upstream = layer.upstream.gatheringRows(kept.map { Int32($0) })
    let setting = "k = \(k)"
    var results = DecompositionClaims(tokens, upstream: upstream).results(router: name)
    let entanglement = EntanglementClaim(tokens, upstream: upstream)
    let flow = entanglement.flow
    let ways = flow.ways()
    results += entanglement.results(router: name, setting: setting, ways)
    results += flow.results(router: name, setting: setting, ways)
    if k == 1 {
      results.append(flow.trainableCount(router: name))
      if let router = layer.tokens.layer.router as? HyperRouter<Double> {
        results.append(GeneratedRowsClaim(router).result(router: name, setting: "layer \(number)"))
      }
    }
    return results
  }
}
