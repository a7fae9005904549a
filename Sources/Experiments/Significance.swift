import Foundation

extension PairedDifference {
  /// The probability of a mean as far from 0 as this, either way, if there is no difference: Student's t, two-sided; nil where nothing
  /// can be said.
  package var pValue: Double? {
    guard interval != nil, let error = standardError else { return nil }
    return 2 * (1 - student.cumulative(abs(mean) / error))
  }

  /// Whether the true mean is nearer to 0 than a margin, by two one-sided tests at 5 % each: the 90 % interval lies within the margin.
  ///
  /// Nil where nothing can be said.
  package func isEquivalent(within margin: Double) -> Bool? {
    guard interval != nil, let error = standardError else { return nil }
    return abs(mean) + student.quantile(1 - Self.equivalenceLevel) * error < margin
  }

  /// The smallest true difference that four in five such experiments would have found significant, as one of `tests`: (t₁₋α/₂ₘ +
  /// t₀.₈)·SE; nil where nothing can be said.
  package func smallestDetectable(amongTests tests: Int) -> Double? {
    guard interval != nil, let error = standardError else { return nil }
    return (student.quantile(1 - (1 - Self.confidence) / Double(2 * tests)) + student.quantile(Self.power)) * error
  }

  /// The level of each of the two one-sided tests.
  private static var equivalenceLevel: Double { 0.05 }
  /// The share of experiments that find what they could have found.
  private static var power: Double { 0.8 }

  private var student: StudentT { StudentT(degreesOfFreedom: differences.count - 1) }
  private var standardError: Double? { standardDeviation.map { $0 / Double(differences.count).squareRoot() } }
}

/// Holm's correction of several p-values: each is multiplied by how many are not smaller, and none may be below a smaller one's.
///
/// The chance that any of them is below α though nothing is there is at most α, whatever they have to do with one another.
///
/// Source: Holm, 1979.
package func holmAdjusted(_ pValues: [Double]) -> [Double] {
  var adjusted = pValues
  var least = 0.0
  for (rank, index) in pValues.indices.sorted(by: { (pValues[$0], $0) < (pValues[$1], $1) }).enumerated() {
    least = max(least, min(1, Double(pValues.count - rank) * pValues[index]))
    adjusted[index] = least
  }
  return adjusted
}
