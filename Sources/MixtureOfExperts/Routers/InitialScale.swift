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
  ///
  /// - Parameter rawValue: The text.
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
