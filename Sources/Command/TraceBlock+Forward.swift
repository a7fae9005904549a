import Experiments
import Jacobian
import MixtureOfExperts

extension TraceBlock {
  /// From e to y.
  ///
  /// What the routers have in common, all but where their rows come from, is shown once.
  static func forward(_ outcome: TraceOutcome) -> [TraceBlock] {
    let (forward, k) = (outcome.routers[0].forward, outcome.subject.topK)
    let N = forward.b_r.count
    let gates = (0..<N).map { expert in forward.chosen.firstIndex(of: expert).map { forward.g[$0] } ?? 0 }
    let chosen = forward.chosen.map { "E_\($0)" }.joined(separator: ", ")
    let gate =
      switch outcome.subject.gateOrder {
      case .softmaxThenTopK: "g_i = s_i for i ∈ 𝒯, else 0"
      case .topKThenSoftmax: "g = softmax of x over 𝒯, else 0 (D1)"
      }
    return generation(outcome.routers) + [
      TraceBlock(
        outcome.routers.map(\.router).joined(separator: "] ["), "where W_r and b_r come from", origins(outcome.routers)),
      TraceBlock(
        "router", "x = W_r h + b_r,  s = softmax(x)",
        numbers("h", [forward.h])
          + TraceNumbers.columns([("x (\(N))", forward.logits), ("s (\(N))", forward.s)])),
      TraceBlock(
        "gate", "𝒯 = top-\(k) of x;  \(gate)",
        TraceNumbers.columns([("g (\(N))", gates)])
          + ["  𝒯 = {\(chosen)},  Σ g = \(TraceNumbers.short(forward.g.reduce(0, +)))"]),
      TraceBlock(
        "expert", "E_i(h) = W2_i·relu(W1_i h + b1_i) + b2_i, only for i ∈ 𝒯",
        TraceNumbers.lines(zip(forward.chosen, forward.outputs).map { ("E_\($0) (\($1.count))", $1) })),
      TraceBlock("moe", "y = Σ_{i∈𝒯} g_i E_i(h)", numbers("y", [forward.y])),
    ]
  }

  private static func generation(_ routers: [TokenTrace]) -> [TraceBlock] {
    for trace in routers {
      guard let generation = trace.generation, let z = generation.z.last else { continue }
      let fixed = trace.tensors.filter { $0.gradientNorm == nil }.enumerated().map { index, tensor in
        "\(index % 2 == 0 ? "V" : "a")\(index / 2 + 1) (\(tensor.shape.map(String.init).joined(separator: "×")))"
      }
      let depth = fixed.count / 2
      let formula =
        depth == 2
        ? "z = relu(V1 e + a1),  o = V2 z + a2" : "z = relu(… relu(V1 e + a1) …),  o = V\(depth) z + a\(depth)"
      return [
        TraceBlock(
          "hypernetwork", formula,
          numbers("[T] e", generation.e) + numbers("z", z)
            + [
              "  z > 0 in \(generation.activeUnits) of \(z.count * generation.width); o has "
                + "N(d+1) = \(trace.forward.b_r.count * (trace.forward.h.count + 1)) numbers, the rows (w_j | b_j)",
              "  [F] \(fixed.joined(separator: ", "))",
            ])
      ]
    }
    return []
  }

  private static func origins(_ routers: [TokenTrace]) -> [String] {
    let forward = routers[0].forward
    let shape = "W_r (\(forward.b_r.count)×\(forward.h.count)), b_r (\(forward.b_r.count))"
    let sources = routers.map { trace in
      let trained = trace.tensors.filter { $0.gradientNorm != nil }.reduce(0) { $0 + $1.count }
      let source =
        switch trace.origin {
        case .trained: "[T] \(shape)"
        case .frozen: "[F] \(shape)"
        case .generated: "[G] (W_r | b_r) = 𝓗(e)"
        case .generatedByRow: "[G] (w_j | b_j) = 𝓗(e_j)"
        }
      return about(trace, "\(source); trained: \(trained) numbers")
    }
    let shared =
      routers.count > 1 ? ["  all \(routers.count) begin with the same rows, so that only learning differs:"] : []
    return sources + shared + rows("(W_r | b_r)", forward.W_r, forward.b_r)
  }
}
