import Corpora
import Foundation
import Hosts
import LinearAlgebra
import MixtureOfExperts
import RunFiles
import Tensors
import TestSupport
import Testing

@testable import Jacobian

@Suite("Measures of a mixture")
struct MixtureMeasuresTests {
  private func model(_ router: RouterKind, _ order: GateOrder = .softmaxThenTopK) -> LanguageModel<Double> {
    var configuration = Configuration(
      vocabulary: 25, layers: 2, modelWidth: 16, heads: 2, headWidth: 8, expertWidth: 8, experts: 8, segment: 8,
      memory: 8, router: router)
    configuration.gateOrder = order
    let model = LanguageModel<Double>(configuration, seed: 5)
    // Weights large enough to matter.
    for parameter in model.parameters where !parameter.name.hasSuffix("gain") {
      parameter.value = parameter.value.scaled(by: 12)
    }
    return model
  }

  private func probe(_ model: LanguageModel<Double>) throws -> Probe {
    return try Probe(corpus.splits.train.symbols, rows: 3, length: 8, of: model.configuration)
  }

  @Test(
    "|J₂ᵀu| / |J₁ᵀu| is that of the closed forms, by the sums over experts, for both gate orders",
    arguments: GateOrder.allCases)
  func routingShare(order: GateOrder) throws {
    let model = model(.hyperRouter, order)
    let probe = try probe(model)
    let found = MixtureMeasures.of(model, initial: model, probe: probe, k: 2).map(\.measures)
    let layers = probe(model, k: 2)
    #expect(found.count == 2 && layers.count == 2)
    for (measures, layer) in zip(found, layers) {
      var (throughExperts, throughGates) = (0.0, 0.0)
      for token in 0..<layer.tokens.count {
        let u = layer.upstream.sliced(0, token..<token + 1)
        let closed = layer.tokens[token]
        throughExperts += u.matrixProduct(closed.J1).sumOfSquares()
        throughGates += u.matrixProduct(closed.J2).sumOfSquares()
      }
      let expected = (throughGates / throughExperts).squareRoot()
      #expect(expected > 0)
      #expect(mismatch([try #require(measures.routingShare)], [expected], relative: 1e-10) == nil)
    }
  }

  @Test("The share of variance that rows see is between 0 and 1, all of it where rows span everything")
  func varianceShare() throws {
    let model = model(.smoe)
    let probe = try probe(model)
    let layers = probe(model, k: 2)
    for ((measures, _), layer) in zip(MixtureMeasures.of(model, initial: model, probe: probe, k: 2), layers) {
      let W = layer.tokens.W_r
      let differences = (1..<8).map { W.sliced(0, $0..<$0 + 1) - W.sliced(0, 0..<1) }
      let rows = Subspace(spannedByRowsOf: .concatenated(differences, axis: 0))
      let h = layer.tokens.h
      let centred = h - h.mean(axis: 0).reshaped([1, 16]).broadcast(to: h.shape)
      let outside = rows.removed(from: centred.transposed(0, 1)).sumOfSquares() / centred.sumOfSquares()
      #expect(mismatch([try #require(measures.varianceShare)], [1 - outside], relative: 1e-9) == nil)
      #expect(measures.varianceShareChanceBaseline == 7.0 / 16)
      #expect(measures.displacement == 0)
    }
  }

  @Test("Rows' displacement is relative to where they began; routers without rows have none, dense models no mixtures")
  func displacement() throws {
    let (before, after) = (model(.smoe), model(.smoe))
    for parameter in after.routerParameters { parameter.value = parameter.value.scaled(by: 1.5) }
    for (measures, _) in MixtureMeasures.of(after, initial: before, probe: try probe(after), k: 2) {
      #expect(mismatch([try #require(measures.displacement)], [0.5], relative: 1e-12) == nil)
    }
    let cosine = model(.cosine)
    for (measures, _) in MixtureMeasures.of(cosine, initial: cosine, probe: try probe(cosine), k: 2) {
      #expect(measures.varianceShare == nil && measures.displacement == nil && measures.routingShare != nil)
    }
    let dense = model(.dense)
    #expect(MixtureMeasures.of(dense, initial: dense, probe: try probe(dense), k: 2).isEmpty)
  }
}

@Suite("Margins of routing")
struct RoutingMarginTests {
  @Test("The logit of the last chosen expert less that of the first one not chosen; none where all are chosen")
  func mean() throws {
    let logits = Tensor<Double>([2, 4], [3, 1, 0.5, -2, 0, 10, 4, 7])
    #expect(try #require(RoutingMargin(of: logits, k: 1)).mean == (2 + 3) / 2)
    #expect(try #require(RoutingMargin(of: logits, k: 2)).mean == (0.5 + 3) / 2)
    #expect(try #require(RoutingMargin(of: logits, k: 3)).mean == (2.5 + 4) / 2)
    #expect(RoutingMargin(of: logits, k: 4) == nil)
  }

  @Test(
    "In standard deviations a margin does not depend on the scale of logits; logits that are all the same have none")
  func relative() throws {
    let logits: Tensor<Double> = sample([5, 4], seed: 8)
    var (gaps, variances) = (0.0, 0.0)
    for token in 0..<5 {
      let own = (0..<4).map { logits.scalars[token * 4 + $0] }
      let top = own.max() ?? 0
      gaps += top - (own.filter { $0 < top }.max() ?? 0)
      let mean = own.reduce(0, +) / 4
      for value in own { variances += (value - mean) * (value - mean) / 3 }
    }
    for scale in [1.0, 5] {
      let found = try #require(RoutingMargin(of: scale * logits, k: 1)?.relative)
      #expect(abs(found - gaps / 5 / (variances / 5).squareRoot()) < 1e-12)
    }
    #expect(RoutingMargin(of: Tensor<Double>.zeros([2, 4]), k: 1)?.relative == nil)
  }

  @Test("The spacing of two normal numbers is 2/√π, that of three 3/(2√π) on either side")
  func spacing() {
    let root = Double.pi.squareRoot()
    #expect(abs(RoutingMargin.spacing(of: 2, after: 1) - 2 / root) < 1e-12)
    #expect(abs(RoutingMargin.spacing(of: 3, after: 1) - 1.5 / root) < 1e-12)
    #expect(abs(RoutingMargin.spacing(of: 3, after: 2) - 1.5 / root) < 1e-12)
  }

  @Test("Logits that know nothing have the margin of chance, whatever their scale", arguments: [1, 2, 7])
  func chance(k: Int) throws {
    let found = try #require(RoutingMargin(of: sample([20_000, 8], seed: 3, scale: 0.3), k: k))
    #expect(abs(found.mean / found.chanceBaseline - 1) < 0.02, "\(found.mean) \(found.chanceBaseline)")
  }
}

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
    growing.record(model, step: 0, k: 4, probe)
    constant.record(model, step: 0, k: 2, probe)
    let results = Collapse([growing]).results
    #expect(results.count == 2 && results.allSatisfy { $0.claim == nil && $0.setting.description == "k = 2, 1 seed" })
    #expect(results.map(\.measured) == Collapse([constant]).results.map(\.measured))
    let terms = [growing, constant].map { $0.snapshots[0].layers[1].routingTerms }
    #expect(disagreement(terms[0], terms[1]) > 1e-3, "routing terms are those of the training's k")
    let json = String(decoding: try JSON.encode(results[0]), as: UTF8.self)
    #expect(json.contains("\"claim\":null"))
    // The first snapshot, the one in the middle, and the last, each a mean over layers.
    var long = Trajectory(configuration)
    for step in 0..<7 { long.record(model, step: 10 * step, k: 2, probe) }
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
