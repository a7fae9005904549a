import Autograd
import Foundation
import Hosts
import Layers
import MixtureOfExperts
import RunFiles
import Tensors
import TestSupport
import Testing

@testable import Jacobian

@Suite("Jacobian, verdicts: nothing compared is never a pass")
struct JacobianVerdictTests {
  private let comparison = Comparison(terms: 10)

  @Test("Nothing against nothing, unequal counts, unequal shapes and empty tensors refute what they should prove")
  func nothingCompared() {
    let (a, b): (Tensor<Double>, Tensor<Double>) = (sample([2, 3], seed: 1), sample([3, 2], seed: 1))
    func holds(_ left: [Tensor<Double>], _ right: [Tensor<Double>]) -> Bool? {
      let zeros = left.map { _ in 0.0 }
      let finding = comparison.apart("way", left, right, cancelled: zeros, errors: zeros)
      return ClaimResult(.gradientFlow, "disagreement", found: [finding], bound: 1e-8).holds
    }
    #expect(holds([a, b], [a, b]) == true)
    let empty = Tensor<Double>.zeros([0])
    for (left, right) in [([], []), ([a], []), ([], [a]), ([a, b], [a]), ([a], [b]), ([empty], [empty])] {
      #expect(holds(left, right) == false, "\(left.count) against \(right.count)")
    }
    #expect([Double]().worst().isNaN && ClaimResult.Finding.worst(of: [], "way", bound: 1).value.isNaN)
    #expect(ClaimResult(.decomposition, "error", found: [], bound: 1).holds == false)
    #expect(disagreement([a], []) == .infinity && disagreement([a], [b]) == .infinity)
    #expect(disagreement([], []) == .infinity && disagreement(empty, empty) == .infinity)
  }

  @Test("Numbers are compared relative to themselves; what nearly cancels, to its own rounding over the bound")
  func floor() {
    func apart(_ a: Double, _ b: Double, cancelled: Double) -> ClaimResult.Finding {
      comparison.apart("way", [Tensor([1], [a])], [Tensor([1], [b])], cancelled: [cancelled], errors: [0])
    }
    #expect(abs(apart(2e-5, 1e-5, cancelled: 1).value - 0.5) < 1e-12, "a factor of 2 is 0.5, however small")
    let rounding = 10 * Double.ulpOfOne
    #expect(abs(apart(0.9 * rounding, 0, cancelled: 1).value / 1e-8 - 0.9) < 1e-9, "rounding is just within the bound")
    #expect(!(apart(1.1 * rounding, 0, cancelled: 1).value <= 1e-8), "more is beyond it")
    let nothing = apart(0, 0, cancelled: 0)
    #expect(nothing.value == 0 && !nothing.decides(1e-8), "zero of zero is no difference, and proves nothing")
    #expect(ClaimResult(.decomposition, "error", found: [nothing], bound: 1e-8).holds == nil)
    for size in [0, 0.9 * rounding] {
      let hidden = comparison.part("way", 0, of: size, cancelled: 1)
      #expect(!hidden.decides(1e-8), "nor does nothing beside a whole that is all rounding, \(size)")
    }
    #expect(comparison.part("way", 0, of: 1.1 * rounding, cancelled: 1).decides(1e-8))
    #expect(comparison.part("way", 2 * rounding, of: 0, cancelled: 1).decides(1e-8), "a part beyond rounding refutes")
    #expect(!(comparison.part("way", 2 * rounding, of: 0, cancelled: 1).value <= 1e-8))
  }

  @Test("Layers with different findings are joined without losing any; a bound from below keeps the smallest")
  func joining() {
    func result(_ findings: [ClaimResult.Finding], _ relation: ClaimResult.Relation = .atMost) -> ClaimResult {
      ClaimResult(.entanglement, "cosine", found: findings, relation, bound: 1)
    }
    let joined = ClaimResult.worst(of: [result([.init("a", 0)]), result([.init("a", 0), .init("b", 2)])])
    #expect(joined.count == 1 && joined[0].findings.map(\.way) == ["a", "b"] && joined[0].holds == false)
    let below = ClaimResult.worst(of: [result([.init("a", 3)], .atLeast), result([.init("a", 0.5)], .atLeast)])
    #expect(below[0].holds == false && below[0].measured == 0.5 && below[0].findings[0].value == 0.5)
    #expect(result([.init("a", .nan)], .atLeast).holds == false)
    let worst = ClaimResult.worst(
      of: [(0, 2), (1, 0), (.nan, 0)].map { result([.init("a", $0.0), .init("b", $0.1)]) })
    #expect(worst.count == 1 && worst[0].holds == false && worst[0].measured.isNaN)
    #expect(worst[0].findings[0].value.isNaN && worst[0].findings[1].value == 2)
  }

