import MixtureOfExperts
import Hosts
import Tables

/// What seeds say of a difference: both models of a pair have the seed, and with it all weights but the router's and the order
/// of the text, in common.
package struct PairedDifference: Equatable, Sendable {
  /// One difference for each seed, in the order of the seeds.
  package let differences: [Double]

  /// Creates the statistics of at least one difference.
  package init(_ differences: [Double]) {
    precondition(!differences.isEmpty, "PairedDifference: nothing was compared")
    self.differences = differences
  }

  /// The mean of several differences of the same seeds, seed by seed; nil of none.
  package init?(meanOf all: [PairedDifference]) {
    guard let seeds = all.map(\.differences.count).min() else { return nil }
    self.init((0..<seeds).map { seed in all.reduce(0) { $0 + $1.differences[seed] } / Double(all.count) })
  }

  package static func - (one: PairedDifference, other: PairedDifference) -> PairedDifference {
    PairedDifference(zip(one.differences, other.differences).map { $0 - $1 })
  }

  /// The probability with which ``interval`` holds the true mean, if differences are normally distributed.
  package static var confidence: Double { 0.95 }

  package var mean: Double { differences.reduce(0, +) / Double(differences.count) }

  /// The standard deviation over seeds, with n − 1; nil for one seed.
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

  /// The 95 % interval of the mean; nil where nothing can be said: for one seed, and where all differences are the same number, which
  /// says of a measure in steps that it has few of them.
  package var interval: ClosedRange<Double>? {
    guard let halfWidth, halfWidth > 0, halfWidth.isFinite, mean.isFinite else { return nil }
    return mean - halfWidth...mean + halfWidth
  }

  /// The mean with half of its interval.
  package var estimate: Estimate { Estimate(mean, spread: halfWidth) }
}

extension PairedDifference: Codable {
  private enum CodingKeys: String, CodingKey {
    case differences, mean
    case halfWidth = "halfWidth95"
  }

  /// Writes the differences, and what they say together.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(differences, forKey: .differences)
    try container.encode(mean, forKey: .mean)
    try container.encode(halfWidth, forKey: .halfWidth)
  }

  /// Reads the differences; the rest is computed again.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let differences = try container.decode([Double].self, forKey: .differences)
    guard !differences.isEmpty else {
      throw DecodingError.dataCorruptedError(
        forKey: .differences, in: container, debugDescription: "found none, expected one for each seed")
    }
    self.init(differences)
  }
}
