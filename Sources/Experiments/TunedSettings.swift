import Foundation
import MixtureOfExperts
import RunFiles
import Training

/// What a router is tuned by: its learning rate, and the one knob that it has.
package struct TunedSettings: Equatable, Sendable {
  /// η at its highest.
  package var learningRate: Double
  /// The factor of `RouterKind.knob`; nil for dense networks.
  package var knob: Double?

  /// Those of a search on the default text, by preset; printed by
  /// `hyperrouter compare --suite paper --out DIR`.
  package static let stored: [Preset: [RouterKind: TunedSettings]] = [
    .tiny: [
      .smoe: TunedSettings(learningRate: 6e-3, knob: 1.0 / 3),
      .smoeDropout: TunedSettings(learningRate: 6e-3, knob: 3),
      .hyperRouter: TunedSettings(learningRate: 12e-3, knob: 9),
      .dense: TunedSettings(learningRate: 6e-3),
    ]
  ]
}

/// The one setting of a router that a search varies beside η; a factor of what the release has.
package enum Knob: String, CaseIterable, Codable, Sendable {
  /// What η is multiplied by for what the router trains: W_r, or e.
  case learningRate = "router-learning-rate"
  /// How large W_r begins, where nothing of it is trained.
  case scale = "router-scale"
}

extension RouterKind {
  /// What of the router is tuned beside η; nil where there is nothing.
  package var knob: Knob? {
    guard let facts, facts.isLinear else { return nil }
    return facts.outline(RouterSizes(width: 2, experts: 2)).parameters.isEmpty ? .scale : .learningRate
  }

  /// The factors that a search tries: threefold steps from that of the release on, for a W_r that is trained directly on both
  /// sides of it.
  ///
  /// e begins fifty times larger than W_r and so moves by less of itself at the same rate; a frozen W_r has no other way to
  /// sharper routing.
  func knobs(_ count: Int) -> [Double?] {
    guard let knob else { return [nil] }
    let isDirect = knob == .learningRate && facts?.hypernetwork(RouterSizes(width: 2, experts: 2)) == nil
    let below = isDirect ? count / 2 : 0
    return (0..<count).map { exponent in
      exponent < below ? 1 / pow(3, Double(below - exponent)) : pow(3, Double(exponent - below))
    }
  }
}

extension Variant {
  /// The same with these settings; unchanged if there are none.
  package func tuned(_ settings: TunedSettings?) -> Variant {
    guard let settings else { return self }
    var variant = self
    variant.learningRate = settings.learningRate
    switch (router.knob, settings.knob) {
    case (.learningRate, let factor?): variant.routerLearningRate = factor
    case (.scale, let factor?): variant.routerScale = factor == 1 ? .release : .factor(factor)
    default: break
    }
    return variant
  }
}
