import Autograd
import MixtureOfExperts
import Tensors

extension Hypernetwork<Double> {
  /// ∂o/∂e at one embedding, and what it rests on.
  public struct Derivative {
    /// ∂o/∂e = V2 · diag(z > 0) · V1, outputs×m; deeper 𝓗 have one more factor for each map.
    public let jacobian: Tensor<Double>
    /// Which hidden units are active, layer by layer: the ReLU region that e lies in.
    public let activeUnits: [Bool]
    /// How far any one coordinate of e can move before a hidden unit switches.
    public let radius: Double
    /// The largest rank that the units let through: the smallest number of active units in any hidden layer.
    public let rankBound: Int
  }

  /// Returns the derivative in closed form.
  ///
  /// - Parameter e: One embedding, m.
  /// - Returns: ∂o/∂e and the region in which it is constant.
  public func derivative(at e: Tensor<Double>) -> Derivative {
    let m = e.count
    var (z, activeUnits, radius, bound) = (e.reshaped([m, 1]), [Bool](), Double.infinity, m)
    // The factor that e sees, up to the present layer; nil stands for the identity.
    var jacobian: Tensor<Double>?
    for (V, a) in hidden {
      let value = V.value.matrixProduct(z) + a.value.reshaped([a.value.count, 1])
      let slope = jacobian.map { V.value.matrixProduct($0) } ?? V.value
      let active = value.scalars.map { $0 > 0 }
      for (unit, value) in value.scalars.enumerated() {
        radius = min(radius, distanceToZero(value, slope: slope.sliced(0, unit..<unit + 1).largestMagnitude))
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
