import MixtureOfExperts
import Tensors

/// The claims about one moment of a model: 1, 2, 3, 7, the identities of 5, the rank at one e of 6, and 4 for the model's own
/// tokens.
public struct ModelClaims {
  let model: LanguageModel<Double>
  let probe: Probe
  let start: [LayerSnapshot]
  let workers: Workers

  /// How many tokens of each layer are looked at, for N experts: more than routing terms have dimensions.
  public static func tokensPerLayer(experts: Int) -> Int { max(12, experts + 4) }

  /// Prepares the claims.
  ///
  /// - Parameters:
  ///   - probe: The text whose tokens and gradients are used.
  ///   - start: The mixtures at step 0, one for each layer.
  public init(_ model: LanguageModel<Double>, probe: Probe, start: [LayerSnapshot], workers: Workers) {
    self.model = model
    self.probe = probe
    self.start = start
    self.workers = workers
  }

  /// The claims at k = 1, 2 and N, the worst over all layers.
  ///
  /// - Parameter name: What results call the router.
  /// - Returns: Claims 1 to 7; no verdict where no token is left to decide it.
  public func results(router name: String) -> [ClaimResult] {
    let ks = Set([1, min(2, model.configuration.experts), model.configuration.experts]).sorted()
    precondition(
      start.count == model.configuration.layers,
      "ModelClaims: \(start.count) mixtures, not \(model.configuration.layers)")
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
    let kept = smoothTokens(layer.tokens)
    let setting = ClaimSetting(k: k)
    let all = GradientFlow(layer.tokens, upstream: layer.upstream)
    var results = k == 1 ? [all.trainableCount(router: name)] : []
    results.append(
      ClaimResult(
        1, name, "tokens looked at, away from kinks and ties",
        found: [.init("counted", Double(kept.count))], .atLeast, bound: nil))
    if kept.isEmpty { return results }
    let tokens = layer.tokens.keeping(kept)
    let upstream = layer.upstream.gatheringRows(kept.map { Int32($0) })
    let decomposition = DecompositionClaims(tokens, upstream: upstream)
    results += decomposition.results(router: name, layer: number)
    results += decomposition.outsideStart(start[number], router: name, setting: setting)
    let entanglement = EntanglementClaim(tokens, upstream: upstream)
    let flow = entanglement.flow
    if flow.radius > 0 {  // at a kink of 𝓗 there is no derivative by e
      let ways = flow.ways()
      results += entanglement.results(router: name, setting: setting, ways)
      results += flow.results(router: name, setting: setting, ways)
      if k == 1, let rows = GeneratedRowsClaim(layer.tokens.router) {
        results += rows.results(router: name, setting: ClaimSetting(layer: number))
      }
    }
    return results
  }

  /// Tokens from all over the text, of the half that leaves differences most room between kinks and other selections.
  private func smoothTokens(_ tokens: RoutedTokens) -> [Int] {
    let radii = (0..<tokens.count).map { tokens.radius(of: $0) }
    let smooth = radii.indices.filter { radii[$0] > 0 }.sorted { radii[$0] > radii[$1] }
      .prefix((radii.count + 1) / 2).sorted()
    let wanted = Self.tokensPerLayer(experts: model.configuration.experts)
    let every = max(1, smooth.count / wanted)
    return stride(from: 0, to: smooth.count, by: every).prefix(wanted).map { smooth[$0] }
  }
}
