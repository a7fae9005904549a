import MixtureOfExperts
import Hosts
import Foundation

/// Student's t distribution: how far the mean of a few paired differences can lie from nothing by chance.
package struct StudentT: Sendable {
  /// ν: one less than the number of differences.
  package let degreesOfFreedom: Int

  /// Creates the distribution.
  ///
  /// - Parameter degreesOfFreedom: ν, at least 1.
  package init(degreesOfFreedom: Int) {
    precondition(degreesOfFreedom >= 1, "StudentT: \(degreesOfFreedom) degrees of freedom")
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// Returns P(T ≤ t).
  ///
  /// By the finite sums that there are for integers ν: with θ = atan(t/√ν),
  ///
  ///     odd ν     1/2 + (θ + sin θ (cos θ + 2/3 cos³ θ + … )) / π, up to cos^(ν−2)
  ///     even ν    1/2 + sin θ (1 + 1/2 cos² θ + (1·3)/(2·4) cos⁴ θ + … ) / 2, up to cos^(ν−2)
  package func cumulative(_ t: Double) -> Double {
    let θ = atan(t / Double(degreesOfFreedom).squareRoot())
    let isOdd = degreesOfFreedom % 2 == 1
    var (sum, term) = (0.0, isOdd ? cos(θ) : 1)
    for power in stride(from: isOdd ? 1 : 0, through: degreesOfFreedom - 2, by: 2) {
      sum += term
      term *= Double(power + 1) / Double(power + 2) * cos(θ) * cos(θ)
    }
    return 0.5 + (isOdd ? (θ + sin(θ) * sum) / .pi : sin(θ) * sum / 2)
  }

  /// Returns the t that is exceeded with probability 1 − p.
  ///
  /// - Parameter p: From 0.5 to below 1.
  package func quantile(_ p: Double) -> Double {
    precondition(p >= 0.5 && p < 1, "StudentT.quantile: p = \(p)")
    var (low, high) = (0.0, 1.0)
    while cumulative(high) < p { high *= 2 }
    while true {
      let middle = low + (high - low) / 2
      if middle <= low || middle >= high { return high }
      if cumulative(middle) < p { low = middle } else { high = middle }
    }
  }
}
