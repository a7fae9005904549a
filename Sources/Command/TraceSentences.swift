import Experiments
import Jacobian

/// What a trace ends with: for each router one sentence that says what received a gradient and how far W_r moves.
struct TraceSentences {
  let routers: [TokenTrace]

  init(_ routers: [TokenTrace]) {
    self.routers = routers
  }

  /// One sentence for each router, and one about what they have in common.
  var all: [String] { routers.map(sentence) + [common] }

  private func sentence(_ trace: TokenTrace) -> String {
    let step = trace.step
    let trained = trace.tensors.filter { $0.gradientNorm != nil }
    let norm = Self.norm(trained.compactMap(\.gradientNorm))
    let received = "\(Self.count(trained)) numbers, norm \(TraceNumbers.short(norm))"
    let fixed = Self.count(trace.tensors.filter { $0.gradientNorm == nil })
    let moved = "one step of Adam moves W_r by \(TraceNumbers.short(step.distance))"
    if !trained.isEmpty && norm == 0 {
      return "\(trace.router): the gradient of its \(Self.count(trained)) trained numbers is 0; W_r stays."
    }
    switch trace.origin {
    case .trained:
      return "\(trace.router): the gradient reaches W_r and b_r (\(received)); \(moved)."
    case .frozen:
      return "\(trace.router): no gradient for any of its \(fixed) numbers; W_r moves by "
        + "\(TraceNumbers.short(step.distance)), trained it would move by "
        + "\(TraceNumbers.short(step.distanceIfTrained))."
    case .generated, .generatedByRow:
      return "\(trace.router): the gradient reaches e (\(received)) and none of 𝓗's \(fixed) numbers; \(moved)"
        + "\(comparison(step))."
    }
  }

  private func comparison(_ step: TokenTrace.Step) -> String {
    guard let cosine = step.cosineIfTrained, let plain = step.plainCosineIfTrained, let unrelated = step.unrelatedCosine
    else { return "" }
    return
      ", \(TraceNumbers.short(step.distance / step.distanceIfTrained)) times as far as if it were trained itself, and "
      + "the cosine of the two ΔW_r is \(TraceNumbers.short(cosine)). Of plain gradient steps of (W_r | b_r), which never "
      + "oppose each other, it is \(TraceNumbers.short(plain)); for a gradient unrelated to 𝓗 it would be about "
      + TraceNumbers.short(unrelated)
  }

  private var common: String {
    let backward = routers[0].backward
    if backward.c.allSatisfy({ $0 == 0 }) {
      return "The gate is constant here and c = 0: no router can learn anything from this token (D1)."
    }
    let who = routers.count > 1 ? "In all \(routers.count) the same" : "The"
    return "\(who) routing term J₂ᵀu goes back to h, \(TraceNumbers.short(Self.norm(backward.J2u))) long beside "
      + "\(TraceNumbers.short(Self.norm(backward.J1u))) through the experts: it does not depend on who learns."
  }

  private static func count(_ tensors: [TokenTrace.ReceivingTensor]) -> Int { tensors.reduce(0) { $0 + $1.count } }

  private static func norm(_ numbers: [Double]) -> Double { numbers.reduce(0) { $0 + $1 * $1 }.squareRoot() }
}
