/// What intervals say about a claim: one rule for all, written down before any number was looked at.
///
/// A claim says that some differences are above 0. It *agrees* with the measurement if every difference's 95 % interval lies
/// above 0, it *disagrees* if one of them lies below 0, and is *not decided* otherwise; one seed decides nothing.
public enum Verdict: String, Codable, Sendable {
  /// All intervals lie above 0.
  case agrees
  /// An interval lies below 0.
  case disagrees
  /// An interval holds 0, or there is none.
  case notDecided = "not decided"

  /// Judges.
  ///
  /// - Parameter differences: What the claim says to be above 0, at least one.
  public init(_ differences: [PairedDifference]) {
    precondition(!differences.isEmpty, "Verdict: nothing was compared")
    let intervals = differences.map(\.interval)
    if intervals.contains(where: { $0.map { $0.upperBound < 0 } ?? false }) {
      self = .disagrees
    } else if intervals.allSatisfy({ $0.map { $0.lowerBound > 0 } ?? false }) {
      self = .agrees
    } else {
      self = .notDecided
    }
  }
}
