import MixtureOfExperts
import Hosts
import Testing

@testable import Experiments
@testable import Jacobian

@Suite("Paired differences and verdicts")
struct PairedDifferenceTests {
  @Test("Mean, deviation with n − 1, and Student's interval: 1, 2, 3, 4, 5 give 3 ± 1.963")
  func statistics() throws {
    let paired = PairedDifference([1, 2, 3, 4, 5])
    #expect(paired.mean == 3)
    #expect(abs(try #require(paired.standardDeviation) - 2.5.squareRoot()) < 1e-15)
    // t(0.975, 4) · √2.5 / √5 = 2.776445 · 0.707107; a normal distribution's 1.96 would give 1.386.
    #expect(abs(try #require(paired.halfWidth) - 1.963243) < 1e-6)
    let interval = try #require(paired.interval)
    #expect(abs(interval.lowerBound - 1.036757) < 1e-6 && abs(interval.upperBound - 4.963243) < 1e-6)
  }

  @Test("One seed has a mean, and neither deviation nor interval")
  func oneSeed() {
    let paired = PairedDifference([0.25])
    #expect(paired.mean == 0.25 && paired.standardDeviation == nil && paired.interval == nil)
    #expect(Verdict([paired]) == .inconclusive)
    // Nor have differences in steps that all fall on the same one, or that are no numbers.
    for differences in [[2, 2, 2], [1, .infinity, 2], [1, .nan, 2]] as [[Double]] {
      #expect(
        PairedDifference(differences).interval == nil && Verdict([PairedDifference(differences)]) == .inconclusive)
    }
  }

  @Test("A claim agrees when all intervals are above 0, disagrees when one is below, and is inconclusive otherwise")
  func verdicts() {
    let (above, below, around) = (
      PairedDifference([1, 1.1, 0.9]), PairedDifference([-1, -1.1, -0.9]), PairedDifference([1, -1, 0.5])
    )
    #expect(Verdict([above]) == .agrees)
    #expect(Verdict([below]) == .disagrees)
    #expect(Verdict([around]) == .inconclusive)
    #expect(Verdict([above, above]) == .agrees)
    #expect(Verdict([above, around]) == .inconclusive)
    #expect(Verdict([above, around, below]) == .disagrees)
    #expect(Verdict([above, PairedDifference([1])]) == .inconclusive)
    // 1.96 standard errors would be enough; three seeds and Student's t are not.
    #expect(Verdict([PairedDifference([1, 2, 0.4])]) == .inconclusive)
  }
}
