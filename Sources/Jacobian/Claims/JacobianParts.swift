import Autograd
import MixtureOfExperts
import Tensors

/// J, J₁ and J₂ of some tokens, found one of three ways.
public struct JacobianParts {
  /// J = ∂y/∂h of each token, d×d.
  public let whole: [Tensor<Double>]
  /// J₁ of each token, d×d.
  public let throughExperts: [Tensor<Double>]
  /// J₂ of each token, d×d.
  public let throughGates: [Tensor<Double>]
  /// The largest error that an entry of any of the three may have, for each token, by the way's own estimate; 0 for
  /// rounding alone.
  public let errors: [Double]
}

extension RoutedTokens {
  /// J₁ and J₂ from their formulas, and J as their sum.
  ///
  /// - Returns: The Jacobians of all tokens.
  public func closedForm() -> JacobianParts {
    let tokens = (0..<count).map { self[$0] }
    let (J1, J2) = (tokens.map(\.J1), tokens.map(\.J2))
    return JacobianParts(
      whole: paired(J1, J2).map { $0 + $1 }, throughExperts: J1, throughGates: J2,
      errors: J1.map { _ in 0 })
  }

  /// The same by walks backwards along the tape of the layer itself.
  ///
  /// A token's output depends on that token alone, so one walk with u = (e_r, …, e_r) gives row r of every token's matrix.
  ///
  /// - Returns: The Jacobians of all tokens.
  public func autodiff() -> JacobianParts {
    func jacobians(_ function: (Tape<Double>, Variable<Double>) -> Variable<Double>) -> [Tensor<Double>] {
      let recorded = JacobianTape<Double>()
      let input = recorded.tape.variable(h)
      let y = function(recorded.tape, input)
      let rows = (0..<width).map { row in
        let unit = Tensor([1, width], (0..<width).map { $0 == row ? 1.0 : 0 }).broadcast(to: y.shape).contiguous()
        return recorded.vectorJacobianProduct(of: y, upstream: unit, withRespectTo: [input])[0]
      }
      return (0..<count).map { token in .concatenated(rows.map { $0.sliced(0, token..<token + 1) }, axis: 0) }
    }
    return JacobianParts(
      whole: jacobians { layer($1, k: k, random: nil).output },
      throughExperts: jacobians { layer.split(seen: $1, routing: $0.constant(h), k: k) },
      throughGates: jacobians { layer.split(seen: $0.constant(h), routing: $1, k: k) },
      errors: (0..<count).map { _ in 0 })
  }

  /// The same by central differences of the layer's values.
  ///
  /// All tokens move at once, each by a step that its own ``radius(of:)`` allows.
  ///
  /// - Returns: The Jacobians of all tokens.
  public func differences() -> JacobianParts {
    let steps = (0..<count).map { min(0x1p-6, radius(of: $0) / 2) }
    let scale = Tensor([count, 1], steps)
    let tape = Tape<Double>.evaluating()
    let still = tape.constant(h)
    var errors = [Double](repeating: 0, count: count)
    func jacobians(_ function: (Variable<Double>) -> Variable<Double>) -> [Tensor<Double>] {
      let (all, error) = CentralDifferences.estimate(at: .zeros([1, width]), step: 1) { shift in
        function(tape.constant(h + scale * shift)).value
      }
      return (0..<count).map { token in
        let rows = token * width..<(token + 1) * width
        errors[token] = [errors[token], error.sliced(0, rows).largestMagnitude / steps[token]].worst()
        return all.sliced(0, rows).scaled(by: 1 / steps[token])
      }
    }
    let (whole, throughExperts, throughGates) = (
      jacobians { layer($0, k: k, random: nil).output },
      jacobians { layer.split(seen: $0, routing: still, k: k) },
      jacobians { layer.split(seen: still, routing: $0, k: k) }
    )
    return JacobianParts(
      whole: whole, throughExperts: throughExperts, throughGates: throughGates, errors: errors)
  }
}
