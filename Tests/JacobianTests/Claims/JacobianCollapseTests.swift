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
}

@Suite("Jacobian, results: what holds is computed")
struct JacobianResultTests {
  @Test("A result holds when every finding respects the bound; what is not a number does not")
  func holds() {
    func result(_ values: [Double], _ relation: ClaimResult.Relation = .atMost) -> ClaimResult {
      ClaimResult(3, "smoe", "rank", found: values.map { .init("way", $0) }, relation, bound: 2)
    }
    #expect(result([1, 2]).holds == true && result([1, 3]).holds == false && result([]).holds == false)
    for values in [[.nan, 1], [1, .nan]] {
      #expect(result(values).holds == false && result(values).measured.isNaN)
    }
    #expect(result([2, 2], .exactly).holds == true && result([1], .exactly).holds == false)
    #expect(ClaimResult(5, "smoe", "drift", measured: 1).holds == nil)
  }

  @Test("A way that is too coarse for a bound decides nothing; one whose error does not explain the excess refutes")
  func undecided() throws {
    func result(_ findings: [ClaimResult.Finding]) -> ClaimResult {
      ClaimResult(1, "smoe", "error", found: findings, bound: 1e-8)
    }
    let exact = ClaimResult.Finding("closed form", 1e-15)
    #expect(result([exact, .init("differences", 5e-8, resolution: 1e-8)]).holds == true)
    #expect(result([.init("differences", 5e-8, resolution: 1e-8)]).holds == nil)
    #expect(result([exact, .init("differences", 5e-8, resolution: 1e-9)]).holds == false)
    #expect(result([exact, .init("differences", .nan, resolution: 1)]).holds == false)
    // A coarse token does not hide a fine one that is wrong.
    let fine = ClaimResult.Finding("differences", 5e-3, resolution: 1e-12)
    let rough = ClaimResult.Finding("differences", 6e-3, resolution: 1e-2)
    #expect(ClaimResult.Finding.worst(of: [fine, rough], "differences", bound: 1e-8).value == 5e-3)
    #expect(result([.worst(of: [fine, rough], "differences", bound: 1e-8)]).holds == false)
    let both = ClaimResult.worst(of: [result([rough]), result([fine])])
    #expect(both[0].holds == false && both[0].findings[0].value == 5e-3)
    let coarse = result([exact, .init("differences", 5e-8, resolution: 1e-8)])
    let json = String(decoding: try JSON.encode(coarse), as: UTF8.self)
    #expect(json.contains(#""decides":false"#) && json.contains(#""decides":true"#))
    let joined = ClaimResult.worst(of: [result([.init("differences", 5e-8, resolution: 1e-8)]), result([exact])])
    #expect(joined.count == 1 && joined[0].holds == true)
  }

  @Test("Layers are joined by the worst of each finding, and one that fails is not lost")
  func joining() {
    func result(_ a: Double, _ b: Double) -> ClaimResult {
      ClaimResult(1, "smoe", "error", ClaimSetting(k: 1), found: [.init("a", a), .init("b", b)], bound: 1)
    }
    let joined = ClaimResult.worst(of: [result(0, 2), result(1, 0), result(.nan, 0)])
    #expect(joined.count == 1 && joined[0].holds == false && joined[0].measured.isNaN)
    #expect(joined[0].findings[0].value.isNaN && joined[0].findings[1].value == 2)
  }

  private static func setting(k: String = "null") -> String {
    #"{"draws":null,"embedding_width":null,"fixed_rank":null,"k":\#(k),"last_step":null,"layer":null,"looks":null,"#
      + #""part":null,"regions":null,"seeds":null,"switched_units":null,"tokens":null}"#
  }

  @Test("A number that is not finite is null in JSON, and a theorem about it does not hold")
  func notFinite() throws {
    let result = ClaimResult(1, "smoe", "error", found: [.init("a", .nan), .init("b", .infinity)], bound: 1)
    #expect(
      String(decoding: try JSON.encode(result), as: UTF8.self)
        == #"{"bound":1,"claim":1,"findings":[{"decides":true,"value":null,"way":"a"},{"decides":true,"value":null,"way":"b"}],"#
        + #""holds":false,"levels":[],"measured":null,"#
        + #""quantity":"error","router":"smoe","setting":\#(Self.setting()),"statement":"error"}"#)
  }

  @Test("Collapse belongs to no claim and is compared at one k for all routers")
  func collapseResults() throws {
    let configuration = Configuration(
      vocabulary: 5, layers: 2, modelWidth: 8, heads: 2, headWidth: 4, expertWidth: 6, experts: 4, segment: 6,
      memory: 0, router: .smoe)
    let model = LanguageModel<Double>(configuration, seed: 1)
    let probe = try Probe((0..<40).map { Int32($0 * $0 % 5) }, rows: 2, length: 6, of: configuration)
    var (growing, constant) = (Trajectory(configuration), Trajectory(configuration))
    growing.look(at: model, step: 0, k: 4, probe)
    constant.look(at: model, step: 0, k: 2, probe)
    let results = Collapse([growing]).results(router: "smoe")
    #expect(results.count == 2 && results.allSatisfy { $0.claim == nil && $0.setting.description == "k = 2, 1 seed" })
    #expect(results.map(\.measured) == Collapse([constant]).results(router: "smoe").map(\.measured))
    let terms = [growing, constant].map { $0.snapshots[0].layers[1].routingTerms }
    #expect(disagreement(terms[0], terms[1]) > 1e-3, "routing terms are those of the training's k")
    let json = String(decoding: try JSON.encode(results[0]), as: UTF8.self)
    #expect(json.contains("\"claim\":null"))
    // The first look, the one in the middle, and the last, each a mean over layers.
    var long = Trajectory(configuration)
    for step in 0..<7 { long.look(at: model, step: 10 * step, k: 2, probe) }
    let layers = long.snapshots[0].layers
    for (result, value) in zip(
      Collapse([long, long]).results(router: "smoe"),
      [layers.map(\.expertSimilarity), layers.map(\.outputEffectiveRank)])
    {
      #expect(result.findings.map(\.way) == ["step 0", "step 30", "step 60", "spread"])
      #expect(result.findings[3].value == 0 && result.setting.description == "k = 2, 2 seeds")
      for finding in result.findings.prefix(3) { #expect(abs(finding.value - (value[0] + value[1]) / 2) < 1e-12) }
    }
  }

  @Test("JSON has the claim, the router and the statement, and null for a bound and a verdict that there are not")
  func json() throws {
    let theorem = ClaimResult(3, "smoe", "rank", ClaimSetting(k: 2), found: [.init("autodiff", 2)], bound: 2)
    let text = String(decoding: try JSON.encode(theorem), as: UTF8.self)
    #expect(
      text
        == #"{"bound":2,"claim":3,"findings":[{"decides":true,"value":2,"way":"autodiff"}],"holds":true,"levels":[],"measured":2,"#
        + #""quantity":"rank","router":"smoe","setting":\#(Self.setting(k: "2")),"statement":"rank, k = 2"}"#)
    let measure = String(decoding: try JSON.encode(ClaimResult(5, "smoe", "drift", measured: 1)), as: UTF8.self)
    #expect(
      measure == #"{"bound":null,"claim":5,"findings":[],"holds":null,"levels":[],"measured":1,"quantity":"drift","#
        + #""router":"smoe","setting":\#(Self.setting()),"statement":"drift"}"#)
  }
}
