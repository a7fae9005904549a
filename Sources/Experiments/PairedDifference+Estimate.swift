import Tables

extension PairedDifference {
  /// The mean with half of its interval.
  package var estimate: Estimate { Estimate(mean, spread: halfWidth) }
}

extension [Double?] {
  /// The mean with the standard deviation over seeds; nil if a value is missing, or all.
  package var estimate: Estimate? {
    let values = compactMap { $0 }
    guard values.count == count, !values.isEmpty else { return nil }
    let statistics = PairedDifference(values)
    return Estimate(statistics.mean, spread: statistics.standardDeviation)
  }
}
