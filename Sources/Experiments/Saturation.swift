/// How much of a routing was already what it ended as: the share of tokens whose first expert is the final one.
///
/// Source: the router saturation of Muennighoff and others, 2024, for first choices.
public struct Saturation: Codable, Equatable, Sendable {
  /// From 0 to 1; 1 for the final routing itself.
  public let share: Double
  /// What two unrelated routings with the same loads would share: Σ_i p_i q_i.
  public let byChance: Double

  /// Compares two routings of the same tokens.
  ///
  /// - Parameters:
  ///   - choices: Every token's first expert at some step.
  ///   - final: The same at the last step.
  public init(of choices: [Int], final: [Int]) {
    precondition(
      choices.count == final.count && !final.isEmpty, "Saturation: \(choices.count) tokens, finally \(final.count)")
    let tokens = Double(final.count)
    func loads(_ choices: [Int]) -> [Int: Double] {
      choices.reduce(into: [:]) { $0[$1, default: 0] += 1 / tokens }
    }
    let (now, later) = (loads(choices), loads(final))
    share = Double(zip(choices, final).count { $0 == $1 }) / tokens
    byChance = now.keys.sorted().reduce(0) { $0 + now[$1, default: 0] * later[$1, default: 0] }
  }
}
