import MixtureOfExperts
import Tensors

/// How far the argument of a linear function can move before the function is 0.
///
/// - Parameters:
///   - value: The function's value now.
///   - slope: Its largest slope, at least 0.
/// - Returns: |value| / slope; infinite for a constant, which never changes sign.
func distanceToZero(_ value: Double, slope: Double) -> Double { slope == 0 ? .infinity : abs(value) / slope }

extension RoutedTokens {
  /// How much larger the last chosen logit of a token is than the first one left out; infinite if all are chosen.
  ///
  /// - Parameter token: 0 ..< n.
  /// - Returns: At least 0.
  public func margin(of token: Int) -> Double {
    pairs(token).map { logits[token, $0] - logits[token, $1] }.min() ?? .infinity
  }

  /// How far any one coordinate of a token can move before its selection or a ReLU of its experts switches.
  ///
  /// Within it the layer is smooth, the closed forms hold, and differences may be taken.
  ///
  /// - Parameter token: 0 ..< n.
  /// - Returns: A length in units of h; 0 on a boundary, infinite if there is none.
  public func radius(of token: Int) -> Double {
    func row(_ matrix: Tensor<Double>, _ index: Int) -> Tensor<Double> { matrix.sliced(0, index..<index + 1) }
    let boundaries = pairs(token).map { chosen, other in
      distanceToZero(
        logits[token, chosen] - logits[token, other], slope: (row(W_r, chosen) - row(W_r, other)).largestMagnitude)
    }
    let kinks = selections[token].flatMap { expert in
      let values = layer.closedFormExperts.preactivations(of: expert, at: row(h, token)).scalars
      let slopes = layer.closedFormExperts.matrix(layer.closedFormExperts.weight1, expert)
      return values.enumerated().map { distanceToZero($1, slope: row(slopes, $0).largestMagnitude) }
    }
    return (boundaries + kinks).min() ?? .infinity
  }

  /// The chosen experts of a token, each with every expert that is not chosen.
  func pairs(_ token: Int) -> [(Int, Int)] {
    let chosen = selections[token]
    let others = (0..<experts).filter { !chosen.contains($0) }
    return chosen.flatMap { chosen in others.map { (chosen, $0) } }
  }
}
