import Foundation
import MixtureOfExperts
import RunFiles
import Testing

@testable import Experiments
@testable import Jacobian
@testable import Training

@Suite("Answers to what the paper leaves open")
struct OpenAnswerTests {
  /// Seeds differ far more than variants do: only pairs of one seed tell them apart.
  private func runs(_ variant: String, bits: Double, entropy: Double = 1) -> [RunMeasures] {
    let tilt = Double(variant.utf8.reduce(0) { $0 + Int($1) } % 97) * 1e-6
    let all = [1, 2, 3].map { (seed: UInt64) -> RunMeasures in
      let bits = bits + 10 * Double(seed) + tilt * Double(seed)
      return RunMeasures(
        variant, seed, test: [bits, bits, bits, bits],
        entropy: Array(repeating: entropy + tilt * Double(seed), count: 4))
    }
    // In whatever order they come.
    return variant.utf8.count % 2 == 0 ? all.reversed() : all
  }

  private func answers(_ answers: [OpenAnswer], _ words: String) -> [OpenAnswer] {
    answers.filter { $0.statement.contains(words) }
  }

  @Test("A shape that costs bits is worse, one that saves them is not; pairs have the same seed")
  func shape() throws {
    let model = try sampleRun(.hyperRouter).model
    let variants = ShapeVariants(around: model)
    let all =
      runs(ShapeVariants.base.name, bits: 2) + runs("shared", bits: 2.1) + runs("m-2", bits: 1.9)
      + runs("coordinate-wise", bits: 2)
    let found = OpenAnswer.shape(SeededRuns(all), variants)
    #expect(found.count == 3, "what was not measured has no answer")
    let shared = try #require(answers(found, "shared by all layers").first)
    #expect(shared.verdict == .agrees && abs(shared.difference.mean - 0.1) < 0.002)
    #expect(answers(found, "m = 2").first?.verdict == .disagrees)
    // Paired by place and not by seed, differences would be tens of bits.
    #expect(found.allSatisfy { abs($0.difference.mean) < 0.2 && ($0.difference.halfWidth ?? 9) < 0.01 })
    #expect(OpenAnswer.shape(SeededRuns(Array(all.dropLast())), variants).count == 2, "a seed on one side only")
    #expect(OpenAnswer.shape(SeededRuns([]), variants).isEmpty)
  }

  @Test(
    "Many experts: each router against itself, HyperRouter against the others at every N, entropy as a share of ln N")
  func experts() throws {
    let all = ExpertCountVariants.counts.flatMap { count in
      RouterKind.compared.flatMap { router -> [RunMeasures] in
        let bits = (router == .hyperRouter ? 1.9 : 2) - (count == 256 ? 0.3 : 0)
        return runs(
          ExpertCountVariants.name(router, count), bits: bits,
          entropy: (router == .smoe ? 0.5 : 0.8) * log(Double(count)))
      }
    }
    let found = OpenAnswer.experts(SeededRuns(all), k: 2)
    #expect(found.count == 3 + 4 * 2 * 2)
    let growth = answers(found, "256 experts than with 16")
    #expect(growth.count == 3 && growth.allSatisfy { $0.verdict == .agrees && abs($0.difference.mean - 0.3) < 0.01 })
    let better = answers(found, "is better than smoe")
    #expect(better.count == 8 && better.allSatisfy { $0.verdict == .agrees && abs($0.difference.mean - 0.1) < 0.01 })
    let surer = answers(found, "surer than smoe's")
    #expect(surer.count == 4 && surer.allSatisfy { $0.verdict == .disagrees && abs($0.difference.mean + 0.3) < 0.01 })
    #expect(surer[0].unit == "of ln N")
  }

