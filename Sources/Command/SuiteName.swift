/// The experiments of many runs that `compare --suite` knows.
enum SuiteName: String, CaseIterable {
  /// The paper's claims, judged.
  case paper
  /// What the paper leaves open.
  case open
}
