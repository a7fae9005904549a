import LinearAlgebra
import Tensors

/// How the routing terms J₂ᵀu of a probe's tokens at one look are found.
///
/// Differences would read every look's text d times more; ``DecompositionClaims`` takes them for some tokens of the last one.
public enum RoutingTerms: String, CaseIterable, Sendable {
  /// C·W_r with the coefficients' formula.
  case closedForm = "closed form"
  /// A walk along the tape of the layer, which sees its input in the gates alone.
  case autodiff

  /// The terms of a look, n×d.
  func of(_ snapshot: LayerSnapshot) -> Tensor<Double> {
    switch self {
    case .closedForm: snapshot.routingTerms
    case .autodiff: snapshot.routingTermsByAutodiff
    }
  }
}

extension Trajectory {
  /// The rank of one layer's routing terms of all tokens at all steps.
  ///
  /// - Parameter way: How the terms are found.
  /// - Returns: The number of singular values above rounding.
  public func rankOfRoutingTerms(_ layer: Int, _ way: RoutingTerms = .closedForm) -> Int {
    let values = SingularValues(of: .concatenated(course(of: layer).map(way.of), axis: 0))
    let size = course(of: layer).reduce(0) { $0 + $1.routingTermSize * $1.routingTermSize }.squareRoot()
    return values.numericalRank(cutoff: Double(max(values.rows, values.columns)) * .ulpOfOne * size)
  }

  /// How many directions one layer's routing terms really share, at the k at which routers are compared.
  ///
  /// The terms of each look are scaled to norm 1: without that the looks with the largest gradients would count alone.
  ///
  /// - Returns: The effective rank of the terms of all looks together, and the mean over looks of that of one.
  public func effectiveRanks(_ layer: Int) -> (together: Double, single: Double) {
    let looks = course(of: layer).map { snapshot in
      let norm = snapshot.comparedTerms.norm
      return norm > 0 ? snapshot.comparedTerms.scaled(by: 1 / norm) : snapshot.comparedTerms
    }
    let single = looks.map { SingularValues(of: $0).effectiveRank }
    return (
      SingularValues(of: .concatenated(looks, axis: 0)).effectiveRank, single.reduce(0, +) / Double(single.count)
    )
  }
}
