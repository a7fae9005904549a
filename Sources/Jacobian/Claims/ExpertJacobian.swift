import Autograd
import MixtureOfExperts
import Tensors

extension MoELayer<Double> {
  /// The experts, if they are those whose closed forms are known.
  var closedFormExperts: Experts<Double> {
    guard let experts = experts as? Experts<Double> else { preconditionFailure("no closed form of \(experts)") }
    return experts
  }
}

extension Experts<Double> {
  /// Returns ∂E_i/∂h = W2_i · diag(W1_i h + b1_i > 0) · W1_i, without dropout.
  ///
  /// - Parameters:
  ///   - expert: i.
  ///   - h: One token, 1×d.
  /// - Returns: d×d.
  public func jacobian(of expert: Int, at h: Tensor<Double>) -> Tensor<Double> {
    let active = preactivations(of: expert, at: h).scalars.map { $0 > 0 ? 1.0 : 0 }
    let gated = Tensor([1, active.count], active) * matrix(weight2, expert)
    return gated.matrixProduct(matrix(weight1, expert))
  }

  /// Returns W1_i h + b1_i.
  ///
  /// - Parameters:
  ///   - expert: i.
  ///   - h: One token, 1×d.
  /// - Returns: 1×f.
  func preactivations(of expert: Int, at h: Tensor<Double>) -> Tensor<Double> {
    h.matrixProduct(matrix(weight1, expert).transposed(0, 1)) + bias1.value.sliced(0, expert..<expert + 1)
  }

  /// Returns one expert's matrix.
  func matrix(_ weight: Parameter<Double>, _ expert: Int) -> Tensor<Double> {
    let value = weight.value
    return value.sliced(0, expert..<expert + 1).reshaped([value.shape[1], value.shape[2]])
  }
}
