import Jacobian

extension MixtureMeasures {
  /// What tables show of a mixture, with the digits of a mean over seeds.
  package static let columns: [(heading: String, digits: Int, value: @Sendable (MixtureMeasures) -> Double?)] = [
    ("cosine of experts", 3, { $0.expertSimilarity }), ("of other tokens", 3, { $0.unpairedExpertSimilarity }),
    ("effective rank of y", 1, { $0.outputEffectiveRank }), ("|J₂ᵀu| / |J₁ᵀu|", 3, { $0.routingShare }),
    ("share of token variance", 2, { $0.varianceSeen }), ("its chance baseline", 2, { $0.varianceSeenByChance }),
    ("‖ΔW_r‖ / ‖W_r‖", 2, { $0.displacement }), ("margin", 2, { $0.margin }),
    ("chance baseline of the margin", 2, { $0.marginByChance }),
  ]
}