  @Test("A router that is not what it says it is refutes claim 7; one that says it is fixed, but trains, too")
  func falseOrigin() throws {
    let honest = JacobianCase(router: "smoe", gate: .softmaxThenTopK, k: 2).layer()
    for claimsToBeFixed in [false, true] {
      let inner = try #require(honest.router as? any LinearRouter<Double>)
      let router = DoubledRouter(inner: inner, claimsToBeFixed: claimsToBeFixed)
      let layer = MoELayer<Double>(router: router, gate: honest.gate, experts: honest.experts)
      let tokens = RoutedTokens.smooth(20, of: width, through: layer, k: 2)
      let flow = GradientFlow(tokens, upstream: sample([tokens.count, width], seed: 2))
      let results = flow.results(ClaimSetting(), flow.ways()) + [flow.trainableCount]
      #expect(results.map(\.holds) == (claimsToBeFixed ? [false] : [false, true]))
    }
  }

  @Test(
    "Every router of the project, the coordinate-wise one too, says where W_r and b_r come from: claim 7 three ways")
  func coordinateWise() throws {
    let initializer = Initializer<Double>(seed: 4)
    let sizes = RouterSizes(
      width: width, experts: experts, embeddingWidth: 3, hypernetworkWidth: hypernetworkWidth)
    let hypernetwork = Hypernetwork<Double>("h", sizes, outputs: width + 1, initializer: initializer)
    for (index, weight) in hypernetwork.frozen.enumerated() {
      weight.restore(sample(weight.value.shape, seed: UInt64(index), scale: 0.5))
    }
    let router = CoordinateWiseHyperRouter<Double>(
      "router", sizes, sharing: hypernetwork, initializer: initializer)
    let honest = JacobianCase(router: "smoe", gate: .softmaxThenTopK, k: 2).layer()
    let layer = MoELayer<Double>(router: router, gate: .softmaxThenTopK, experts: honest.experts)
    let tokens = RoutedTokens.smooth(12, of: width, through: layer, k: 2)
    let flow = GradientFlow(tokens, upstream: sample([tokens.count, width], seed: 2))
    let ways = flow.ways()
    #expect(ways.closedForm.count == 1 && disagreement(ways.closedForm, ways.autodiff) < 1e-12)
    let results = flow.results(ClaimSetting(), ways) + [flow.trainableCount]
    #expect(results.map(\.holds) == [true, true])
    let claim = try #require(GeneratedRowsClaim(router))
    #expect(claim.ranks().allSatisfy { $0.value == Double(claim.bound) } && claim.bound <= 3 * experts)
  }

  @Test("Of n tokens the smoother half is looked at, rounded up, the last token like the others", arguments: 1...7)
  func smoothHalf(_ count: Int) throws {
    let model = LanguageModel<Double>(sizes(.smoe, width: 8, segment: 8), seed: 1)
    let probe = try Probe(corpus.splits.validation.symbols, rows: 1, length: count, of: model.configuration)
    let results = ModelClaims(model: model, probe: probe, start: Trajectory.snapshot(model, probe), workers: .one)
      .results
    let looked = results.filter { $0.quantity == ModelClaims.tokensLookedAt }
    #expect(looked.map(\.measured) == [Double((count + 1) / 2)])
  }

  @Test("Where no token is left, or no router was looked at, claims are inconclusive, and said to be")
  func noTokens() throws {
    let model = LanguageModel<Double>(sizes(.smoe, width: 8, segment: 6), seed: 1)
    let probe = try Probe.of(model.configuration)
    func results() -> [ClaimResult] {
      ModelClaims(model: model, probe: probe, start: Trajectory.snapshot(model, probe), workers: .one).results
    }
    func looked(_ results: [ClaimResult]) -> Double? {
      results.first { $0.quantity == ModelClaims.tokensLookedAt }?.measured
    }
    func inconclusive(_ results: [ClaimResult], _ routers: [RouterKind]) -> [Int] {
      ClaimVerdict.all(results, about: routers).filter { $0.holds == nil }.map(\.claim.number)
    }
    #expect(inconclusive(results(), [.smoe]).isEmpty && looked(results()) ?? 0 > 5)
    // With no gain in the LayerNorm before it, the mixture sees zeros: all logits are tied.
    let gain = try #require(model.parameters.first { $0.name == "layers.0.attention.norm.gain" })
    gain.value = 0 * gain.value
    let tied = results()
    #expect(looked(tied) == 0 && tied.allSatisfy { $0.holds ?? true })
    #expect(inconclusive(tied, [.smoe]) == [1, 2, 3, 5])
    #expect(inconclusive([], []) == Array(1...7))
    #expect(inconclusive([], [.smoeDropout]) == [1, 2, 3, 4, 7])
    #expect(inconclusive([], RouterKind.allCases) == Array(1...7))
  }

