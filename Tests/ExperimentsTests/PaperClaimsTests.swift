import MixtureOfExperts
import Hosts
import Testing

@testable import Experiments
@testable import Jacobian

@Suite("Claims of the paper, judged")
struct PaperClaimsTests {
  private func judged(_ id: String, _ runs: [RouterResult]) throws -> (Verdict, [PairedDifference])? {
    let runs = try FinishedRuns(runs)
    let question = PaperClaims.questions(PaperClaims.Routers(["a", "b", "c"]), runs).first { $0.id == id }
    let finding = try #require(question).judged(by: runs)
    return finding.verdict.map { ($0, finding.measured.map(\.difference)) }
  }

  /// Three seeds that differ a little.
  private func runs(
    _ variant: String, _ bits: [Double], validation: [Double]? = nil, entropy: [Double] = [1, 1, 1, 1]
  ) -> [RouterResult] {
    let size: Double = ["a": 1, "b": 1.4, "c": 0.6][variant] ?? 0
    return [1, 2, 3].map { (seed: UInt64) -> RouterResult in
      let noise = [0, 0.001, -0.001][Int(seed) - 1] * size
      let (test, entropy) = (bits.map { $0 + noise }, entropy.map { $0 + noise })
      return RouterResult(variant, seed, test: test, validation: validation, entropy: entropy)
    }
  }

  @Test("Better than SMoE compares test figures at the k that validation chose for each")
  func chosenByValidation() throws {
    // On the test part HyperRouter's k = 8 would be best, but validation chose k = 4.
    let hyper = runs("c", [2, 2, 1.6, 1.2], validation: [2, 2, 1.5, 1.9])
    let smoe = runs("a", [2, 1.5, 2, 2])
    let found = try #require(try judged("beats-smoe", hyper + smoe + runs("b", [2, 2, 2, 2])))
    #expect(found.0 == .disagrees)
    #expect(abs(found.1[0].mean + 0.1) < 1e-3)
  }

  @Test("Better at every k needs every k, and one k that is worse disagrees")
  func everyK() throws {
    let frozen = runs("b", [3, 2.5, 2, 1.7])
    let all = try #require(try judged("beats-smoe-dropout", frozen + runs("c", [2.9, 2.4, 1.9, 1.6])))
    #expect(all.0 == .agrees && all.1.count == 4)
    let same = try #require(try judged("beats-smoe-dropout", frozen + runs("c", [2.9, 2.4, 1.9, 1.7])))
    #expect(same.0 == .inconclusive)
    let worse = try #require(try judged("beats-smoe-dropout", frozen + runs("c", [2.9, 2.4, 1.9, 1.8])))
    #expect(worse.0 == .disagrees)
  }

  @Test("Fewer experts: HyperRouter reaches 1 % of the frozen router's best with fewer; never counts as 2N")
  func fewerExperts() throws {
    let frozen = runs("b", [3, 2.5, 2, 1.7])
    let fewer = try #require(try judged("fewer-experts-than-smoe-dropout", frozen + runs("c", [3, 1.7, 1.6, 1.6])))
    #expect(fewer.0 == .agrees)
    // The frozen router is within 1 % of 1.7 just before k = 8, HyperRouter just before k = 2.
    let expected = (2 + (2 - 1.717) / 0.3) - (3 - 1.717) / 1.3
    #expect(abs(fewer.1[0].mean - expected) < 0.02, "\(fewer.1[0].mean) \(expected)")
    // None is good enough, so k counts as 2N; of differences without spread nothing would be said.
    let never = try #require(try judged("fewer-experts-than-smoe-dropout", frozen + runs("c", [3, 2.5, 2, 1.8])))
    #expect(never.0 == .disagrees && abs(never.1[0].mean - ((2 + (2 - 1.717) / 0.3) - 4)) < 0.02)
  }

  @Test("Fewer experts than SMoE is measured against SMoE's own best, whatever the frozen router does")
  func fewerExpertsThanSMoE() throws {
    let others = runs("b", [9, 9, 9, 9]) + runs("c", [3, 1.7, 1.6, 1.6])
    let more = try #require(try judged("fewer-experts-than-smoe", runs("a", [1.6, 1.6, 1.6, 1.6]) + others))
    // SMoE needs one expert, HyperRouter something between two and four.
    let needed = 1 + (1.7 - 1.616) / 0.1
    #expect(more.0 == .disagrees && abs(more.1[0].mean + needed) < 0.05, "\(more.1[0].mean)")
    let fewer = try #require(try judged("fewer-experts-than-smoe", runs("a", [3, 2.5, 2, 1.7]) + others))
    #expect(fewer.0 == .agrees)
  }

