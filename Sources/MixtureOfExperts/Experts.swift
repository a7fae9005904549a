import Autograd
import Layers
import Tensors

/// N networks, of which each token has k: all that a mixture of experts has to know of them.
public protocol ExpertNetwork<Scalar>: Layer {
  /// The number of experts, N.
  var count: Int { get }
  /// The multiply-adds that one expert takes for one token.
  var multiplyAddsPerToken: Int { get }

  /// Applies each expert to its own rows, E_i(x_p) for each row p of expert i, P×d → P×d.
  ///
  /// - Parameter random: The randomness of dropout; nil in evaluation.
  func callAsFunction(_ x: Variable<Scalar>, _ dispatch: TokenAssignment, random: Random?) -> Variable<Scalar>
}

extension ExpertNetwork {
  /// Applies every expert to every token, n×d → N×n×d, which the layer itself never does: to compare experts.
  public func ofAllTokens(_ h: Tensor<Scalar>) -> Tensor<Scalar> {
    let tokens = h.shape[0]
    let selection = (0..<tokens).flatMap { _ in (0..<count).map { Int32($0) } }
    let dispatch = TokenAssignment(selection: selection, k: count, experts: count)
    let x = dispatched(Tape<Scalar>.evaluating().constant(h), dispatch)
    return self(x, dispatch, random: nil).value.reshaped([count, tokens, h.shape[1]])
  }
}

/// N expert networks: E_i(h) = W2_i · drop(relu(W1_i h + b1_i)) + b2_i.
///
/// Equation [expert] in NOTES.md.
public struct Experts<Scalar: Real>: ExpertNetwork {
  /// W1, N×f×d.
  public let weight1: Parameter<Scalar>
  /// b1, N×f.
  public let bias1: Parameter<Scalar>
  /// W2, N×d×f.
  public let weight2: Parameter<Scalar>
  /// b2, N×d.
  public let bias2: Parameter<Scalar>
  let dropout: Dropout<Scalar>

  /// Creates N experts d → f → d, with dropout on their hidden units.
  public init(
    _ name: String, experts: Int, width: Int, hidden: Int, dropout: Double, initializer: Initializer<Scalar>
  ) {
    weight1 = initializer.parameter("\(name).weight1", [experts, hidden, width])
    bias1 = initializer.zeros("\(name).bias1", [experts, hidden])
    weight2 = initializer.parameter("\(name).weight2", [experts, width, hidden])
    bias2 = initializer.zeros("\(name).bias2", [experts, width])
    self.dropout = Dropout(rate: dropout)
  }

  /// The number of experts, N.
  public var count: Int { weight1.value.shape[0] }
  /// Two products of d·f.
  public var multiplyAddsPerToken: Int { 2 * weight1.value.count / count }

  /// W1, b1, W2, b2.
  public var parameters: [Parameter<Scalar>] { [weight1, bias1, weight2, bias2] }

  /// Applies each expert to its own rows, P×d → P×d.
  public func callAsFunction(_ x: Variable<Scalar>, _ dispatch: TokenAssignment, random: Random?) -> Variable<Scalar> {
    let tape = x.tape
    let hidden = groupedAffine(x, weight: tape(weight1), bias: tape(bias1), dispatch, activation: .relu)
    return groupedAffine(dropout(hidden, random: random), weight: tape(weight2), bias: tape(bias2), dispatch)
  }
}
