import Analysis
import MixtureOfExperts

/// What a trace ends with: for each router one sentence that says what received a gradient and how far W_r moves.
struct TraceSentences {
  let routers: [TokenTrace]
  let subject: TraceSubject

  init(_ routers: [TokenTrace], _ subject: TraceSubject) {
    self.routers = routers
    self.subject = subject
  }

  /// One sentence for each router, and one about what they have in common.
  var all: [String] { routers.map(sentence) + [common] }

  private func sentence(_ trace: TokenTrace) -> String {
    let step = trace.step
    let own = trace.tensors.filter { $0.gradientNorm != nil }
    let count = own.reduce(0) { $0 + $1.count }
    let norm = own.reduce(0) { $0 + ($1.gradientNorm ?? 0) * ($1.gradientNorm ?? 0) }.squareRoot()
    let fixed = trace.tensors.filter { $0.gradientNorm == nil }.reduce(0) { $0 + $1.count }
    let received = "\(count) numbers, norm \(TraceNumbers.short(norm))"
    let moved = "one step moves W_r by \(TraceNumbers.short(step.distance))"
    switch trace.origin {
    case .trained:
      return "\(trace.router): a gradient reaches W_r and b_r (\(received)); \(moved)."
    case .frozen:
      return "\(trace.router): no gradient, for none of its \(fixed) numbers; W_r moves by "
        + "\(TraceNumbers.short(step.distance)), where a trained one would move by "
        + "\(TraceNumbers.short(step.distanceIfTrained))."
    case .generated, .generatedByRow:
      let comparison =
        step.cosineIfTrained.map { cosine in
          ", \(TraceNumbers.short(step.distance / step.distanceIfTrained)) times as far as if it were trained itself, "
            + "cosine \(TraceNumbers.short(cosine)) with that step"
        } ?? ""
      return "\(trace.router): a gradient reaches e (\(received)) and none of the \(fixed) numbers of 𝓗; \(moved)"
        + "\(comparison)."
    }
  }

  private var common: String {
    let backward = routers[0].backward
    func norm(_ numbers: [Double]) -> Double { numbers.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let (J1u, J2u) = (norm(backward.J1u), norm(backward.J2u))
    if J2u == 0 && backward.c.allSatisfy({ $0 == 0 }) {
      return "The gate is constant here: c = 0, so no router learns anything from this token (D1)."
    }
    let who = routers.count > 1 ? "In all \(routers.count) the same" : "The"
    return "\(who) routing term J₂ᵀu goes back to h, \(TraceNumbers.short(J2u)) long beside \(TraceNumbers.short(J1u)) "
      + "through the experts: it does not depend on who learns."
  }
}
