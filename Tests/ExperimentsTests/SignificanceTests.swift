import Foundation
import TestSupport
import Testing

@testable import Experiments

@Suite("Significance")
struct SignificanceTests {
  @Test("The p of Student's t, against values of another implementation (scipy.stats.ttest_1samp)")
  func pValues() throws {
    let known: [([Double], Double)] = [
      ([0.1, 0.2, 0.15], 0.035_098_718_645_984_65), ([1, -1, 2, -2, 3], 0.552_889_433_933_417_2),
      ([0.013, 0.009, 0.021, 0.004, 0.017, 0.011], 0.003_737_841_135_107_215_9),
    ]
    for (differences, expected) in known {
      let p = try #require(PairedDifference(differences).pValue)
      #expect(mismatch([p], [expected], relative: 1e-9) == nil)
      #expect(PairedDifference(differences.map { -$0 }).pValue == p, "either way")
    }
    #expect(PairedDifference([0.3]).pValue == nil && PairedDifference([0.3, 0.3]).pValue == nil)
  }

  @Test("p is below 5 % exactly where the 95 % interval leaves out 0")
  func interval() throws {
    for shift in stride(from: -0.3, through: 0.3, by: 0.01) {
      let difference = PairedDifference([0.1, -0.05, 0.2, 0.02].map { $0 + shift })
      let interval = try #require(difference.interval)
      #expect((try #require(difference.pValue) < 0.05) == !interval.contains(0))
    }
  }

  @Test("Equivalence asks for the 90 % interval, of one-sided quantiles, within the margin")
  func equivalence() throws {
    let difference = PairedDifference([0.001, 0.003, -0.002, 0.002])
    // t₀.₉₅ of 3 degrees of freedom is 2.353363, t₀.₉₇₅ is 3.182446.
    let error = (14.0 / 3).squareRoot() * 1e-3 / 2
    let edge = 0.001 + 2.353_363_434_8 * error
    #expect(difference.isEquivalent(within: edge * 1.0001) == true)
    #expect(difference.isEquivalent(within: edge * 0.9999) == false)
    #expect(PairedDifference([-0.001, -0.003, 0.002, -0.002]).isEquivalent(within: edge * 0.9999) == false)
    #expect(PairedDifference([0]).isEquivalent(within: 1) == nil)
    // t of 1 − 0.05/12 and of 0.8.
    let smallest = try #require(difference.smallestDetectable(amongTests: 6))
    #expect(mismatch([smallest], [(6.231_543_473 + 0.978_472_312) * error], relative: 1e-6) == nil)
  }

  @Test(
    "Holm: the smallest p counts as often as there are p, the next one less; order stays, none falls below a smaller one"
  )
  func holm() {
    let adjusted = holmAdjusted([0.04, 0.01, 0.03, 0.005])
    #expect(mismatch(adjusted, [0.06, 0.03, 0.06, 0.02], relative: 1e-12) == nil)
    #expect(holmAdjusted([0.5, 0.6]) == [1, 1] && holmAdjusted([0.02]) == [0.02] && holmAdjusted([]).isEmpty)
  }
}
