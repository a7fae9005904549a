import Experiments
import Jacobian
import MixtureOfExperts

extension TraceBlock {
  /// From the loss to a step of Adam.
  ///
  /// What the routers have in common, all but the last two blocks, is shown once.
  static func backward(_ outcome: TraceOutcome) -> [TraceBlock] {
    let (trace, backward) = (outcome.routers[0], outcome.routers[0].backward)
    let N = backward.c.count
    let products = (0..<N).map { expert in
      trace.forward.chosen.firstIndex(of: expert).map { backward.products[$0] }
    }
    let competing = outcome.subject.gateOrder == .softmaxThenTopK ? "s" : "g"
    let predicted =
      "  p(\(outcome.subject.nextSymbol)) = \(TraceNumbers.short(trace.prediction.probability)),  "
      + "L = \(TraceNumbers.short(trace.prediction.loss)) nats"
    return [
      TraceBlock(
        "loss", "L = −ln softmax(logits)_target,  u = ∂L/∂y",
        [predicted] + numbers("u", [backward.u])),
      TraceBlock(
        "routing-term", "c_j = Σ_{i∈𝒯} \(competing)_i (δ_ij − \(competing)_j) ⟨E_i, u⟩ = ∂L/∂x_j",
        TraceNumbers.columns([("⟨E_i, u⟩", products), ("c (\(N))", backward.c)])),
      TraceBlock(
        "jacobian", "(∂y/∂h)ᵀu = J₁ᵀu + J₂ᵀu,  J₂ᵀu = Σ_j c_j w_j",
        numbers("J₁ᵀu", [backward.J1u]) + numbers("J₂ᵀu", [backward.J2u])),
      TraceBlock(
        "entanglement", "∂L/∂w_j = c_j h,  ∂L/∂b_j = c_j",
        rows("∂L/∂(W_r | b_r)", backward.dW_r, backward.db_r) + outcome.routers.map(arrival)),
    ] + flow(outcome.routers) + [step(outcome.routers)]
  }

  private static func arrival(_ trace: TokenTrace) -> String {
    switch trace.origin {
    case .trained: about(trace, "[T] this is its gradient")
    case .frozen: about(trace, "[F] there is no gradient: nobody asks for this one")
    case .generated, .generatedByRow: about(trace, "[G] this goes on through 𝓗:")
    }
  }

  private static func flow(_ routers: [TokenTrace]) -> [TraceBlock] {
    guard let gradient = routers.compactMap(\.embeddingGradient).first else { return [] }
    return [
      TraceBlock(
        "gradient-flow", "∂L/∂e = (∂vec(W_r, b_r)/∂e)ᵀ vec(∂L/∂(W_r, b_r))",
        numbers("∂L/∂e", gradient))
    ]
  }

  private static func step(_ routers: [TokenTrace]) -> TraceBlock {
    let step = routers[0].step
    let changes = routers.flatMap { trace -> [String] in
      if trace.origin == .frozen { return [about(trace, "[F] nothing moves, to the bit")] }
      if trace.step.distance == 0 { return [about(trace, "the gradient is 0: nothing moves")] }
      let rowChange = rows("Δ(W_r | b_r)", trace.step.dW_r, trace.step.db_r)
      guard let de = trace.step.de else { return [about(trace, "[T] W_r and b_r move:")] + rowChange }
      return [about(trace, "[G] e moves, and with it what 𝓗 makes of it:")] + numbers("Δe", de) + rowChange
    }
    // One token has no shares of experts that could be balanced.
    let balanced =
      routers.contains { $0.router == RouterKind.smoeBalanced.rawValue }
      ? ["  without the balancing loss, which is one of many tokens"] : []
    let norm = TraceNumbers.short(step.gradientNorm)
    let clipped =
      step.scale < 1
      ? "clipped at \(TraceNumbers.short(step.clip)): g ← \(TraceNumbers.short(step.scale))·g"
      : "below the clip, \(TraceNumbers.short(step.clip))"
    return TraceBlock(
      "adam", "w ← w − η·m̂/(√v̂ + ε), the first step: m̂ = g, v̂ = g²",
      ["  η = \(TraceNumbers.short(step.learningRate)); ‖g‖ of all weights = \(norm), \(clipped)"] + balanced + changes)
  }
}
