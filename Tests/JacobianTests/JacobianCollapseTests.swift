import Foundation
import Hosts
import LinearAlgebra
import MixtureOfExperts
import RunFiles
import Tensors
import TestSupport
import Testing

@testable import Jacobian

@Suite("Jacobian, collapse: how alike experts are")
struct JacobianCollapseTests {
  @Test("Experts that are all alike have similarity 1, opposite ones −1, unrelated ones near 0")
  func similarity() {
    let h: Tensor<Double> = sample([1, 6, 40], seed: 1)
    #expect(abs(meanExpertSimilarity(.concatenated([h, 2 * h, h], axis: 0)) - 1) < 1e-12)
    #expect(abs(meanExpertSimilarity(.concatenated([h, -h], axis: 0)) + 1) < 1e-12)
    #expect(abs(meanExpertSimilarity(sample([5, 60, 40], seed: 2))) < 0.02)
    #expect(meanExpertSimilarity(.concatenated([h, .zeros([1, 6, 40])], axis: 0)) == 0, "a silent expert")
    #expect(meanExpertSimilarity(h) == 1)
  }

  @Test("The mean over pairs is the definition's")
  func definition() {
    let E: Tensor<Double> = sample([4, 3, 5], seed: 3)
    var sum = 0.0
    for t in 0..<3 {
      for i in 0..<4 {
        for j in 0..<i {
          let (a, b) = (E.sliced(0, i..<i + 1).sliced(1, t..<t + 1), E.sliced(0, j..<j + 1).sliced(1, t..<t + 1))
          sum += a.cosineSimilarity(to: b)
        }
      }
    }
    #expect(abs(meanExpertSimilarity(E) - sum / 18) < 1e-14)
  }

  @Test("Collapse belongs to no claim and is compared at one k for all routers")
  func collapseResults() throws {
    let configuration = sizes(.smoe, layers: 2, width: 8, segment: 6, memory: 0)
    let model = LanguageModel<Double>(configuration, seed: 1)
    let probe = try Probe.of(configuration)
    var (growing, constant) = (Trajectory(configuration), Trajectory(configuration))
    growing.look(at: model, step: 0, k: 4, probe)
    constant.look(at: model, step: 0, k: 2, probe)
    let results = Collapse([growing]).results
    #expect(results.count == 2 && results.allSatisfy { $0.claim == nil && $0.setting.description == "k = 2, 1 seed" })
    #expect(results.map(\.measured) == Collapse([constant]).results.map(\.measured))
    let terms = [growing, constant].map { $0.snapshots[0].layers[1].routingTerms }
    #expect(disagreement(terms[0], terms[1]) > 1e-3, "routing terms are those of the training's k")
    let json = String(decoding: try JSON.encode(results[0]), as: UTF8.self)
    #expect(json.contains("\"claim\":null"))
    // The first look, the one in the middle, and the last, each a mean over layers.
    var long = Trajectory(configuration)
    for step in 0..<7 { long.look(at: model, step: 10 * step, k: 2, probe) }
    let layers = long.snapshots[0].layers
    for (result, value) in zip(
      Collapse([long, long]).results,
      [layers.map(\.expertSimilarity), layers.map(\.outputEffectiveRank)])
    {
      #expect(result.findings.map(\.way) == ["step 0", "step 30", "step 60", "spread"])
      #expect(result.findings[3].value == 0 && result.setting.description == "k = 2, 2 seeds")
      for finding in result.findings.prefix(3) { #expect(abs(finding.value - (value[0] + value[1]) / 2) < 1e-12) }
    }
  }
}
