extension Configuration {
  /// The sizes that are accepted: far beyond anything sensible, and small enough that no product of them overflows.
  public enum Limits {
    /// V.
    public static let vocabulary = 1...Int(Int32.max)
    /// L.
    public static let layers = 1...256
    /// d.
    public static let modelWidth = 2...16384
    /// H.
    public static let heads = 1...256
    /// d_h.
    public static let headWidth = 1...1024
    /// f.
    public static let expertWidth = 1...65536
    /// N.
    public static let experts = 1...4096
    /// T.
    public static let segment = 1...16384
    /// M.
    public static let memory = 0...65536
    /// m.
    public static let embeddingWidth = 1...65536
    /// s.
    public static let hypernetworkWidth = 1...65536
    /// Linear maps in 𝓗.
    public static let hypernetworkDepth = 2...64
    /// α.
    public static let balanceCoefficient = 0.0...1000
  }

  /// Refuses sizes that no host can have; each host refuses more.
  public func validateLimits() throws(ConfigurationError) {
    try ConfigurationError.check("vocabulary", vocabulary, in: Limits.vocabulary)
    try ConfigurationError.check("layers", layers, in: Limits.layers)
    try ConfigurationError.check("modelWidth", modelWidth, in: Limits.modelWidth)
    try ConfigurationError.check("heads", heads, in: Limits.heads)
    try ConfigurationError.check("headWidth", headWidth, in: Limits.headWidth)
    try ConfigurationError.check("expertWidth", expertWidth, in: Limits.expertWidth)
    try ConfigurationError.check("experts", experts, in: Limits.experts)
    try ConfigurationError.check("segment", segment, in: Limits.segment)
    try ConfigurationError.check("memory", memory, in: Limits.memory)
    try ConfigurationError.check("embeddingWidth", embeddingWidth, in: Limits.embeddingWidth)
    try ConfigurationError.check("hypernetworkWidth", hypernetworkWidth, in: Limits.hypernetworkWidth)
    try ConfigurationError.check("hypernetworkDepth", hypernetworkDepth, in: Limits.hypernetworkDepth)
    for (name, scale) in [("routerScale", routerScale), ("embeddingScale", embeddingScale)] {
      guard case .factor(let factor)? = scale else { continue }
      guard factor > 0, factor <= InitialScale.largestFactor else {
        throw ConfigurationError(
          name, found: factor, expected: "a factor above 0, at most \(InitialScale.largestFactor)")
      }
    }
    // One 𝓗 cannot give each layer the scale that it needs.
    guard routerScale != .matched || !sharesHypernetwork else {
      throw ConfigurationError(
        "routerScale", found: "matched",
        expected: "release or a factor where layers share a hypernetwork; compare: --conditions published")
    }
    if let balanceCoefficient {
      try ConfigurationError.check("balanceCoefficient", balanceCoefficient, in: Limits.balanceCoefficient)
    }
    for (name, rate) in [("dropout", dropout), ("attentionDropout", attentionDropout)]
    where !(rate >= 0 && rate < 1) {
      throw ConfigurationError(name, found: rate, expected: "a rate from 0 to below 1")
    }
  }
}

/// A size or a setting that no model or training can have.
public struct ConfigurationError: Error, Hashable, CustomStringConvertible {
  /// The setting's name as it is declared, `modelWidth`.
  public let name: String
  /// The value.
  public let found: String
  /// What would have been accepted.
  public let expected: String

  /// Creates an error.
  public init(_ name: String, found: some CustomStringConvertible, expected: String) {
    self.name = name
    self.found = found.description
    self.expected = expected
  }

  /// One line: the setting, what was found and what was expected.
  public var description: String { "\(name): found \(found), expected \(expected)" }
}

extension ConfigurationError {
  /// Refuses a value outside a range.
  /// - Throws: The error that says so.
  public static func check<Value: Comparable & CustomStringConvertible>(
    _ name: String, _ value: Value, in range: ClosedRange<Value>
  ) throws(ConfigurationError) {
    guard range.contains(value) else {
      throw ConfigurationError(name, found: value, expected: "\(range.lowerBound) to \(range.upperBound)")
    }
  }
}
