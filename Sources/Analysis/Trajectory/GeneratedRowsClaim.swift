import Autograd
import MixtureOfExperts
import Tensors

/// Claim 6, at one e: rank ∂vec(W_r)/∂e ≤ min(m, active ReLU units of 𝓗).
///
/// Equation [generated-rows] in NOTES.md.
public struct GeneratedRowsClaim {
  let router: HyperRouter<Double>

  /// Prepares the claim.
  ///
  /// - Parameter router: The router.
  public init(_ router: HyperRouter<Double>) {
    self.router = router
  }

  /// Finds the rank of ∂vec(W_r)/∂e by formula, tape and differences; e is moved for the last and then put back.
  ///
  /// - Returns: The three ranks.
  public func ranks() -> [ClaimResult.Finding] {
    let e = router.embedding.value
    let derivative = router.hypernetwork.derivative(at: e)
    let d = router.width
    let block = d + 1
    let rows = (0..<router.experts).map { derivative.jacobian.sliced(0, $0 * block..<$0 * block + d) }
    let recorded = JacobianTape<Double>()
    let tape = recorded.jacobian(
      of: router.weights(on: recorded.tape).W_r, withRespectTo: recorded.tape(router.embedding))
    defer { router.embedding.value = e }
    let differences = CentralDifferences.jacobian(at: e, step: min(0x1p-6, derivative.radius / 2)) { moved in
      router.embedding.value = moved
      return router.weights(on: .evaluating()).W_r.value
    }
    let approximate = SingularValues(of: differences)
    return [
      .init("closed form", Double(SingularValues(of: .concatenated(rows, axis: 0)).numericalRank())),
      .init("autodiff", Double(SingularValues(of: tape).numericalRank())),
      .init(
        "differences",
        Double(approximate.numericalRank(cutoff: DecompositionClaims.differenceCutoff * approximate.largest))),
    ]
  }

  /// min(m, active units).
  public var bound: Int { router.hypernetwork.derivative(at: router.embedding.value).rankBound }

  /// The claim as a result.
  ///
  /// - Parameters:
  ///   - name: What results call the router.
  ///   - setting: Which layer's e.
  /// - Returns: Claim 6 at one e; no verdict where units are active enough for any rank that m columns can have.
  public func result(router name: String, setting: String) -> ClaimResult {
    let ceiling = min(router.embedding.value.count, router.experts * router.width)
    return ClaimResult(
      6, name, "rank of ∂vec(W_r)/∂e", setting, found: ranks(), bound: bound < ceiling ? Double(bound) : nil)
  }
}
