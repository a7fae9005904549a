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
  /// The mean and standard deviation over seeds, written as text; nil if one is missing, or all.
  func meanAndDeviation(_ digits: Int) -> String? { estimate?.text(digits: digits) }
}
