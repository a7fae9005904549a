import RunFiles

/// Which experts of a layer work together, and for which tokens.
public struct RoutingTable: Codable, Equatable, Sendable {
  /// The share of tokens that are sent to both experts, N×N; on the diagonal, of those that are sent to the expert.
  public let coActivation: [[Double]]
  /// The share of a dialect's tokens that each expert is first choice of, one row for each dialect; `builtin:dialects` only.
  @OrNull public private(set) var firstChoiceByDialect: [[Double]]?

  /// Of how many experts there are tables: a larger one nobody reads.
  public static let largestExperts = 128
  /// For how many experts of a token pairs are counted: there are k² of them.
  public static let largestK = 8

  /// Turns counts into shares.
  ///
  /// - Parameters:
  ///   - together: Tokens that have both experts, N·N numbers.
  ///   - byDialect: Tokens by dialect and first expert.
  ///   - experts: N.
  ///   - tokens: All that were routed.
  init(together: [Int], byDialect: [[Int]]?, experts: Int, tokens: Int) {
    coActivation = (0..<experts).map { row in
      together[row * experts..<(row + 1) * experts].map { Double($0) / Double(max(1, tokens)) }
    }
    firstChoiceByDialect = byDialect?.map { counts in
      counts.map { Double($0) / Double(max(1, counts.reduce(0, +))) }
    }
  }
}
