import MixtureOfExperts
import Hosts
import Testing

@testable import Experiments
@testable import Jacobian

@Suite("Paired differences")
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
    // Nor have differences in steps that all fall on the same one, or that are no numbers.
    for differences in [[2, 2, 2], [0.2, 0.2, 0.1 + 0.1000000000000001], [1, .infinity, 2], [1, .nan, 2]] as [[Double]]
    {
      #expect(PairedDifference(differences).interval == nil)
    }
  }
}
