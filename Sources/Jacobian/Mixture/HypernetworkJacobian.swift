import Autograd
import MixtureOfExperts
import Tensors

extension Hypernetwork<Double> {
  /// ∂o/∂e at one embedding, and what it rests on.
  package struct Derivative {
    /// ∂o/∂e = V2 · diag(z > 0) · V1, outputs×m; deeper 𝓗 have one more factor for each map.
    package let jacobian: Tensor<Double>
    package let activeUnits: [Bool]  // Which hidden units are active, layer by layer: the ReLU region that e lies in
    package let radius: Double  // How far any one coordinate of e can move before a hidden unit switches
    /// The largest rank that the units let through: the smallest number of active units in any hidden layer.
    package let rankBound: Int
  }

  /// The derivative at one embedding, m, in closed form, and the region in which it is constant.
  package func derivative(at e: Tensor<Double>) -> Derivative {
    let m = e.count
    var (z, activeUnits, radius, bound) = (e.reshaped([m, 1]), [Bool](), Double.infinity, m)
    // The factor that e sees, up to the present layer; nil stands for the identity.
    var jacobian: Tensor<Double>?
    for (V, a) in hidden {
      let value = V.value.matrixProduct(z) + a.value.reshaped([a.value.count, 1])
      let slope = jacobian.map { V.value.matrixProduct($0) } ?? V.value
      let active = value.scalars.map { $0 > 0 }
      for (unit, value) in value.scalars.enumerated() {
        radius = min(radius, distanceToZero(value, slope: slope.row(unit).largestMagnitude))
      }
      z = value.relu()
      jacobian = slope * Tensor([active.count, 1], active.map { $0 ? 1.0 : 0 })
      activeUnits += active
      bound = min(bound, active.count { $0 })
    }
    return Derivative(
      jacobian: jacobian.map { output.V.value.matrixProduct($0) } ?? output.V.value, activeUnits: activeUnits,
      radius: radius, rankBound: bound)
  }
}

extension RouterOrigin<Double> {
  /// The embedding from which W_r and b_r are generated; nil where they are not.
  var embedding: Parameter<Double>? {
    switch self {
    case .trained, .fixed: nil
    case .generated(let e, _), .generatedByRow(let e, _): e
    }
  }

  /// ∂vec(W_r | b_r)/∂e, with one row for each number of (W_r | b_r) and one column for each of e; nil where W_r and b_r are
  /// not generated.
  ///
  /// Where each expert has an embedding of its own it is made of blocks, one for each expert.
  var derivative: Hypernetwork<Double>.Derivative? {
    switch self {
    case .trained, .fixed: return nil
    case .generated(let e, let hypernetwork): return hypernetwork.derivative(at: e.value)
    case .generatedByRow(let e, let hypernetwork):
      let (N, m) = (e.value.shape[0], e.value.shape[1])
      let parts = (0..<N).map { hypernetwork.derivative(at: e.value.row($0)) }
      let rows = parts.enumerated().map { expert, part in
        let blocks = (0..<N).map { $0 == expert ? part.jacobian : .zeros([part.jacobian.shape[0], m]) }
        return Tensor.concatenated(blocks, axis: 1)
      }
      return Hypernetwork<Double>.Derivative(
        jacobian: .concatenated(rows, axis: 0), activeUnits: parts.flatMap(\.activeUnits),
        radius: parts.map(\.radius).min() ?? .infinity,
        rankBound: parts.reduce(0) { $0 + $1.rankBound })
    }
  }
}
