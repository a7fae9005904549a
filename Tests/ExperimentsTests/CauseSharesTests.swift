import Testing

@testable import Experiments
@testable import Jacobian

@Suite("Causes of a difference")
struct CauseSharesTests {
  @Test("Shares add up to the published difference, each is what making one cause equal takes away")
  func shares() throws {
    // bits of the rival: published 3, with the schedule 2.5, with the scale 2.2; HyperRouter 2, with the speed 1.9.
    let bits = ["published": 3, "grown": 2.5, "scaled": 2.2, "slow": 2, "fast": 1.9]
    let runs = bits.flatMap { name, value in
      [0, 0.125, 0.25].enumerated().map { seed, shift in
        RunMeasures(name, UInt64(seed), test: [value + shift, 0, 0, 0])
      }
    }
    let chain = CauseShares.Chain(
      published: ("published", "slow"), schedule: ("grown", "slow"), scale: ("scaled", "slow"),
      speed: ("scaled", "fast"))
    let found = try #require(CauseShares(in: SeededRuns(runs), chain) { $0[1]?.bitsPerCharacter })
    func isNear(_ difference: PairedDifference, _ expected: Double) -> Bool {
      difference.differences.count == 3 && difference.differences.allSatisfy { abs($0 - expected) < 1e-12 }
    }
    #expect(isNear(found.published, 1) && isNear(found.schedule, 0.5) && isNear(found.scale, 0.3))
    #expect(isNear(found.speed, -0.1) && isNear(found.router, 0.3))
    #expect(CauseShares(in: SeededRuns(runs.filter { $0.variant != "fast" }), chain) { $0[1]?.bitsPerCharacter } == nil)
  }
}
