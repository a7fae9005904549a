import Autograd
import Layers
import LinearAlgebra
import MixtureOfExperts
import Tensors

extension Claim {
  package static let generatedRows = Claim(6, "HyperRouter's rows move inside the image of a fixed network")
}

/// Claim 6, at one e: rank ∂vec(W_r)/∂e ≤ min(m, active ReLU units of 𝓗).
///
/// Equation [generated-rows] in NOTES.md.
package struct GeneratedRowsClaim {
  let router: any LinearRouter<Double>
  let embedding: Parameter<Double>
  let derivative: Hypernetwork<Double>.Derivative

  /// nil for a router whose W_r is not generated.
  package init?(_ router: any LinearRouter<Double>) {
    guard let embedding = router.origin.embedding, let derivative = router.origin.derivative else { return nil }
    self.router = router
    self.embedding = embedding
    self.derivative = derivative
  }

  /// ∂vec(W_r)/∂e by formula, tape and differences; e is moved for the last and then put back.
  private func ways() -> ThreeWays<Tensor<Double>> {
    let e = embedding.value
    let recorded = JacobianTape<Double>()
    let W_r = router.weights(on: recorded.tape).W_r
    let (N, d) = (W_r.shape[0], W_r.shape[1])
    let rows = (0..<N).map { derivative.jacobian.sliced(0, $0 * (d + 1)..<$0 * (d + 1) + d) }
    let tape = recorded.jacobian(of: W_r, withRespectTo: recorded.tape(embedding))
    defer { embedding.value = e }
    let (differences, error) = CentralDifferences.estimate(at: e, step: min(0x1p-6, derivative.radius / 2)) { moved in
      embedding.value = moved
      return router.weights(on: .evaluating()).W_r.value
    }
    return ThreeWays(
      closedForm: .concatenated(rows, axis: 0), autodiff: tape, differences: differences,
      errors: [error.largestMagnitude])
  }

  /// The ranks of ∂vec(W_r)/∂e, each way.
  package func ranks() -> [ClaimResult.Finding] {
    ways().all.map { way, jacobian, _ in
      let values = SingularValues(of: jacobian)
      // The default cutoff is that of rounding.
      let cutoff = way == .differences ? DecompositionClaims.differenceCutoff * values.largest : nil
      return .init(way.rawValue, Double(values.numericalRank(cutoff: cutoff)))
    }
  }

  /// How far a movement of W_r is from ∂vec(W_r)/∂e, found each way, times the movement of e: 0, since W_r is affine in e in
  /// one region.
  ///
  /// e moves in a random direction, as far as it surely stays in its region, and is then put back.
  package func departures() -> [ClaimResult.Finding] {
    let (e, before) = (embedding.value, router.weights(on: .evaluating()).W_r.value)
    var random = Random(seed: 0).child(named: "embedding")
    let direction = Tensor<Double>.normal(e.shape, random: &random)
    let length = direction.scalars.reduce(0) { $0 + abs($1) }
    let move = direction.scaled(by: min(derivative.radius, 1) / (2 * length))
    embedding.value = e + move
    let moved = router.weights(on: .evaluating()).W_r.value - before
    embedding.value = e
    let comparison = Comparison(terms: derivative.activeUnits.count + derivative.jacobian.shape[1])
    return ways().all.map { way, jacobian, errors in
      let predicted = jacobian.matrixProduct(move.reshaped([move.count, 1])).reshaped(moved.shape)
      return comparison.apart(
        way.rawValue, [moved], [predicted], cancelled: [before.largestMagnitude],
        errors: [errors[0] * move.scalars.reduce(0) { $0 + abs($1) }])
    }
  }

  /// min(m, active units); where each expert has an e of its own, the sum over experts.
  package var bound: Int { derivative.rankBound }

  /// The rank, without a verdict where units are active enough for any rank that e's numbers can have; and that W_r moves
  /// inside the image of ∂vec(W_r)/∂e.
  package func results(_ setting: ClaimSetting) -> [ClaimResult] {
    let experts = router.weights(on: .evaluating()).b_r.value.count
    let ceiling = min(embedding.value.count, derivative.jacobian.shape[0] - experts)
    return [
      ClaimResult(
        .generatedRows, "rank of ∂vec(W_r)/∂e", setting, found: ranks(), bound: bound < ceiling ? Double(bound) : nil),
      ClaimResult(
        .generatedRows, "movement of W_r against ∂vec(W_r)/∂e times that of e", setting, found: departures(),
        bound: Comparison.agreement),
    ]
  }
}
