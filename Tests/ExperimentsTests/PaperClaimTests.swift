import Testing

@testable import Experiments
@testable import Jacobian

@Suite("Claims of the paper, judged")
struct PaperClaimTests {
  private let names = (smoe: "a", smoeDropout: "b", hyperRouter: "c")

  private func judged(_ claim: PaperClaim, _ runs: [RunMeasures]) -> (Verdict, [PairedDifference])? {
    let differences = claim.differences(in: SeededRuns(runs), names, ks: [1, 2, 4, 8], experts: 8, commonK: 2)
    return differences.isEmpty ? nil : (Verdict(differences), differences)
  }

  /// Three seeds that differ a little.
  private func runs(
    _ variant: String, _ bits: [Double], validation: [Double]? = nil, entropy: [Double] = [1, 1, 1, 1]
  ) -> [RunMeasures] {
    let size: Double = ["a": 1, "b": 1.4, "c": 0.6][variant] ?? 0
    return [1, 2, 3].map { (seed: UInt64) -> RunMeasures in
      let noise = [0, 0.001, -0.001][Int(seed) - 1] * size
      let (test, entropy) = (bits.map { $0 + noise }, entropy.map { $0 + noise })
      return RunMeasures(variant, seed, test: test, validation: validation, entropy: entropy)
    }
  }

  @Test("Better than SMoE compares test figures at the k that validation chose for each")
  func chosenByValidation() throws {
    // On the test part HyperRouter's k = 8 would be best, but validation chose k = 4.
    let hyper = runs("c", [2, 2, 1.6, 1.2], validation: [2, 2, 1.5, 1.9])
    let smoe = runs("a", [2, 1.5, 2, 2])
    let found = try #require(judged(.beatsSMoE, hyper + smoe + runs("b", [2, 2, 2, 2])))
    #expect(found.0 == .disagrees)
    #expect(abs(found.1[0].mean + 0.1) < 1e-3)
  }

  @Test("Better at every k needs every k, and one k that is worse disagrees")
  func everyK() throws {
    let frozen = runs("b", [3, 2.5, 2, 1.7])
    let all = try #require(judged(.beatsSMoEDropout, frozen + runs("c", [2.9, 2.4, 1.9, 1.6])))
    #expect(all.0 == .agrees && all.1.count == 4)
    let same = try #require(judged(.beatsSMoEDropout, frozen + runs("c", [2.9, 2.4, 1.9, 1.7])))
    #expect(same.0 == .notDecided)
    let worse = try #require(judged(.beatsSMoEDropout, frozen + runs("c", [2.9, 2.4, 1.9, 1.8])))
    #expect(worse.0 == .disagrees)
  }

  @Test("Fewer experts: HyperRouter reaches 1 % of the frozen router's best with fewer; never counts as 2N")
  func fewerExperts() throws {
    let frozen = runs("b", [3, 2.5, 2, 1.7])
    let fewer = try #require(judged(.fewerExperts, frozen + runs("c", [3, 1.7, 1.6, 1.6])))
    #expect(fewer.0 == .agrees)
    // The frozen router is within 1 % of 1.7 just before k = 8, HyperRouter just before k = 2.
    let expected = (2 + (2 - 1.717) / 0.3) - (3 - 1.717) / 1.3
    #expect(abs(fewer.1[0].mean - expected) < 0.02, "\(fewer.1[0].mean) \(expected)")
    // None is good enough, so k counts as 2N; of differences without spread nothing would be said.
    let never = try #require(judged(.fewerExperts, frozen + runs("c", [3, 2.5, 2, 1.8])))
    #expect(never.0 == .disagrees && abs(never.1[0].mean - ((2 + (2 - 1.717) / 0.3) - 4)) < 0.02)
  }

  @Test("Fewer experts than SMoE is measured against SMoE's own best, whatever the frozen router does")
  func fewerExpertsThanSMoE() throws {
    let others = runs("b", [9, 9, 9, 9]) + runs("c", [3, 1.7, 1.6, 1.6])
    let more = try #require(judged(.fewerExpertsThanSMoE, runs("a", [1.6, 1.6, 1.6, 1.6]) + others))
    // SMoE needs one expert, HyperRouter something between two and four.
    let needed = 1 + (1.7 - 1.616) / 0.1
    #expect(more.0 == .disagrees && abs(more.1[0].mean + needed) < 0.05, "\(more.1[0].mean)")
    let fewer = try #require(judged(.fewerExpertsThanSMoE, runs("a", [3, 2.5, 2, 1.7]) + others))
    #expect(fewer.0 == .agrees)
  }

  @Test("Lower entropy is judged at the common k, over all layers")
  func entropy() throws {
    let all =
      runs("a", [2, 2, 2, 2], entropy: [2, 0.5, 2, 2]) + runs("b", [2, 2, 2, 2], entropy: [0.1, 1.9, 0.1, 0.1])
      + runs("c", [2, 2, 2, 2], entropy: [1, 1.2, 1, 1])
    let frozen = try #require(judged(.surerThanSMoEDropout, all))
    #expect(frozen.0 == .agrees && abs(frozen.1[0].mean - 0.7) < 1e-3)
    let trained = try #require(judged(.surerThanSMoE, all))
    #expect(trained.0 == .disagrees && abs(trained.1[0].mean + 0.7) < 1e-3)
  }

  @Test("What was not measured is not judged: a router without runs, a seed on one side only, mixtures not looked at")
  func nothingCompared() {
    #expect(judged(.beatsSMoE, runs("c", [2, 2, 2, 2])) == nil)
    #expect(judged(.beatsSMoE, runs("c", [2, 2, 2, 2]) + runs("a", [2, 2, 2, 2]).dropLast()) == nil)
    #expect(judged(.collapse, runs("c", [2, 2, 2, 2]) + runs("a", [2, 2, 2, 2])) == nil)
  }

  @Test("Pairs have the same seed, in whatever order runs come")
  func pairs() throws {
    let a = [1, 2, 3].map { RunMeasures("a", UInt64($0), test: [Double($0), 0, 0, 0]) }
    let b = [3, 1, 2].map { RunMeasures("b", UInt64($0), test: [Double($0) - 0.5, 0, 0, 0]) }
    let found = try #require(SeededRuns(b + a).difference("a", "b") { $0[1]?.bitsPerCharacter })
    #expect(found.differences.allSatisfy { abs($0 - 0.5) < 1e-12 } && found.differences.count == 3)
  }
}