  /// A run with these loads and information in both layers at k = 2, and these measures of its mixtures.
  private func routed(
    _ router: RouterKind, load: [Double], knows: Double, similarity: Double, rank: Double
  ) throws -> [RunMeasures] {
    try [1, 2, 3].map { seed in
      let noise = 0.001 * Double(seed * seed)
      let result = EvaluationResult(
        k: 2, loss: 1, symbols: 1, entropyPerLayer: [1, 1], loadPerLayer: [load.map { $0 + noise / 100 }, load],
        dialectInformationPerLayer: [knows + noise, knows], recallBits: nil)
      let mixture = try JSON.decode(
        MixtureMeasures.self,
        from: Data(
          (#"{"expert_similarity":\#(similarity + noise),"unpaired_expert_similarity":0.1,"#
            + #""output_effective_rank":\#(rank + noise),"variance_seen_by_chance":0.1}"#).utf8))
      return RunMeasures(
        variant: router.rawValue, seed: UInt64(seed), validation: [result], test: [result],
        mixtures: [mixture, mixture])
    }
  }

  @Test("Balance: even load, knowledge of the dialect, unlike experts and rich outputs speak for a router")
  func balance() throws {
    let all = try BalanceVariants.all.flatMap { variant -> [RunMeasures] in
      let isSubject = BalanceVariants.subjects.contains(variant.router)
      return try routed(
        variant.router, load: isSubject ? [0.25, 0.25, 0.25, 0.25] : [0.5, 0.3, 0.2, 0], knows: isSubject ? 1 : 2,
        similarity: isSubject ? 0.1 : 0.3, rank: isSubject ? 30 : 20)
    }
    let found = OpenAnswer.balance(SeededRuns(all), k: 2)
    #expect(found.count == 2 * 3 * 4)
    func expect(_ words: String, _ verdict: Verdict, _ mean: Double) {
      let own = answers(found, words)
      #expect(own.count == 6, "\(words)")
      #expect(own.allSatisfy { abs($0.difference.mean - mean) < 0.01 }, "\(words)")
      // Differences without spread decide nothing.
      #expect(own.allSatisfy { $0.verdict == ($0.difference.interval == nil ? .notDecided : verdict) }, "\(words)")
    }
    expect("spreads load more evenly", .agrees, 1)
    expect("know more of the dialect", .disagrees, -1)
    expect("less alike", .agrees, 0.2)
    expect("richer", .agrees, 10)
    let measures = all[0]
    #expect(abs(try #require(measures[2]?.imbalance) - 2) < 1e-3)
    #expect(try #require(measures[2]?.unusedExperts) == 0.5)
  }

  /// Trained with T = 8, with these bits at M = 0, 8, 16 and 64, and with these contents.
  private func reaching(_ router: RouterKind, _ contents: [MemoryContent: Double]) throws -> [RunMeasures] {
    try [1, 2, 3].map { (seed: UInt64) -> RunMeasures in
      let noise = 0.001 * Double(seed * seed)
      func evaluation(_ bits: Double) -> String {
        #"{"k":2,"loss":\#((bits + noise) * M_LN2),"symbols":9,"entropy_nats_per_layer":[1],"load_per_layer":[[1]]}"#
      }
      let lengths = [(0, 3.0), (8, 2), (16, 1.9), (64, 2.5)].map {
        #"{"memory":\#($0),"evaluation":\#(evaluation($1 + Double($0) * noise / 100))}"#
      }
      let readings = MemoryContent.allCases.compactMap { content in
        contents[content].map { bits in
          #"{"content":"\#(content.rawValue)","symbols":9,"bits":\#(bits + (content == .own ? 0 : noise)),"#
            + #""expected_bits":1,"bits_by_position":[1],"#
            + #""bits_in_cut_lines":\#(bits + 1),"bits_in_whole_lines":\#(bits - (content == .own ? 0 : 1 + noise))}"#
        }
      }
      let text =
        #"{"k":2,"lengths":[\#(lengths.joined(separator: ","))],"contents":[\#(readings.joined(separator: ","))]}"#
      var measures = RunMeasures(router.rawValue, seed, test: [2, 2, 2, 2])
      measures.reach = try JSON.decode(Reach.self, from: Data(text.utf8))
      return measures
    }
  }

  @Test("Reach: longer memories, what the past can tell, confidence, cut lines, other contents and routing")
  func reach() throws {
    let contents: [MemoryContent: Double] = [.own: 2, .nothing: 5, .nothingRoutedAsOwn: 4, .another: 5.5, .zeros: 5]
    let found = OpenAnswer.reach(SeededRuns(try reaching(.smoe, contents)), segment: 8, stateBits: 8)
    #expect(found.count == 8 && found.allSatisfy { $0.statement.hasPrefix("smoe: ") }, "only what was measured")
    func expect(_ words: String, _ verdict: Verdict, _ mean: Double) throws {
      let answer = try #require(answers(found, words).first, "\(words)")
      #expect(answer.verdict == verdict && abs(answer.difference.mean - mean) < 0.3, "\(words): \(answer.difference)")
    }
    try expect("memory of 2T", .agrees, 0.1)
    try expect("memory of 8T", .disagrees, -0.5)
    // 5 − 2 bits, of which 8/8 can be the past's.
    try expect("more is lost than the past can tell", .agrees, 2)
    try expect("surer than right", .agrees, 4)
    try expect("whole line is seen", .agrees, 1)
    try expect("another text's memory", .notDecided, -0.5)
    try expect("zeros", .notDecided, 0)
    try expect("wrong experts", .notDecided, 1)
    #expect(OpenAnswer.reach(SeededRuns(try reaching(.smoe, contents)), segment: 8, stateBits: nil).count == 7)
    #expect(OpenAnswer.reach(SeededRuns(runs("smoe", bits: 2)), segment: 8, stateBits: 8).isEmpty, "nobody looked")
  }

  /// Models whose known words have this perplexity, where by frequency it is 64, and routers with this entropy.
  private func reading(_ router: RouterKind, perplexity: Double, entropy: Double) throws -> [RunMeasures] {
    try [1, 2, 3].map { (seed: UInt64) -> RunMeasures in
      // By another amount for each router: differences without spread decide nothing.
      let noise = 1 + 0.001 * Double(seed * seed) * entropy
      let text =
        #"{"k":2,"loss":\#(perplexity / 10),"symbols":9,"entropy_nats_per_layer":[\#(entropy * noise)],"load_per_layer":[[1]],"#
        + #""unknown_words":{"share":0.2,"known_loss":1,"known_perplexity":\#(perplexity * noise),"#
        + #""perplexity_by_frequency":48,"known_perplexity_by_frequency":64}}"#
      let found = try JSON.decode(EvaluationResult.self, from: Data(text.utf8))
      return RunMeasures(variant: router.rawValue, seed: seed, validation: [found], test: [found], mixtures: [])
    }
  }

  @Test("Words: bits below the frequency's, HyperRouter beside the others, and whose router is surer")
  func words() throws {
    let all = try zip(RouterKind.compared, [(32.0, 1.5), (8, 2), (16, 1)]).flatMap {
      try reading($0, perplexity: $1.0, entropy: $1.1)
    }
    let found = OpenAnswer.words(SeededRuns(all), k: 2)
    #expect(found.count == 3 + 2 * 2)
    func expect(_ words: String, _ mean: Double) throws {
      let answer = try #require(answers(found, words).first, "\(words)")
      #expect(abs(answer.difference.mean - mean) < 0.02, "\(words): \(answer.difference)")
      #expect(answer.verdict == (mean > 0 ? .agrees : .disagrees), "\(words): \(answer.difference)")
    }
    try expect("smoe predicts known words better than their frequency does", 1)
    try expect("hyperrouter predicts known words better than their frequency does", 2)
    try expect("hyperrouter predicts known words better than smoe", 1)
    try expect("hyperrouter predicts known words better than smoe-dropout", -1)
    try expect("hyperrouter's router is surer than smoe's", 0.5)
    try expect("hyperrouter's router is surer than smoe-dropout's", 1)
    #expect(OpenAnswer.words(SeededRuns(runs("smoe", bits: 2)), k: 2).isEmpty, "no words are unknown")
  }

  @Test("JSON says the statement, its rule, the verdict and every seed's difference")
  func json() throws {
    let variants = ShapeVariants(around: try sampleRun(.hyperRouter).model)
    let found = OpenAnswer.shape(
      SeededRuns(runs(ShapeVariants.base.name, bits: 2) + runs("shared", bits: 2.1)), variants)
    let object = try #require(
      try JSONSerialization.jsonObject(with: JSON.encode(found[0])) as? [String: Any])
    #expect(Set(object.keys) == ["statement", "rule", "unit", "verdict", "difference"])
    #expect(object["verdict"] as? String == "agrees")
    #expect(((object["difference"] as? [String: Any])?["differences"] as? [Double])?.count == 3)
  }
}