  @Test("The largest absolute value is that of a negative number too, 0 where there is none, and NaN wherever one is")
  func largestMagnitude() {
    func largest(_ numbers: [Double]) -> Double { Tensor([numbers.count], numbers).largestMagnitude }
    #expect(largest([1, -3, 2]) == 3 && largest([-0.0]) == 0 && largest([]) == 0)
    #expect(largest([1, -.infinity]) == .infinity)
    #expect(largest([.nan, 1]).isNaN && largest([1, .nan]).isNaN && largest([.infinity, .nan]).isNaN)
  }
}

@Suite("Jacobian, results: what holds is computed")
struct JacobianResultTests {
  @Test("A result holds when every finding respects the bound; what is not a number does not")
  func holds() {
    func result(_ values: [Double], _ relation: ClaimResult.Relation = .atMost) -> ClaimResult {
      ClaimResult(.rowDifferences, "rank", found: values.map { .init("way", $0) }, relation, bound: 2)
    }
    #expect(result([1, 2]).holds == true && result([1, 3]).holds == false && result([]).holds == false)
    for values in [[.nan, 1], [1, .nan]] {
      #expect(result(values).holds == false && result(values).measured.isNaN)
    }
    #expect(result([2, 2], .exactly).holds == true && result([1], .exactly).holds == false)
    #expect(ClaimResult(.entanglement, "drift", measured: 1).holds == nil)
  }

  @Test("A way that is too coarse for a bound decides nothing; one whose error does not explain the excess refutes")
  func inconclusive() throws {
    func result(_ findings: [ClaimResult.Finding]) -> ClaimResult {
      ClaimResult(.decomposition, "error", found: findings, bound: 1e-8)
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

  @Test("JSON has claim, router and statement, null for a bound, a verdict or a number that there is not")
  func json() throws {
    func text(_ result: ClaimResult) throws -> String { String(decoding: try JSON.encode(result), as: UTF8.self) }
    func setting(k: String = "null") -> String {
      #"{"draws":null,"embedding_width":null,"fixed_rank":null,"k":\#(k),"last_step":null,"layer":null,"#
        + #""part":null,"regions":null,"seeds":null,"snapshots":null,"switched_units":null,"tokens":null}"#
    }
    let theorem = ClaimResult(.rowDifferences, "rank", ClaimSetting(k: 2), found: [.init("autodiff", 2)], bound: 2)
    #expect(
      try text(theorem)
        == #"{"bound":2,"claim":3,"findings":[{"decides":true,"value":2,"way":"autodiff"}],"holds":true,"levels":[],"#
        + #""measured":2,"quantity":"rank","router":"","setting":\#(setting(k: "2")),"statement":"rank, k = 2"}"#)
    #expect(
      try text(ClaimResult(.entanglement, "drift", measured: 1))
        == #"{"bound":null,"claim":5,"findings":[],"holds":null,"levels":[],"measured":1,"quantity":"drift","#
        + #""router":"","setting":\#(setting()),"statement":"drift"}"#)
    let infinite = ClaimResult(.decomposition, "error", found: [.init("a", .nan), .init("b", .infinity)], bound: 1)
    #expect(
      try text(infinite).hasPrefix(
        #"{"bound":1,"claim":1,"findings":[{"decides":true,"value":null,"way":"a"},{"decides":true,"value":null,"way":"b"}],"#
          + #""holds":false,"levels":[],"measured":null,"#))
  }
}

/// W_r and b_r twice as large as the inner router's, which nothing in `origin` says.
private struct DoubledRouter: LinearRouter {
  let inner: any LinearRouter<Double>
  let claimsToBeFixed: Bool

  var parameters: [Parameter<Double>] { inner.parameters }
  var frozen: [Frozen<Double>] { inner.frozen }
  var origin: RouterOrigin<Double> { claimsToBeFixed ? .fixed : inner.origin }

  func weights(on tape: Tape<Double>) -> (W_r: Variable<Double>, b_r: Variable<Double>) {
    let (W_r, b_r) = inner.weights(on: tape)
    return (W_r + W_r, b_r + b_r)
  }
}
