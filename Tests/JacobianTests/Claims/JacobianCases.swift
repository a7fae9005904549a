import Autograd
import Jacobian
import Layers
import MixtureOfExperts
import Tensors
import TestSupport

/// The sizes of these tests: N 5, d 8, f 6, m 4, s 9, so that no two coincide and d exceeds what is claimed.
let (experts, width, hidden, embeddingWidth, hypernetworkWidth) = (5, 8, 6, 4, 9)

/// A router, a gate order and a k.
struct JacobianCase: Sendable, CustomStringConvertible {
  let router: String
  let gate: GateOrder
  let k: Int

  var description: String { "\(router), \(gate.rawValue), k = \(k)" }

  static let routers = ["smoe", "smoe-dropout", "hyperrouter"]
  /// All three routers, both orders, k = 1, 2 and N.
  static let all = routers.flatMap { router in
    GateOrder.allCases.flatMap { gate in [1, 2, experts].map { JacobianCase(router: router, gate: gate, k: $0) } }
  }

  /// A mixture whose weights and biases are all random and of order one.
  func layer(seed: UInt64 = 1) -> MoELayer<Double> { mixture(router, gate, seed: seed) }

  /// Random tokens, and some moved so close to a change of selection that the margin is 10⁻⁴.
  ///
  /// All are further than 10⁻⁵ from the nearest kink of a ReLU, so that differences have room.
  func tokens(_ count: Int = 100, thin: Int = 20, seed: UInt64 = 1) -> RoutedTokens {
    let layer = layer(seed: seed)
    let drawn = RoutedTokens(sample([count + 10, width], seed: seed), through: layer, k: k)
    let random = drawn.keeping(Array((0..<drawn.count).filter { drawn.radius(of: $0) > 1e-5 }.prefix(count)))
    guard k < experts, thin > 0 else { return random }
    let moved = (0..<count).map { random.moved($0, toMargin: 1e-4) }
    let candidates = RoutedTokens(.concatenated(moved, axis: 0), through: layer, k: k)
    let thinnest = candidates.keeping(
      Array(
        (0..<count).filter { candidates.margin(of: $0) < 1.001e-4 && candidates.radius(of: $0) > 1e-5 }
          .prefix(thin)))
    return RoutedTokens(.concatenated([random.h, thinnest.h], axis: 0), through: layer, k: k)
  }
}

/// Makes a mixture of one of the paper's three routers with lively weights.
func mixture(_ router: String, _ gate: GateOrder, seed: UInt64) -> MoELayer<Double> {
  let initializer = Initializer<Double>(seed: seed)
  let sizes = RouterSizes(
    width: width, experts: experts, embeddingWidth: embeddingWidth, hypernetworkWidth: hypernetworkWidth)
  let made: any Router<Double> =
    switch router {
    case "smoe": SMoERouter("router", sizes, initializer: initializer)
    case "smoe-dropout": SMoEDropoutRouter("router", sizes, initializer: initializer)
    default: HyperRouter("router", sizes, initializer: initializer)
    }
  let layer = MoELayer(
    router: made, gate: gate,
    experts: Experts(
      "experts", experts: experts, width: width, hidden: hidden, dropout: 0, initializer: initializer))
  var random = Random(seed: seed).child(named: "lively")
  func lively(_ shape: Shape) -> Tensor<Double> { .normal(shape, standardDeviation: 0.5, random: &random) }
  for parameter in layer.parameters { parameter.value = lively(parameter.value.shape) }
  for weight in layer.frozen { weight.restore(lively(weight.value.shape)) }
  return layer
}

extension RoutedTokens {
  /// A token moved along w_a − w_b until the logits of a, the last chosen, and b, the best left out, are this close.
  func moved(_ token: Int, toMargin margin: Double) -> Tensor<Double> {
    let chosen = selections[token]
    let a = chosen[k - 1]
    let b = (0..<experts).filter { !chosen.contains($0) }.max { logits[token, $0] < logits[token, $1] } ?? a
    let direction = W_r.sliced(0, a..<a + 1) - W_r.sliced(0, b..<b + 1)
    let excess = logits[token, a] - logits[token, b] - margin
    return h.sliced(0, token..<token + 1) - (excess / direction.sumOfSquares()) * direction
  }
}