  @Test("How few experts are enough is measured on the validation part, the threshold included")
  func enoughByValidation() throws {
    // On the test part the rival's best would be 1.0, which HyperRouter never reaches on validation.
    let rival = runs("b", [1, 1, 1, 1], validation: [3, 2.5, 2, 1.7])
    let hyper = runs("c", [9, 9, 9, 9], validation: [1.7, 1.6, 1.6, 1.6])
    // Differences without spread decide nothing, but have a mean: from just before k = 8 to k = 1.
    let found = try #require(try judged("fewer-experts-than-smoe-dropout", rival + hyper))
    #expect(abs(found.1[0].mean - (2 + (2 - 1.717) / 0.3)) < 1e-6, "\(found.1[0].mean)")
    #expect(found.0 == .inconclusive)
  }

  @Test("A threshold of a router with several seeds is that of the same seed")
  func thresholdOfSeed() throws {
    let rival = [RouterResult("b", 1, test: [4, 3, 2, 1]), RouterResult("b", 2, test: [8, 6, 4, 2])]
    let hyper = [RouterResult("c", 1, test: [1, 1, 1, 1]), RouterResult("c", 2, test: [2, 2, 2, 2])]
    let found = try #require(try judged("fewer-experts-than-smoe-dropout", rival + hyper)).1[0].differences
    #expect(zip(found, [3 - 0.01, 3 - 0.01]).allSatisfy { abs($0 - $1) < 1e-9 }, "\(found)")
  }

  @Test("A finding says what is missing: a router, a seed, or a measure")
  func missing() throws {
    func words(_ id: String, _ runs: [RouterResult]) throws -> String? {
      try PaperClaims.findings(FinishedRuns(runs)).first { $0.id == id }?.words
    }
    let (smoe, frozen, hyper) = (
      [1, 2].map { RouterResult("smoe", $0, test: [2, 2, 2, 2]) },
      [1, 2].map { RouterResult("smoe-dropout", $0, test: [2, 2, 2, 2]) },
      [1, 2].map { RouterResult("hyperrouter", $0, test: [1, 1, 1, 1]) }
    )
    #expect(try words("beats-smoe", smoe + hyper) == "not measured: smoe-dropout is needed")
    #expect(
      try words("beats-smoe", smoe + frozen + hyper.dropLast())
        == "not measured: hyperrouter has no result of seed 2 yet")
    #expect(
      try words("collapse", smoe + frozen + hyper) == "not measured: the test part is too short to measure mixtures")
    #expect(try words("beats-smoe", smoe + frozen + hyper) == "inconclusive")
    #expect(
      try words("beats-smoe", [smoe[0], frozen[0], hyper[0]]) == "inconclusive: one seed")
  }

  @Test("Lower entropy is judged at the common k, over all layers")
  func entropy() throws {
    let all =
      runs("a", [2, 2, 2, 2], entropy: [2, 0.5, 2, 2]) + runs("b", [2, 2, 2, 2], entropy: [0.1, 1.9, 0.1, 0.1])
      + runs("c", [2, 2, 2, 2], entropy: [1, 1.2, 1, 1])
    let frozen = try #require(try judged("lower-entropy-than-smoe-dropout", all))
    #expect(frozen.0 == .agrees && abs(frozen.1[0].mean - 0.7) < 1e-3)
    let trained = try #require(try judged("lower-entropy-than-smoe", all))
    #expect(trained.0 == .disagrees && abs(trained.1[0].mean + 0.7) < 1e-3)
  }

  @Test("What was not measured is not judged: a router without runs, a seed on one side only, mixtures not looked at")
  func nothingCompared() throws {
    #expect(try judged("beats-smoe", runs("c", [2, 2, 2, 2])) == nil)
    #expect(try judged("beats-smoe", runs("c", [2, 2, 2, 2]) + runs("a", [2, 2, 2, 2]).dropLast()) == nil)
    #expect(try judged("collapse", runs("c", [2, 2, 2, 2]) + runs("a", [2, 2, 2, 2])) == nil)
  }

  @Test("Pairs have the same seed, in whatever order runs come")
  func pairs() throws {
    let a = [1, 2, 3].map { RouterResult("a", UInt64($0), test: [Double($0), 0, 0, 0]) }
    let b = [3, 1, 2].map { RouterResult("b", UInt64($0), test: [Double($0) - 0.5, 0, 0, 0]) }
    let found = try #require(FinishedRuns(b + a).difference("a", "b") { $0[1]?.bitsPerCharacter })
    #expect(found.differences.allSatisfy { abs($0 - 0.5) < 1e-12 } && found.differences.count == 3)
  }
}
