import Autograd
import Layers
import LinearAlgebra
import MixtureOfExperts
import Tensors

/// Claim 6, at one e: rank ∂vec(W_r)/∂e ≤ min(m, active ReLU units of 𝓗).
///
/// Equation [generated-rows] in NOTES.md.
public struct GeneratedRowsClaim {
  let router: any LinearRouter<Double>
  let embedding: Parameter<Double>
  let derivative: Hypernetwork<Double>.Derivative

  /// Prepares the claim; nil for a router whose W_r is not generated.
  public init?(_ router: any LinearRouter<Double>) {
    guard let embedding = router.origin.embedding, let derivative = router.origin.derivative else { return nil }
    self.router = router
    self.embedding = embedding
    self.derivative = derivative
  }

  /// ∂vec(W_r)/∂e, found one of three ways.
  private struct Way {
    let name: String
    let jacobian: Tensor<Double>
    /// The largest error of an entry, by the way's own estimate.
    let error: Double
    /// The rank's cutoff; nil for that of rounding.
    let cutoff: Double?
  }

  /// Finds ∂vec(W_r)/∂e by formula, tape and differences; e is moved for the last and then put back.
  private func ways() -> [Way] {
    let e = embedding.value
    let recorded = JacobianTape<Double>()
    let W_r = router.weights(on: recorded.tape).W_r
    let (N, d) = (W_r.shape[0], W_r.shape[1])
    let block = d + 1
    let rows = (0..<N).map { derivative.jacobian.sliced(0, $0 * block..<$0 * block + d) }
    let tape = recorded.jacobian(of: W_r, withRespectTo: recorded.tape(embedding))
    defer { embedding.value = e }
    let (differences, error) = CentralDifferences.estimate(at: e, step: min(0x1p-6, derivative.radius / 2)) { moved in
      embedding.value = moved
      return router.weights(on: .evaluating()).W_r.value
    }
    return [
      Way(name: "closed form", jacobian: .concatenated(rows, axis: 0), error: 0, cutoff: nil),
      Way(name: "autodiff", jacobian: tape, error: 0, cutoff: nil),
      Way(
        name: "differences", jacobian: differences, error: error.largestMagnitude,
        cutoff: DecompositionClaims.differenceCutoff * SingularValues(of: differences).largest),
    ]
  }

  /// The ranks of ∂vec(W_r)/∂e.
  ///
  /// - Returns: The three ranks.
  public func ranks() -> [ClaimResult.Finding] {
    ways().map { .init($0.name, Double(SingularValues(of: $0.jacobian).numericalRank(cutoff: $0.cutoff))) }
  }

  /// How far a movement of W_r is from ∂vec(W_r)/∂e times the movement of e: 0, since W_r is affine in e in one region.
  ///
  /// - Returns: Findings with ∂vec(W_r)/∂e from each way; e moves in a random direction, as far as it surely stays in its
  ///   region, and is then put back.
  public func departures() -> [ClaimResult.Finding] {
    let (e, before) = (embedding.value, router.weights(on: .evaluating()).W_r.value)
    defer { embedding.value = e }
    var random = Random(seed: 0).child(named: "embedding")
    let direction = Tensor<Double>.normal(e.shape, random: &random)
    let length = direction.scalars.reduce(0) { $0 + abs($1) }
    let move = direction.scaled(by: min(derivative.radius, 1) / (2 * length))
    embedding.value = e + move
    let moved = router.weights(on: .evaluating()).W_r.value - before
    embedding.value = e
    let comparison = Comparison(
      bound: DecompositionClaims.agreement, terms: derivative.activeUnits.count + derivative.jacobian.shape[1])
    return ways().map { way in
      let predicted = way.jacobian.matrixProduct(move.reshaped([move.count, 1])).reshaped(moved.shape)
      return comparison.apart(
        way.name, [moved], [predicted], cancelled: [before.largestMagnitude],
        errors: [way.error * move.scalars.reduce(0) { $0 + abs($1) }])
    }
  }

  /// min(m, active units); where each expert has an e of its own, the sum over experts.
  public var bound: Int { derivative.rankBound }

  /// The claim as results.
  ///
  /// - Parameters:
  ///   - name: What results call the router.
  ///   - setting: Which layer's e.
  /// - Returns: Claim 6 at one e: the rank, without a verdict where units are active enough for any rank that e's numbers
  ///   can have; and that W_r moves inside the image of ∂vec(W_r)/∂e.
  public func results(router name: String, setting: ClaimSetting) -> [ClaimResult] {
    let experts = router.weights(on: .evaluating()).b_r.value.count
    let ceiling = min(embedding.value.count, derivative.jacobian.shape[0] - experts)
    return [
      ClaimResult(
        6, name, "rank of ∂vec(W_r)/∂e", setting, found: ranks(), bound: bound < ceiling ? Double(bound) : nil),
      ClaimResult(
        6, name, "movement of W_r against ∂vec(W_r)/∂e times that of e", setting, found: departures(),
        bound: DecompositionClaims.agreement),
    ]
  }
}
