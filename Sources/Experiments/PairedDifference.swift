import Foundation
import RunFiles
import Tables

/// What seeds say of a difference: both models of a pair have the seed, and with it all weights but the router's and the order
/// of the text, in common.
package struct PairedDifference: Equatable, Sendable, Codable, Described {
  package static let words = "paired_difference: a difference of two variants"
  /// One for each seed, in the order of the seeds; at least one.
  package let differences: [Double]

  package init(_ differences: [Double]) {
    precondition(!differences.isEmpty, "PairedDifference: nothing was compared")
    self.differences = differences
  }

  /// The probability with which ``interval`` holds the true mean, if differences are normally distributed.
  package static var confidence: Double { 0.95 }

  package var mean: Double { differences.reduce(0, +) / Double(differences.count) }

  /// Over seeds, with n − 1; nil for one seed.
  package var standardDeviation: Double? {
    guard differences.count > 1 else { return nil }
    let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(differences.count - 1)).squareRoot()
  }

  /// Half of the interval's width: t · s/√n with Student's t of n − 1 degrees of freedom; nil for one seed.
  package var halfWidth: Double? {
    standardDeviation.map { deviation in
      let t = StudentT(degreesOfFreedom: differences.count - 1).quantile((1 + Self.confidence) / 2)
      return t * deviation / Double(differences.count).squareRoot()
    }
  }

  /// The 95 % interval of the mean; nil where nothing can be said: for one seed, and where all differences are the same number but
  /// for rounding, which says of a measure in steps that it has few of them.
  package var interval: ClosedRange<Double>? {
    guard let halfWidth, halfWidth.isFinite, mean.isFinite, let low = differences.min(), let high = differences.max(),
      high - low > 1e-9 * max(abs(low), abs(high))
    else { return nil }
    return mean - halfWidth...mean + halfWidth
  }

  /// The mean with half of its interval.
  package var estimate: Estimate { Estimate(mean, halfWidth: halfWidth) }

  private enum CodingKeys: CodingKey { case differences }
  private enum DerivedKeys: CodingKey { case mean, halfWidth95 }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(differences, forKey: .differences)
    var derived = encoder.container(keyedBy: DerivedKeys.self)
    try derived.encode(mean, forKey: .mean)
    try derived.encode(halfWidth, forKey: .halfWidth95)
  }
}

/// The difference of two models at one k, paired by seed: of a minus of b, on the test part.
package struct Difference: Codable, Described, Sendable {
  package static let words = "difference: a less b, two variants or conditions, at one k, on the test part"
  package let a, b: String
  package let k: Int
  package let paired: PairedDifference

  /// The pair, as tables call it.
  package var name: String { "\(a) − \(b)" }

  private enum CodingKeys: CodingKey { case a, b, k }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(a, forKey: .a)
    try container.encode(b, forKey: .b)
    try container.encode(k, forKey: .k)
    try paired.encode(to: encoder)
  }

  /// Those of each pair of names at each k that both have.
  static func all(
    of names: [String], ks: [Int], _ paired: (_ a: String, _ b: String, _ k: Int) -> PairedDifference?
  ) -> [Difference] {
    names.enumerated().flatMap { index, a in
      names[(index + 1)...].flatMap { b in
        ks.compactMap { k in paired(a, b, k).map { Difference(a: a, b: b, k: k, paired: $0) } }
      }
    }
  }
}

extension Difference {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    a = try container.decode(String.self, forKey: .a)
    b = try container.decode(String.self, forKey: .b)
    k = try container.decode(Int.self, forKey: .k)
    paired = try PairedDifference(from: decoder)
  }
}

/// Student's t distribution: how far the mean of a few paired differences can lie from nothing by chance.
package struct StudentT: Sendable {
  /// ν: one less than the number of differences, at least 1.
  package let degreesOfFreedom: Int

  package init(degreesOfFreedom: Int) {
    precondition(degreesOfFreedom >= 1, "StudentT: \(degreesOfFreedom) degrees of freedom")
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// P(T ≤ t), by the finite sums that there are for integers ν.
  ///
  /// With θ = atan(t/√ν),
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

  /// The t that is exceeded with probability 1 − p; p from 0.5 to below 1.
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
