/// The sizes that routers are made of.
public struct RouterSizes: Hashable, Sendable {
  /// s in the public release, whatever its scripts say (D2).
  public static let releasedHypernetworkWidth = 256
  /// Linear maps in the paper's 𝓗.
  public static let releasedHypernetworkDepth = 2

  /// d.
  public let width: Int
  /// N.
  public let experts: Int
  /// m.
  public let embeddingWidth: Int
  /// s.
  public let hypernetworkWidth: Int
  /// Linear maps in 𝓗, at least 2.
  public let hypernetworkDepth: Int
  /// How many times as large as in the release W_r begins; where it is generated, the last map of 𝓗.
  public var weightScale = 1.0
  /// How many times as large as in the release e begins.
  ///
  /// The first map of 𝓗 begins smaller by as much, so that W_r is the same, and a step of e moves W_r farther the smaller
  /// e is.
  public var embeddingScale = 1.0
  /// α, the weight of a balancing loss; nil for the router's own default.
  public var balanceCoefficient: Double?

  /// Creates sizes; what the paper leaves open has the release's values unless given: m = d, s = 256, two maps.
  public init(
    width: Int, experts: Int, embeddingWidth: Int? = nil, hypernetworkWidth: Int = releasedHypernetworkWidth,
    hypernetworkDepth: Int = releasedHypernetworkDepth
  ) {
    self.width = width
    self.experts = experts
    self.embeddingWidth = embeddingWidth ?? width
    self.hypernetworkWidth = hypernetworkWidth
    self.hypernetworkDepth = hypernetworkDepth
  }
}

/// How large a weight of the router begins: a cause of differences between routers that is not the router itself (D6).
public enum InitialScale: Hashable, Sendable {
  /// As the public release has it.
  case release
  /// As the router's part in a fair comparison asks for; what that is, the setting says.
  case matched
  /// This many times as large as in the release.
  case factor(Double)

  /// The factors that are accepted: above 0 and not above this.
  public static let largestFactor = 1e6
}

extension InitialScale: RawRepresentable, Codable {
  /// Reads `release`, `matched` or a factor; nil if it is none of them.
  public init?(rawValue: String) {
    switch rawValue {
    case "release": self = .release
    case "matched": self = .matched
    default:
      // Double's own reader also takes "nan", "infinity" and hexadecimal numbers.
      guard rawValue.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }), let factor = Double(rawValue),
        factor > 0, factor <= Self.largestFactor
      else { return nil }
      self = .factor(factor)
    }
  }

  /// `release`, `matched` or the factor.
  public var rawValue: String {
    switch self {
    case .release: "release"
    case .matched: "matched"
    case .factor(let factor): "\(factor)"
    }
  }
}
