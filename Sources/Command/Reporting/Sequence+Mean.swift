import Experiments
import Foundation
import Jacobian

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

extension [Double?] {
  /// The mean and standard deviation over seeds, written as text: "1.683" or "1.683 ± 0.004".
  ///
  /// - Parameter digits: After the point.
  /// - Returns: Nil if one is missing, or all.
  func meanAndDeviation(_ digits: Int) -> String? {
    let values = compactMap { $0 }
    guard values.count == count, !values.isEmpty else { return nil }
    let statistics = PairedDifference(values)
    func number(_ value: Double) -> String { String(format: "%.\(digits)f", value) }
    return number(statistics.mean) + (statistics.standardDeviation.map { " ± " + number($0) } ?? "")
  }
}
