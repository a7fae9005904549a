import Corpora
import Foundation
import TestSupport
import Testing
import Training
import MixtureOfExperts

@testable import Experiments
@testable import Report
@testable import RunFiles

/// Runs that nobody trained, as pages show them.
enum PageSamples {
  /// A finished run of one layer, evaluated at k = 2 with a loss that says its seed.
  ///
  /// - Parameters:
  ///   - bits: By k, in place of that one evaluation.
  ///   - loads: By k; the same share for every expert unless given.
  ///   - history: The loss of each evaluation on the way in nats, at steps 0, 1 … unless `steps` says which.
  ///   - tables: Co-activation and first choices by dialect.
  static func run(
    _ variant: String = "smoe", seed: Int = 1, experts: Int = 4, width: Int = 32, bits: [Int: Double]? = nil,
    above: Double = 0, loads: [Int: [Double]] = [:], history: [Double] = [1, 1], steps: [Int]? = nil,
    timedSteps: Int = 1,
    hasMixtures: Bool = true, tables: (together: [[Double]], dialects: [[Double]])? = nil
  ) throws -> RunRecord {
    let fair = Array(repeating: 1 / Double(experts), count: experts)
    let bits = bits ?? [2: (1 + 0.1 * Double(seed)) / M_LN2]
    func evaluation(_ k: Int, _ loss: Double) -> [String: Any] {
      [
        "k": k, "loss": loss, "symbols": 9, "entropy_nats_per_layer": [1.0], "load_per_layer": [loads[k] ?? fair],
      ]
    }
    let mixture: [String: Any] = [
      "expert_similarity": 0.1, "unpaired_expert_similarity": 0.1, "output_effective_rank": 9.5, "routing_share": 0.3,
      "variance_share": 0.2, "variance_share_chance_baseline": 0.1, "displacement": 0.5,
    ]
    let mixtures = hasMixtures ? [mixture] : []
    let evaluations = bits.keys.sorted().map { evaluation($0, (bits[$0] ?? 0) * M_LN2) }
    let validation = bits.keys.sorted().map { evaluation($0, ((bits[$0] ?? 0) + above) * M_LN2) }
    let ks = bits.keys.sorted()
    let best = ks.min { (bits[$0] ?? 0) < (bits[$1] ?? 0) } ?? 2
    let points = zip(steps ?? Array(history.indices), history).map { step, loss -> [String: Any] in
      [
        "step": step, "validation": evaluation(2, loss), "mixtures": mixtures,
        "saturation": hasMixtures ? [["share": 0.5, "chance_baseline": 0.2]] : [],
      ]
    }
    let table: [String: Any] = [
      "co_activation": tables?.together ?? Array(repeating: fair, count: experts),
      "first_choice_by_class": tables?.dialects ?? [fair],
    ]
    let object: [String: Any] = [
      "router": "smoe", "variant": variant, "seed": seed, "evaluation": validation, "test": evaluations,
      "best_k": best,
      "common_k": 2, "last_k": 2, "multiply_adds_per_token": ks.map { 1e6 * Double($0) }, "mixtures": mixtures,
      "policies": [Any](), "routing_tables": [table], "history": points, "entropy_nats_per_layer": [1.0],
      "trainable_routing_parameters": 1, "parameters": 9, "tokens_per_second": 1.0, "seconds": 60.0,
      "timed_steps": timedSteps, "k_schedule": "constant:2",
    ]
    let result = try JSON.decode(RouterResult.self, from: JSONSerialization.data(withJSONObject: object))
    let configuration = try configuration(seed: seed, experts: experts, width: width)
    #expect(result.misfit(configuration) == nil)
    return RunRecord(result, configuration, metrics: [])
  }

  static func configuration(seed: Int = 1, experts: Int = 4, width: Int = 32) throws -> RunConfiguration {
    let vocabulary = try Vocabulary(of: Array("abc".utf8), tokenization: .bytes)
    let model = Configuration(
      vocabulary: vocabulary.count, layers: 1, modelWidth: width, heads: 2, headWidth: 16, expertWidth: 64,
      experts: experts, segment: 32, memory: 32, router: .smoe)
    let training = TrainingOptions(
      batch: 8, steps: 200, learningRate: LearningRateSchedule(peak: 1e-3), kSchedule: KSchedule(.constant, 2, 2),
      seed: UInt64(seed), shards: 1)
    return RunConfiguration(data: "text", tokens: .bytes, model: model, training: training, vocabulary: vocabulary)
  }

  static func part(
    _ runs: [RunRecord], planned: Int? = nil, corpus: CorpusSummary? = nil, conditions: Conditions? = nil
  ) -> ReportedPart {
    ReportedPart(
      name: "text", corpus: corpus, symbol: "character", conditions: conditions, isJudged: conditions != nil,
      planned: planned ?? runs.count, runs: runs)
  }

  static func directory(_ path: String, _ part: ReportedPart, isRun: Bool = false) -> ReportedDirectory {
    ReportedDirectory(path: path, origin: nil, parts: [part], isRun: isRun)
  }

  static func directory(_ path: String, _ runs: [RunRecord], isRun: Bool = false) -> ReportedDirectory {
    directory(path, part(runs), isRun: isRun)
  }

  /// The figures of sections, by their ids.
  static func charts(_ sections: Section?...) -> [String: any Chart] {
    let figures = sections.compactMap { $0 }.flatMap(\.blocks).flatMap { block -> [Block.Figure] in
      if case .figures(let figures) = block { figures } else { [] }
    }
    return Dictionary(uniqueKeysWithValues: figures.map { ($0.id, $0.chart) })
  }
}
