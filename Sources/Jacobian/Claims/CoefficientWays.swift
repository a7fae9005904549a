import Autograd
import MixtureOfExperts
import Tensors

/// The coefficients c = ∂⟨u, y⟩/∂b_r of some tokens, each token alone, found one of three ways.
struct CoefficientWay {
  let name: String
  /// N numbers for each token.
  let coefficients: [[Double]]
  /// For each token the largest error of a coefficient, by the way's own estimate; 0 for rounding alone.
  let errors: [Double]
}

extension RoutedTokens {
  /// Finds c_j of every token by formula, and as the derivative of ⟨u, y⟩ by b_r from the tape and from differences.
  ///
  /// The last two come from the layer itself with b_r trained, and know nothing of the formula.
  ///
  /// - Parameter upstream: u, n×d.
  /// - Returns: Three ways.
  func coefficientWays(_ upstream: Tensor<Double>) -> [CoefficientWay] {
    let formula = coefficients(upstream)
    let tokens = (0..<count).map { token in
      (h: h.sliced(0, token..<token + 1), u: upstream.sliced(0, token..<token + 1), margin: margin(of: token))
    }
    let twin = smoeTwin
    let bias = twin.router.parameters[1]
    let recorded = tokens.map { token in
      let tape = JacobianTape<Double>()
      let y = twin(tape.tape.constant(token.h), k: k, random: nil).output
      return tape.vectorJacobianProduct(of: y, upstream: token.u, withRespectTo: [tape.tape(bias)])[0].scalars
    }
    let estimates = tokens.map { token in
      let value = bias.value
      // At a tie of logits there is no derivative by b_r: differences say nothing.
      if token.margin == 0 { return (coefficients: value.scalars.map { _ in 0.0 }, error: Double.infinity) }
      defer { bias.value = value }
      let (gradient, error) = CentralDifferences.estimate(at: value, step: min(0x1p-6, token.margin / 2)) { moved in
        bias.value = moved
        let y = twin(Tape<Double>.evaluating().constant(token.h), k: k, random: nil).output.value
        return Tensor(y.dot(token.u))
      }
      return (coefficients: gradient.scalars, error: error.largestMagnitude)
    }
    return [
      CoefficientWay(
        name: "closed form", coefficients: (0..<count).map { formula.sliced(0, $0..<$0 + 1).scalars },
        errors: tokens.map { _ in 0 }),
      CoefficientWay(name: "autodiff", coefficients: recorded, errors: tokens.map { _ in 0 }),
      CoefficientWay(
        name: "differences", coefficients: estimates.map(\.coefficients), errors: estimates.map(\.error)),
    ]
  }
}
