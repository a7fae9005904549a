import Foundation
import Hosts
import MixtureOfExperts
import TestSupport
import Testing

@testable import Experiments
@testable import Jacobian
@testable import RunFiles

@Suite("Claims of the paper, judged")
struct PaperClaimsTests {
  /// Runs of a router whose seeds differ by an amount of its own.
  private func runs(
    _ variant: String, _ bits: [Double], validation: [Double]? = nil, entropy: [Double] = [1, 1, 1, 1],
    cosine: Double = 0.5, share: Double = 0.5, margin: Double = 1, seeds: Int = 3
  ) throws -> [RouterResult] {
    let size = Double(variant.utf8.reduce(0) { $0 + Int($1) } % 7 + 1)
    return try (1...seeds).map { seed -> RouterResult in
      let noise = [0, 0.0001, -0.0001, 0.0002, -0.0002][seed % 5] * size
      // Two layers, neither of which has the mean of both.
      let mixtures = try [noise - 0.05, noise + 0.05].map { own in
        let text =
          #"{"expert_similarity":\#(cosine + own),"unpaired_expert_similarity":0.1,"output_effective_rank":1,"#
          + #""variance_share":\#(share + own),"variance_share_chance_baseline":0.1,"top_margin":\#(margin + own)}"#
        return try JSON.decode(MixtureMeasures.self, from: Data(text.utf8))
      }
      return RouterResult(
        variant, UInt64(seed), test: bits.map { $0 + noise }, validation: validation.map { $0.map { $0 + noise } },
        entropy: entropy.map { $0 + noise }, mixtures: mixtures)
    }
  }

  private func three(
    _ smoe: [Double], _ frozen: [Double], _ hyper: [Double], validation: [Double]? = nil, growing: [[Double]]? = nil,
    seeds: Int = 3
  ) throws -> FinishedRuns {
    let names = RouterKind.compared.map(\.rawValue)
    let grown = growing ?? [smoe, frozen, hyper]
    return try FinishedRuns(
      runs(names[0], smoe, cosine: 0.7, seeds: seeds) + runs(names[1], frozen, share: 0.2, seeds: seeds)
        + runs(names[2], hyper, validation: validation, seeds: seeds)
        + zip(names, grown).flatMap { try runs("\($0)-growing", $1, seeds: seeds) })
  }

  private func finding(_ id: String, _ runs: FinishedRuns, _ conditions: Conditions = .tuned) throws -> Finding {
    try #require(PaperClaims.findings(runs, conditions).first { $0.id == id })
  }

