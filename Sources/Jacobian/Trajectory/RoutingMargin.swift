import Foundation
import Tensors

/// How far tokens are from another choice: the logit of the last chosen expert less that of the first one not chosen.
///
/// The level of chance is what N independent normal logits of the same spread would leave between them:
///
///     E[x_(k) − x_(k+1)] = σ C(N, k) ∫ Φ(x)^(N−k) (1 − Φ(x))^k dx        σ² the mean variance of a token's logits
public struct RoutingMargin {
  /// The mean over tokens.
  public let mean: Double
  /// The same for logits that know nothing.
  public let byChance: Double

  /// Measures; nil for k = N, where every expert is chosen.
  ///
  /// - Parameters:
  ///   - logits: n×N, n at least 1.
  ///   - k: Experts for each token.
  public init?(of logits: Tensor<Double>, k: Int) {
    let (n, N) = (logits.shape[0], logits.shape[1])
    guard k < N, n > 0 else { return nil }
    var (gaps, variances) = (0.0, 0.0)
    for token in 0..<n {
      let own = logits.scalars[token * N..<(token + 1) * N].sorted(by: >)
      let mean = own.reduce(0, +) / Double(N)
      gaps += own[k - 1] - own[k]
      variances += own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(N - 1)
    }
    mean = gaps / Double(n)
    byChance = (variances / Double(n)).squareRoot() * Self.spacing(of: N, after: k)
  }

  /// The expected difference of the k-th and the next largest of N standard normal numbers.
  static func spacing(of N: Int, after k: Int) -> Double {
    let logOfChoices = lgamma(Double(N + 1)) - lgamma(Double(k + 1)) - lgamma(Double(N - k + 1))
    // The trapezoidal rule is exact to rounding for an integrand that is smooth and vanishes at both ends.
    let (step, end) = (1.0 / 64, 10.0)
    return stride(from: -end, through: end, by: step).reduce(0) { sum, x in
      let below = erfc(-x / 2.0.squareRoot()) / 2
      let above = erfc(x / 2.0.squareRoot()) / 2
      return sum + step * exp(logOfChoices + Double(N - k) * log(below) + Double(k) * log(above))
    }
  }
}
