/// What seeds say of a difference: both models of a pair have the seed, and with it all weights but the router's and the order
/// of the text, in common.
public struct PairedDifference: Equatable, Sendable {
  /// One difference for each seed, in the order of the seeds.
  public let differences: [Double]

  /// Creates the statistics of some differences.
  ///
  /// - Parameter differences: One for each seed, at least one.
  public init(_ differences: [Double]) {
    precondition(!differences.isEmpty, "PairedDifference: nothing was compared")
    self.differences = differences
  }

  /// The probability with which ``interval`` holds the true mean, if differences are normally distributed.
  public static var confidence: Double { 0.95 }

  /// The mean.
  public var mean: Double { differences.reduce(0, +) / Double(differences.count) }

  /// The standard deviation over seeds, with n − 1; nil for one seed.
  public var standardDeviation: Double? {
    guard differences.count > 1 else { return nil }
    let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(differences.count - 1)).squareRoot()
  }

  /// Half of the interval's width: t · s/√n with Student's t of n − 1 degrees of freedom; nil for one seed.
  public var halfWidth: Double? {
    standardDeviation.map { deviation in
      let t = StudentT(degreesOfFreedom: differences.count - 1).quantile((1 + Self.confidence) / 2)
      return t * deviation / Double(differences.count).squareRoot()
    }
  }

  /// The 95 % interval of the mean; nil where nothing can be said: for one seed, and where all differences are the same number, which
  /// says of a measure in steps that it has few of them.
  public var interval: ClosedRange<Double>? {
    guard let halfWidth, halfWidth > 0, halfWidth.isFinite, mean.isFinite else { return nil }
    return mean - halfWidth...mean + halfWidth
  }
}

extension PairedDifference: Codable {
  private enum CodingKeys: String, CodingKey {
    case differences, mean
    case halfWidth = "halfWidth95"
  }

  /// Writes the differences, and what they say together.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(differences, forKey: .differences)
    try container.encode(mean, forKey: .mean)
    try container.encode(halfWidth, forKey: .halfWidth)
  }

  /// Reads the differences; the rest is computed again.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let differences = try container.decode([Double].self, forKey: .differences)
    guard !differences.isEmpty else {
      throw DecodingError.dataCorruptedError(
        forKey: .differences, in: container, debugDescription: "found none, expected one for each seed")
    }
    self.init(differences)
  }
}
