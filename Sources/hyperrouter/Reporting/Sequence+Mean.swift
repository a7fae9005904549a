extension Sequence<Double?> {
  /// The mean of all; nil if one is missing, or there is none.
  var meanOfAll: Double? {
    var (sum, count) = (0.0, 0)
    for value in self {
      guard let value else { return nil }
      sum += value
      count += 1
    }
    return count == 0 ? nil : sum / Double(count)
  }
}
