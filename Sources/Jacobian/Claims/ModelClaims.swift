import MixtureOfExperts
import Tensors

/// The claims about one moment of a model: 1, 2, 3, 7, the identities of 5, the rank at one e of 6, and 4 for the model's own
/// tokens.
struct ModelClaims {
  let model: LanguageModel<Double>
  let probe: Probe  // The text whose tokens and gradients are used
  let start: [LayerSnapshot]  // The mixtures at step 0, one for each layer
  let workers: Workers

  /// How many tokens of each layer are looked at, for N experts: more than routing terms have dimensions.
  static func tokensPerLayer(experts: Int) -> Int { max(12, experts + 4) }

  /// The claims at k = 1, 2 and N, the worst over all layers; no verdict where no token is left to decide it.
  var results: [ClaimResult] {
    let N = model.configuration.experts
    precondition(
      start.count == model.configuration.layers,
      "ModelClaims: \(start.count) mixtures, not \(model.configuration.layers)")
    let cases = Set([1, min(2, N), N]).sorted().flatMap { k in
      probe(model, k: k).enumerated().map { (number: $0, layer: $1) }
    }
    // Each case moves the router's weights to take differences, so cases of one layer must not run side by side.
    let byLayer = Dictionary(grouping: cases.indices, by: { cases[$0].number })
    let found = workers.map(byLayer.count) { layer in
      (byLayer[layer] ?? []).map { (index: $0, results: results(cases[$0].layer, cases[$0].number)) }
    }
    return ClaimResult.worst(of: found.flatMap { $0 }.sorted { $0.index < $1.index }.flatMap(\.results))
  }

  private func results(_ layer: Probe.Layer, _ number: Int) -> [ClaimResult] {
    let kept = smoothTokens(layer.tokens)
    let (k, setting) = (layer.tokens.k, ClaimSetting(k: layer.tokens.k))
    var results = k == 1 ? [GradientFlow(layer.tokens, upstream: layer.upstream).trainableCount] : []
    results.append(
      ClaimResult(
        .decomposition, Self.tokensLookedAt, found: [.init("counted", Double(kept.count))], .atLeast, bound: nil))
    if kept.isEmpty { return results }
    let (tokens, upstream) = (layer.tokens.keeping(kept), layer.upstream.rows(kept))
    let decomposition = DecompositionClaims(tokens, upstream: upstream)
    results += decomposition.results(layer: number)
    results += decomposition.outsideStart(start[number])
    let entanglement = EntanglementClaim(tokens, upstream: upstream)
    let flow = entanglement.flow
    if flow.radius > 0 {  // at a kink of 𝓗 there is no derivative by e
      let ways = flow.ways()
      results += entanglement.results(setting, ways)
      results += flow.results(setting, ways)
      if k == 1, let rows = GeneratedRowsClaim(layer.tokens.router) {
        results += rows.results(ClaimSetting(layer: number))
      }
    }
    return results
  }

  static let tokensLookedAt = "tokens looked at, away from kinks and ties"

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
