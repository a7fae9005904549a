import MixtureOfExperts
import Hosts
import Foundation
import Testing

@testable import Experiments
@testable import Jacobian

@Suite("Student's t")
struct StudentTTests {
  @Test(
    "Quantiles are those of the printed tables",
    arguments: [
      (1, 0.975, 12.7062), (2, 0.975, 4.30265), (3, 0.975, 3.18245), (4, 0.975, 2.77645), (5, 0.975, 2.57058),
      (9, 0.975, 2.26216), (10, 0.95, 1.81246), (30, 0.975, 2.04227), (120, 0.975, 1.97993), (1, 0.75, 1),
    ])
  func quantiles(_ degrees: Int, _ p: Double, _ expected: Double) {
    let t = StudentT(degreesOfFreedom: degrees).quantile(p)
    #expect(abs(t - expected) < 6e-6 * expected, "\(t)")
  }

  @Test("The distribution is that of its density: it grows by the integral of (1 + t²/ν)^(−(ν+1)/2)")
  func density() {
    for degrees in [1, 2, 3, 4, 7, 8] {
      let ν = Double(degrees)
      let distribution = StudentT(degreesOfFreedom: degrees)
      func density(_ t: Double) -> Double { pow(1 + t * t / ν, -(ν + 1) / 2) }
      func grown(_ from: Double, _ to: Double) -> Double {
        let steps = 2000  // Simpson's rule
        let h = (to - from) / Double(steps)
        return (0...steps).reduce(0) { sum, i in
          sum + density(from + Double(i) * h) * (i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2)
        } * h / 3
      }
      let unit = (distribution.cumulative(1) - distribution.cumulative(-1)) / grown(-1, 1)
      for (from, to) in [(-3.0, -1.0), (0, 0.5), (1, 6), (-0.2, 2.5)] {
        let expected = grown(from, to) * unit
        #expect(abs(distribution.cumulative(to) - distribution.cumulative(from) - expected) < 1e-10, "ν = \(degrees)")
      }
      #expect(distribution.cumulative(0) == 0.5)
    }
  }
}
