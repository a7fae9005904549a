/// What stands in the feed-forward half of a decoder layer.
public enum RouterKind: String, CaseIterable, Codable, Sendable {
  /// A sparse mixture with a trained router.
  case smoe
  /// A sparse mixture with a fixed random router (Chen and others, 2023).
  case smoeDropout = "smoe-dropout"
  /// A sparse mixture whose router a fixed hypernetwork generates from a trained embedding.
  case hyperRouter = "hyperrouter"
  /// HyperRouter with one embedding for each expert: row j of W_r is 𝓗(e_j).
  case coordinateWise = "hyperrouter-coordinatewise"
  /// One dense network as wide as all experts together, N·f, without dropout on its hidden units.
  case dense
  /// The same with dropout on its hidden units.
  case denseDropout = "dense-dropout"

  /// Whether there are experts to choose from.
  public var isSparse: Bool { self != .dense && self != .denseDropout }
}
