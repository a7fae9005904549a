import Training

extension EvaluationResult {
  /// The busiest expert's load over the mean one, mean of layers: 1 for a perfect balance, N/k where k experts do all; nil for
  /// dense models.
  public var imbalance: Double? { loadPerLayer.map { Double($0.count) * ($0.max() ?? 0) }.meanOfAll }

  /// How many experts no token chose, mean of layers; nil for dense models.
  public var unusedExperts: Double? { loadPerLayer.map { load in Double(load.count { $0 == 0 }) }.meanOfAll }

  /// What a token's first expert tells about its dialect, in bits, mean of layers; nil where the dialect is not known.
  public var dialectInformation: Double? { dialectInformationPerLayer.flatMap { $0.meanOfAll } }
}

extension [Double] {
  /// The mean; nil of nothing.
  fileprivate var meanOfAll: Double? { isEmpty ? nil : reduce(0, +) / Double(count) }
}
