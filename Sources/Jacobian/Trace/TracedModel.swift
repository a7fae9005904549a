import Hosts
import MixtureOfExperts
import Tensors

extension TokenTrace {
  /// How many times as large as a training begins with the weights of a model to be traced are: N(0, 0.5²), not N(0, 0.02²).
  public static var magnification: Double { 25 }
}

extension LanguageModel<Double> {
  /// Makes a small model to be traced, not trained: its weights are larger, so that its numbers can be seen.
  ///
  /// LayerNorm's gains and what routers train of a HyperRouter (e, which begins with N(0, 1)) stay as they are.
  ///
  /// - Parameters:
  ///   - configuration: The sizes, already validated.
  ///   - seed: Determines the weights.
  /// - Returns: A model.
  public static func toTrace(_ configuration: Configuration, seed: UInt64) -> LanguageModel {
    let model = LanguageModel(configuration, seed: seed)
    let kept = Set(model.mixtures.compactMap { ($0.router as? any LinearRouter<Double>)?.origin.embedding?.name })
    for parameter in model.parameters where !kept.contains(parameter.name) && !parameter.name.hasSuffix("norm.gain") {
      parameter.value = parameter.value.scaled(by: TokenTrace.magnification)
    }
    for weight in model.frozen { weight.restore(weight.value.scaled(by: TokenTrace.magnification)) }
    return model
  }

  /// Returns a model with the same numbers everywhere, W_r and b_r included, that learns otherwise: all other weights are shared.
  ///
  /// - Parameter kind: One of the three compared routers.
  /// - Returns: A model whose rows are trained for SMoE, fixed for SMoE-Dropout; for HyperRouter this one, unchanged.
  public func learning(as kind: RouterKind) -> LanguageModel {
    precondition(RouterKind.compared.contains(kind), "learning: \(kind) is none of the three")
    if kind == .hyperRouter { return self }
    return replacingFeedForwardSublayers { number, half in
      guard let layer = half as? MoELayer<Double>, let rows = layer.router as? any LinearRouter<Double> else {
        return half
      }
      let name = "layers.\(number).feedForward.router"
      let router: any Router<Double> =
        kind == .smoe ? SMoERouter(name, startingFrom: rows) : SMoEDropoutRouter(name, fixing: rows)
      return MoELayer(router: router, gate: layer.gate, experts: layer.experts)
    }
  }
}
