import RunFiles

/// Where a number of the Jacobian comparison was found: empty, or some of what follows.
public struct ClaimSetting: Codable, Hashable, Sendable {
  /// Which measurement it belongs to, if it is not that of a model as it is.
  @OrNull public internal(set) var part: String? = nil
  /// The layer, counted from 0.
  @OrNull public internal(set) var layer: Int? = nil
  /// The last of the steps that were looked at; the first is 0.
  @OrNull public internal(set) var lastStep: Int? = nil
  /// m.
  @OrNull public internal(set) var embeddingWidth: Int? = nil
  /// N−1: the most dimensions of a fixed router's terms.
  @OrNull public internal(set) var fixedRank: Int? = nil
  /// At how many steps.
  @OrNull public internal(set) var looks: Int? = nil
  /// How many embeddings were drawn.
  @OrNull public internal(set) var draws: Int? = nil
  /// k.
  @OrNull public internal(set) var k: Int? = nil
  /// F: units of 𝓗 that switched.
  @OrNull public internal(set) var switchedUnits: Int? = nil
  /// R: regions of 𝓗 that were visited.
  @OrNull public internal(set) var regions: Int? = nil
  /// How many tokens were looked at.
  @OrNull public internal(set) var tokens: Int? = nil
  /// How many trainings were.
  @OrNull public internal(set) var seeds: Int? = nil

  /// A setting that says nothing, or what is said most often.
  public init(part: String? = nil, layer: Int? = nil, k: Int? = nil) {
    self.part = part
    self.layer = layer
    self.k = k
  }

  /// The same with something more.
  func with<Value>(_ key: WritableKeyPath<ClaimSetting, Value?>, _ value: Value?) -> ClaimSetting {
    var copy = self
    copy[keyPath: key] = value
    return copy
  }
}

extension ClaimSetting: CustomStringConvertible {
  /// "steps 0–60, 7 looks, k = 2".
  public var description: String {
    let steps = lastStep.map { $0 == 0 ? "step 0" : "steps 0–\($0)" }
    let words: [String?] = [
      part, steps, fixedRank.map { "N−1 = \($0)" }, embeddingWidth.map { "m = \($0)" }, looks.map { "\($0) looks" },
      draws.map { "\($0) draws" }, k.map { "k = \($0)" }, layer.map { "layer \($0)" },
      switchedUnits.map { "F = \($0)" }, regions.map { "R = \($0)" }, tokens.map { "of \($0)" },
      seeds.map { $0 == 1 ? "1 seed" : "\($0) seeds" },
    ]
    return words.compactMap { $0 }.joined(separator: ", ")
  }
}
