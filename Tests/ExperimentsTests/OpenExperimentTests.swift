import Hosts
import Corpora
import Foundation
import MixtureOfExperts
import Tables
import Testing

@testable import Experiments
@testable import Jacobian
@testable import RunFiles
@testable import Training

@Suite("What the paper leaves open: questions and their answers")
struct OpenExperimentTests {
  /// Seeds differ far more than variants do: only pairs of one seed tell them apart.
  private func runs(_ variant: String, bits: Double, entropy: Double = 1) -> [RouterResult] {
    let tilt = Double(variant.utf8.reduce(0) { $0 + Int($1) } % 97) * 1e-6
    let all = [1, 2, 3].map { (seed: UInt64) -> RouterResult in
      let bits = bits + 10 * Double(seed) + tilt * Double(seed)
      return RouterResult(
        variant, seed, test: [bits, bits, bits, bits],
        entropy: Array(repeating: entropy + tilt * Double(seed), count: 4))
    }
    // In whatever order they come.
    return variant.utf8.count % 2 == 0 ? all.reversed() : all
  }

  /// Those answers whose statement contains some words: how many, and around which mean; none has a verdict.
  private func expect(
    _ found: [Finding], _ words: String, count: Int = 1, _ mean: Double, within tolerance: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let answers = found.filter { $0.statement.contains(words) }
    #expect(answers.count == count, "\(words)", sourceLocation: sourceLocation)
    for answer in answers {
      let difference = answer.measured[0].difference
      #expect(
        answer.judgement == nil && abs(difference.mean - mean) < tolerance, "\(words): \(difference)",
        sourceLocation: sourceLocation)
    }
  }

  @Test("A shape that costs bits is worse, one that saves them is not; pairs have the same seed")
  func shape() throws {
    let all =
      runs(ShapeExperiment.base.name, bits: 2) + runs("shared", bits: 2.1) + runs("m-2", bits: 1.9)
      + runs("coordinate-wise", bits: 2)
    let found = ShapeExperiment().findings(try FinishedRuns(all))
    #expect(found.count == 3, "what was not measured has no answer")
    // Paired by place and not by seed, differences would be tens of bits.
    expect(found, "shared by all layers", 0.1, within: 0.002)
    expect(found, "m = 2", -0.1, within: 0.002)
    #expect(found.allSatisfy { ($0.measured[0].difference.halfWidth ?? 9) < 0.01 })
    #expect(try ShapeExperiment().findings(FinishedRuns(Array(all.dropLast()))).count == 2, "a seed on one side only")
    #expect(try ShapeExperiment().findings(FinishedRuns([])).isEmpty)
  }

  @Test(
    "Many experts: each router against itself, HyperRouter against the others at every N, entropy as a share of ln N")
  func experts() throws {
    let all = ExpertCountExperiment.counts.flatMap { count in
      RouterKind.compared.flatMap { router -> [RouterResult] in
        let bits = (router == .hyperRouter ? 1.9 : 2) - (count == 256 ? 0.3 : 0)
        return runs(
          ExpertCountExperiment.name(router, count), bits: bits,
          entropy: (router == .smoe ? 0.5 : 0.8) * log(Double(count)))
      }
    }
    let found = ExpertCountExperiment().findings(try FinishedRuns(all))
    #expect(found.count == 3 + 4 * 2 * 2)
    expect(found, "256 experts than with 16", count: 3, 0.3, within: 0.01)
    expect(found, "is better than smoe", count: 8, 0.1, within: 0.01)
    expect(found, "entropy is lower than smoe's", count: 4, -0.3, within: 0.01)
    #expect(found.first { $0.statement.contains("entropy is lower than smoe's") }?.quantity.unit == "of ln N")
  }

  /// A run with these loads and information in both layers at k = 2, and these measures of its mixtures.
  private func routed(
    _ router: RouterKind, load: [Double], knows: Double, similarity: Double, rank: Double
  ) throws -> [RouterResult] {
    try [1, 2, 3].map { seed in
      let noise = 0.001 * Double(seed * seed)
      let result = EvaluationResult(
        k: 2, loss: 1, symbols: 1, entropyPerLayer: [1, 1], loadPerLayer: [load.map { $0 + noise / 100 }, load],
        classInformationPerLayer: [knows + noise, knows], recallBits: nil)
      let mixture = try JSON.decode(
        MixtureMeasures.self,
        from: Data(
          (#"{"expert_similarity":\#(similarity + noise),"unpaired_expert_similarity":0.1,"#
            + #""output_effective_rank":\#(rank + noise),"variance_share_chance_baseline":0.1}"#).utf8))
      return RouterResult(
        router, seed: UInt64(seed), evaluation: [result], test: [result], mixtures: [mixture, mixture])
    }
  }

  @Test("Balance: even load, knowledge of the dialect, unlike experts and rich outputs speak for a router")
  func balance() throws {
    let all = try BalanceExperiment.variants.flatMap { variant -> [RouterResult] in
      let isSubject = BalanceExperiment.subjects.contains(variant.router)
      return try routed(
        variant.router, load: isSubject ? [0.25, 0.25, 0.25, 0.25] : [0.5, 0.3, 0.2, 0], knows: isSubject ? 1 : 2,
        similarity: isSubject ? 0.1 : 0.3, rank: isSubject ? 30 : 20)
    }
    let found = BalanceExperiment().findings(try FinishedRuns(all))
    #expect(found.count == 2 * 3 * 4)
    expect(found, "spreads load more evenly", count: 6, 1, within: 0.01)
    expect(found, "more mutual information with the dialect", count: 6, -1, within: 0.01)
    expect(found, "less alike", count: 6, 0.2, within: 0.01)
    expect(found, "richer", count: 6, 10, within: 0.01)
    let measures = all[0]
    #expect(abs(try #require(measures[2]?.imbalance) - 2) < 1e-3)
    #expect(try #require(measures[2]?.unusedExperts) == 0.5)
  }

  /// Trained with T = 8, with these bits at M = 0, 8, 16 and 64, and with these contents.
  private func reaching(_ router: RouterKind, _ contents: [MemoryContent: Double]) throws -> [RouterResult] {
    try [1, 2, 3].map { (seed: UInt64) -> RouterResult in
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
      var measures = RouterResult(router.rawValue, seed, test: [2, 2, 2, 2])
      measures.reach = try JSON.decode(Reach.self, from: Data(text.utf8))
      return measures
    }
  }

  @Test("Reach: longer memories, what the past can tell, confidence, cut lines, other contents and routing")
  func reach() throws {
    let contents: [MemoryContent: Double] = [.own: 2, .nothing: 5, .nothingRoutedAsOwn: 4, .another: 5.5, .zeros: 5]
    let found = ReachExperiment().findings(
      try FinishedRuns(reaching(.smoe, contents), data: DialectCorpus.name))
    #expect(found.count == 8 && found.allSatisfy { $0.statement.hasPrefix("smoe: ") }, "only what was measured")
    for (words, mean) in [
      ("memory of 2T", 0.1), ("memory of 8T", -0.5),
      // 5 − 2 bits, of which those of the text's state can be the past's.
      ("more is lost than the past can tell", 3 - DialectCorpus.stateBits / 8), ("overconfident", 4),
      ("whole line is seen", 1), ("another text's memory", -0.5), ("zeros", 0),
      ("wrong experts", 1),
    ] as [(String, Double)] { expect(found, words, mean, within: 0.3) }
    #expect(try ReachExperiment().findings(FinishedRuns(reaching(.smoe, contents))).count == 7)
    #expect(try ReachExperiment().findings(FinishedRuns(runs("smoe", bits: 2))).isEmpty, "nobody looked")
  }

  /// Models whose known words have this perplexity, where by frequency it is 64, and routers with this entropy.
  private func reading(_ router: RouterKind, perplexity: Double, entropy: Double) throws -> [RouterResult] {
    try [1, 2, 3].map { (seed: UInt64) -> RouterResult in
      // By another amount for each router: differences without spread decide nothing.
      let noise = 1 + 0.001 * Double(seed * seed) * entropy
      let text =
        #"{"k":2,"loss":\#(perplexity / 10),"symbols":9,"entropy_nats_per_layer":[\#(entropy * noise)],"load_per_layer":[[1]],"#
        + #""unknown_words":{"share":0.2,"known_loss":1,"known_perplexity":\#(perplexity * noise),"#
        + #""perplexity_by_frequency":48,"known_perplexity_by_frequency":64}}"#
      let found = try JSON.decode(EvaluationResult.self, from: Data(text.utf8))
      return RouterResult(router, seed: seed, evaluation: [found], test: [found])
    }
  }

  @Test("Words: bits below the frequency's, HyperRouter beside the others, and whose router has lower entropy")
  func words() throws {
    let all = try zip(RouterKind.compared, [(32.0, 1.5), (8, 2), (16, 1)]).flatMap {
      try reading($0, perplexity: $1.0, entropy: $1.1)
    }
    let found = WordsExperiment().findings(try FinishedRuns(all))
    #expect(found.count == 3 + 2 * 2)
    expect(found.filter { $0.id == "smoe-words" }, "hyperrouter predicts", 1, within: 0.02)
    for (words, mean) in [
      ("smoe predicts known words better than their frequency does", 1.0),
      ("hyperrouter predicts known words better than their frequency does", 2),
      ("hyperrouter predicts known words better than smoe-dropout", -1),
      ("hyperrouter's routing entropy is lower than smoe's", 0.5),
      ("hyperrouter's routing entropy is lower than smoe-dropout's", 1),
    ] { expect(found, words, mean, within: 0.02) }
    #expect(try WordsExperiment().findings(FinishedRuns(runs("smoe", bits: 2))).isEmpty, "no words are unknown")
  }

  @Test("Each has an id, a title, a method and questions with ids of their own, whatever the runs")
  func identity() throws {
    let all = OpenExperiments.all
    #expect(Set(all.map(\.id)).count == all.count && Set(all.map(\.title)).count == all.count)
    #expect(all.allSatisfy { !$0.method.isEmpty && OpenExperiments[$0.id]?.title == $0.title })
    #expect(all.filter { $0.text == .words }.map(\.id) == ["words"] && OpenExperiments["other"] == nil)
    let runs = try FinishedRuns(runs(ShapeExperiment.base.name, bits: 2), data: DialectCorpus.name)
    for experiment in all {
      let ids = experiment.questions(runs).map(\.id)
      #expect(!ids.isEmpty && Set(ids).count == ids.count, "\(experiment.id): \(ids)")
      let none = try FinishedRuns([])
      #expect(experiment.findings(none).isEmpty && experiment.tables(none).count < 4)
    }
  }

  @Test("A table of experts says unused ones, seconds for a step and operations for a token")
  func expertTable() throws {
    let results = [1, 2].map { (seed: UInt64) -> RouterResult in
      let found = EvaluationResult(
        k: 2, loss: M_LN2, symbols: 9, entropyPerLayer: [1], loadPerLayer: [[0.5, 0.5, 0, 0]],
        classInformationPerLayer: nil, recallBits: nil)
      var result = RouterResult(.smoe, variant: "smoe-16", seed: seed, evaluation: [found], test: [found])
      (result.multiplyAddsPerToken, result.timedSteps, result.tokensPerSecond) = ([1.5e6], 1, 32)
      return result
    }
    let runs = try FinishedRuns(results) { $0.experts = 4 }
    let table = try #require(ExpertCountExperiment().tables(runs).first)
    // B·T = 2·8 tokens at 32 a second; 1.5 million multiply-adds are 3 MFLOP.
    let row = "smoe-16 | 1.000 ± 0.000 | 1.00 ± 0.00 | 1.39 | 2.00 ± 0.00 | 2.0 ± 0.0 | 0.5000 ± 0.0000 | 3.000"
    #expect(table.markdown.contains(row), "\(table.markdown)")
    #expect(ExpertCountExperiment().findings(runs).isEmpty, "a router alone answers nothing")
  }
}
