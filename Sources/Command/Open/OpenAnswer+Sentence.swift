import Experiments
import Foundation
import Jacobian
import Report

extension OpenAnswer {
  /// The difference with half of its interval, and what it is counted in.
  var numbers: String { difference.estimate.text(digits: 3, unit: unit) }

  /// The statement, whether it is right, and by how much.
  var sentence: String { "\(statement): \(verdict.rawValue), \(numbers)" }

  /// The same for a page.
  ///
  /// - Parameter chart: The id of the chart that shows it; nil if none does.
  func line(chart: String?) -> VerdictLine {
    let kind: VerdictLine.Kind =
      switch verdict {
      case .agrees: .agrees
      case .disagrees: .disagrees
      case .notDecided: .open
      }
    return VerdictLine(
      claim: statement, kind: kind, words: verdict.rawValue + (difference.halfWidth == nil ? ": one seed" : ""),
      numbers: numbers, chart: chart)
  }
}