  @Test("There are six with a margin, the same at both conditions, and one exploratory measure without a verdict")
  func six() throws {
    for conditions in [Conditions.tuned, .published] {
      let found = PaperClaims.findings(try three([2, 2, 2, 2], [2, 2, 2, 2], [1, 1, 1, 1]), conditions)
      let claims = found.filter { $0.equivalenceMargin != nil }
      #expect(
        claims.map(\.id) == [
          "beats-smoe", "beats-smoe-dropout", "fewer-experts", "lower-entropy", "collapse", "restriction",
        ])
      #expect(claims.map(\.equivalenceMargin) == [0.01, 0.01, 0.01, 0.05, 0.02, 0.02])
      #expect(
        claims.map { $0.judgement?.verdict } == [
          .supported, .supported, .supported, .equivalent, .supported, .supported,
        ])
      let other = try #require(found.first { $0.equivalenceMargin == nil })
      #expect(other.id == "clearer-choices" && other.judgement == nil && other.words.isEmpty)
      // The cosine is above that of different tokens; both layers count.
      #expect(abs(try #require(claims[4].measured.first).difference.mean - 0.2) < 0.001)
      #expect(abs(try #require(claims[5].measured.first).difference.mean - 0.3) < 0.001)
    }
  }

  @Test("Tuned routers are compared at k = 2; as published at the k that validation chose for each")
  func bits() throws {
    // On the test part HyperRouter's k = 8 would be best, but validation chose k = 4.
    let runs = try three([2, 1.5, 2, 2], [3, 3, 3, 3], [2, 1.7, 1.6, 1.2], validation: [2, 2, 1.5, 1.9])
    let tuned = try finding("beats-smoe", runs)
    #expect(abs(tuned.measured[0].difference.mean + 0.2) < 1e-2 && tuned.judgement?.verdict == .contradicted)
    let published = try finding("beats-smoe", runs, .published)
    #expect(abs(published.measured[0].difference.mean + 0.1) < 1e-2 && published.judgement?.verdict == .contradicted)
  }

  @Test("Entropy is the rivals' less HyperRouter's at k = 2, clearer choices HyperRouter's margin less theirs")
  func routing() throws {
    let names = RouterKind.compared.map(\.rawValue)
    let found = try FinishedRuns(
      runs(names[0], [1, 1, 1, 1], entropy: [9, 1.5, 9, 9], margin: 0.5)
        + runs(names[1], [1, 1, 1, 1], entropy: [9, 2, 9, 9], margin: 0.7)
        + runs(names[2], [1, 1, 1, 1], entropy: [0, 1, 0, 0]))
    for (id, expected) in [("lower-entropy", [0.5, 1]), ("clearer-choices", [0.5, 0.3])] {
      let means = try finding(id, found, .published).measured.map(\.difference.mean)
      #expect(means.count == 2 && zip(means, expected).allSatisfy { abs($0 - $1) < 2e-3 }, "\(id): \(means)")
    }
  }

  @Test("Fewer experts is the area between curves over log₂ k by a sum of small steps, of runs whose k grew if tuned")
  func area() throws {
    let (smoe, hyper) = ([3.0, 2.5, 2, 1.7], [2.0, 1.9, 1.95, 1.6])
    let runs = try three([9, 9, 9, 9], [9, 9, 9, 9], [1, 1, 1, 1], growing: [smoe, smoe, hyper])
    func bits(_ all: [Double], _ x: Double) -> Double {
      let place = min(2, Int(x))
      return all[place] + (all[place + 1] - all[place]) * (x - Double(place))
    }
    let steps = 3000
    let sum = (0..<steps).reduce(0.0) { sum, step in
      let x = 3 * (Double(step) + 0.5) / Double(steps)
      return sum + bits(smoe, x) - bits(hyper, x)
    }
    let found = try finding("fewer-experts", runs)
    #expect(found.measured.map(\.label) == ["smoe", "smoe-dropout"])
    for measured in found.measured { #expect(abs(measured.difference.mean - sum / Double(steps)) < 1e-2) }
    let exact = try #require(RouterResult("a", 1, test: smoe).meanBits(overDoublingsTo: 8))
    #expect(mismatch([exact], [6.85 / 3], relative: 1e-12) == nil)
    #expect(abs(try finding("fewer-experts", runs, .published).measured[0].difference.mean - 8) < 1e-2)
    #expect(RouterResult("a", 1, test: [3, 2, 1]).meanBits(overDoublingsTo: 8) == nil, "k = N was not evaluated")
    #expect(RouterResult("a", 1, test: [3]).meanBits(overDoublingsTo: 1) == nil, "one expert")
  }

  @Test("Against two rivals the larger p counts, and 1 where they differ in the sign")
  func rivals() throws {
    let far = try three([2, 2, 2, 2], [1.3, 1.3, 1.3, 1.3], [1, 1, 1, 1])
    let found = try finding("fewer-experts", far)
    let all = found.measured.compactMap(\.difference.pValue)
    #expect(found.judgement?.p == all.max() && all[0] != all[1] && found.judgement?.verdict == .supported)
    #expect(found.counted?.difference.pValue == all.max())
    let mixed = try finding("fewer-experts", three([2, 2, 2, 2], [0.5, 0.5, 0.5, 0.5], [1, 1, 1, 1]))
    #expect(mixed.judgement?.p == 1 && mixed.judgement?.pHolm == 1 && mixed.judgement?.verdict == .inconclusive)
    let near = try finding(
      "fewer-experts", three([1.006, 1.006, 1.006, 1.006], [0.996, 0.996, 0.996, 0.996], [1, 1, 1, 1]))
    #expect(near.judgement?.verdict == .equivalent && near.judgement?.p == 1, "equivalence does not ask for a sign")
    let one = try finding("fewer-experts", three([1.006, 1.006, 1.006, 1.006], [2, 2, 2, 2], [1, 1, 1, 1]))
    #expect(one.judgement?.verdict == .supported, "equivalent to one rival alone")
  }

  /// A claim with these differences.
  private func claim(_ differences: [Double], margin: Double? = 0.01) -> Finding {
    var question = Question(
      "c", "It is so", "", Question.Quantity(unit: "bits"), of: ["a"],
      parts: [("", { _ in PairedDifference(differences) })])
    question.equivalenceMargin = margin
    return question.finding(in: FinishedRuns([], on: nil))
  }

  @Test("Verdicts by Holm's p and by the 90 % interval; what is equivalent and significant says by how much")
  func verdicts() throws {
    let claims = [
      claim([0.1, 0.11, 0.09, 0.1]), claim([-0.1, -0.11, -0.09, -0.1]), claim([0.002, 0.0021, 0.0019, 0.002]),
      claim([0.001, -0.001, 0.002, -0.001]), claim([0.3, -0.2, 0.1, 0.1]), claim([0.1, 0.11, 0.09, 0.1], margin: nil),
    ].judged()
    #expect(
      claims.map { $0.judgement?.verdict } == [
        .supported, .contradicted, .equivalent, .equivalent, .inconclusive, nil,
      ])
    #expect(claims[2].words == "equivalent, difference 0.002 ± 0.000 bits" && claims[3].words == "equivalent")
    #expect(claims[0].sentence == "It is so: supported, 0.100 ± 0.013 bits")
    #expect(claims[2].sentence == "It is so: equivalent, difference 0.002 ± 0.000 bits")
    #expect(claims[5].sentence == "It is so: 0.100 ± 0.013 bits")
    // Five have a margin, and are the family; its smallest p counts five times.
    let p = try claims.map { try #require($0.measured[0].difference.pValue) }
    #expect(claims[2].judgement?.pHolm == 5 * p[2])
    #expect(claims.prefix(5).map { $0.judgement?.pHolm } == holmAdjusted(Array(p.prefix(5))))
    // t of 1 − 0.05/10 and of 0.8, 3 degrees of freedom: not of the 95 % interval's.
    let detectable = try #require(claims[4].judgement?.smallestDetectable)
    let error = try #require(claims[4].measured[0].difference.standardDeviation) / 2
    #expect(mismatch([detectable], [(5.840_909_310 + 0.978_472_312) * error], relative: 1e-6) == nil)
  }

  @Test("Holm decides: of six claims with p just below 5 % none is supported, that one alone is")
  func correction() {
    // p = 0.0351 of three seeds.
    let differences = [0.1, 0.2, 0.15]
    #expect([claim(differences)].judged()[0].judgement?.verdict == .supported)
    let six = (0..<6).map { _ in claim(differences) }.judged()
    #expect(six.allSatisfy { $0.judgement?.verdict == .inconclusive })
    // What has no p is still one of the six.
    let alone = ([claim(differences)] + (0..<5).map { _ in claim([1, 1, 1]) }).judged()
    #expect(alone[0].judgement?.verdict == .inconclusive)
  }

  @Test("One seed, or the same difference in all, has no verdict, and says so")
  func nothingSaid() throws {
    let found = [claim([0.1]), claim([0.2, 0.2, 0.2])].judged()
    #expect(found.map(\.words) == ["no verdict: one seed", "no verdict: all seeds have the same difference"])
    #expect(found.allSatisfy { $0.judgement == nil })
    let one = PaperClaims.findings(try three([2, 2, 2, 2], [2, 2, 2, 2], [1, 1, 1, 1], seeds: 1), .tuned)
    #expect(one.allSatisfy { $0.judgement == nil && $0.missing == nil })
    #expect(one.table("").texts.allSatisfy { $0[3] == "–" && ["no verdict", "exploratory"].contains($0[5]) })
  }

  @Test("A finding says what is missing: a router, a seed, or a measure; nothing is judged by some of it")
  func missing() throws {
    func words(_ id: String, _ runs: [RouterResult]) throws -> String {
      try finding(id, FinishedRuns(runs), .published).words
    }
    let (smoe, frozen, hyper) = (
      [1, 2].map { RouterResult("smoe", $0, test: [2, 2, 2, 2]) },
      [1, 2].map { RouterResult("smoe-dropout", $0, test: [2, 2, 2, 2]) },
      [1, 2].map { RouterResult("hyperrouter", $0, test: [1, 1, 1, 1]) }
    )
    #expect(try words("fewer-experts", smoe + hyper) == "not measured: smoe-dropout is needed")
    #expect(try words("beats-smoe", smoe + hyper.dropLast()) == "not measured: hyperrouter has no result of seed 2 yet")
    #expect(
      try words("collapse", smoe + frozen + hyper) == "not measured: the test part is too short to measure mixtures")
    #expect(
      try finding("fewer-experts", FinishedRuns(smoe + frozen + hyper)).words
        == "not measured: smoe-growing, hyperrouter-growing and smoe-dropout-growing are needed")
  }

  @Test("The table has a row for each, the rival that counts by its name, and what is small written as such")
  func table() throws {
    let table = PaperClaims.findings(try three([2, 2, 2, 2], [1.3, 1.3, 1.3, 1.3], [1, 1, 1, 1]), .tuned).table("t")
    #expect(table.rows.count == 7 && table.texts[0].first == "beats SMoE")
    #expect(table.texts[0][1].hasPrefix("1.000 ± 0.0"))
    #expect(table.texts[2].last?.contains("rival") == false && table.texts[2].last?.hasSuffix("− hyperrouter") == true)
    #expect(table.texts.contains { $0[3] == "< 0.001" } && table.text(width: 80).contains("supported"))
    #expect(table.text(width: 80).split(separator: "\n").allSatisfy { $0.count <= 80 && !$0.contains("…") })
  }

  @Test("Pairs have the same seed, in whatever order runs come")
  func pairs() throws {
    let a = [1, 2, 3].map { RouterResult("a", UInt64($0), test: [Double($0), 0, 0, 0]) }
    let b = [3, 1, 2].map { RouterResult("b", UInt64($0), test: [Double($0) - 0.5, 0, 0, 0]) }
    let found = try #require(FinishedRuns(b + a).difference("a", "b") { $0[1]?.bitsPerCharacter })
    #expect(found.differences.allSatisfy { abs($0 - 0.5) < 1e-12 } && found.differences.count == 3)
  }
}
