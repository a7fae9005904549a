import Autograd
import Corpora
import Hosts
import Layers
import MixtureOfExperts
import Tensors
import TestSupport
import Testing

@testable import Jacobian

@Suite("Jacobian, verdicts: nothing compared is never a pass")
struct JacobianVerdictTests {
  private let comparison = Comparison(bound: 1e-8, terms: 10)

  @Test("Nothing against nothing, unequal counts, unequal shapes and empty tensors refute what they should prove")
  func nothingCompared() {
    let (a, b): (Tensor<Double>, Tensor<Double>) = (sample([2, 3], seed: 1), sample([3, 2], seed: 1))
    func holds(_ left: [Tensor<Double>], _ right: [Tensor<Double>]) -> Bool? {
      let zeros = left.map { _ in 0.0 }
      let finding = comparison.apart("way", left, right, cancelled: zeros, errors: zeros)
      return ClaimResult(7, "smoe", "disagreement", found: [finding], bound: 1e-8).holds
    }
    #expect(holds([a, b], [a, b]) == true)
    let empty = Tensor<Double>.zeros([0])
    for (left, right) in [([], []), ([a], []), ([], [a]), ([a, b], [a]), ([a], [b]), ([empty], [empty])] {
      #expect(holds(left, right) == false, "\(left.count) against \(right.count)")
    }
    #expect([Double]().worst().isNaN && ClaimResult.Finding.worst(of: [], "way", bound: 1).value.isNaN)
    #expect(ClaimResult(1, "smoe", "error", found: [], bound: 1).holds == false)
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
    #expect(ClaimResult(1, "smoe", "error", found: [nothing], bound: 1e-8).holds == nil)
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
      ClaimResult(5, "smoe", "cosine", found: findings, relation, bound: 1)
    }
    let joined = ClaimResult.worst(of: [result([.init("a", 0)]), result([.init("a", 0), .init("b", 2)])])
    #expect(joined.count == 1 && joined[0].findings.map(\.way) == ["a", "b"] && joined[0].holds == false)
    let below = ClaimResult.worst(of: [result([.init("a", 3)], .atLeast), result([.init("a", 0.5)], .atLeast)])
    #expect(below[0].holds == false && below[0].measured == 0.5 && below[0].findings[0].value == 0.5)
    #expect(result([.init("a", .nan)], .atLeast).holds == false)
  }

  @Test("A router that is not what it says it is refutes claim 7; one that says it is fixed, but trains, too")
  func falseOrigin() throws {
    let honest = JacobianCase(router: "smoe", gate: .softmaxThenTopK, k: 2).layer()
    for claimsToBeFixed in [false, true] {
      let inner = try #require(honest.router as? any LinearRouter<Double>)
      let router = DoubledRouter(inner: inner, claimsToBeFixed: claimsToBeFixed)
      let layer = MoELayer<Double>(router: router, gate: honest.gate, experts: honest.experts)
      let drawn = RoutedTokens(sample([20, width], seed: 3), through: layer, k: 2)
      let tokens = drawn.keeping((0..<20).filter { drawn.radius(of: $0) > 1e-4 })
      let flow = GradientFlow(tokens, upstream: sample([tokens.count, width], seed: 2))
      let results = flow.results(router: "", setting: ClaimSetting(), flow.ways()) + [flow.trainableCount(router: "")]
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
    let drawn = RoutedTokens(sample([12, width], seed: 3), through: layer, k: 2)
    let tokens = drawn.keeping((0..<12).filter { drawn.radius(of: $0) > 1e-4 })
    let flow = GradientFlow(tokens, upstream: sample([tokens.count, width], seed: 2))
    let ways = flow.ways()
    #expect(ways.closedForm.count == 1 && disagreement(ways.closedForm, ways.autodiff) < 1e-12)
    let results = flow.results(router: "", setting: ClaimSetting(), ways) + [flow.trainableCount(router: "")]
    #expect(results.map(\.holds) == [true, true])
    let claim = try #require(GeneratedRowsClaim(router))
    #expect(claim.ranks().allSatisfy { $0.value == Double(claim.bound) } && claim.bound <= 3 * experts)
  }

  @Test("Of n tokens the smoother half is looked at, rounded up, the last token like the others", arguments: 1...7)
  func smoothHalf(_ count: Int) throws {
    let corpus = try Corpus(dialects: DialectCorpus(lines: 100))
    let configuration = Configuration(
      vocabulary: corpus.vocabulary.count, layers: 1, modelWidth: 8, heads: 2, headWidth: 4, expertWidth: 6,
      experts: 4, segment: 8, memory: 8, router: .smoe)
    let model = LanguageModel<Double>(configuration, seed: 1)
    let probe = try Probe(corpus.splits.validation.symbols, rows: 1, length: count, of: configuration)
    var course = Trajectory(configuration)
    course.look(at: model, step: 0, k: 2, probe)
    let results = ModelClaims(model, probe: probe, start: course.snapshots[0].layers, workers: .one)
      .results(router: "smoe")
    let looked = results.filter { $0.quantity.hasPrefix("tokens looked at") }
    #expect(looked.map(\.measured) == [Double((count + 1) / 2)])
  }

  @Test("Where no token is left, or no router was looked at, claims are undecided, and said to be")
  func noTokens() throws {
    let corpus = try Corpus(dialects: DialectCorpus(lines: 100))
    let configuration = Configuration(
      vocabulary: corpus.vocabulary.count, layers: 1, modelWidth: 8, heads: 2, headWidth: 4, expertWidth: 6,
      experts: 4, segment: 6, memory: 6, router: .smoe)
    let model = LanguageModel<Double>(configuration, seed: 1)
    let probe = try Probe(corpus.splits.validation.symbols, rows: 2, length: 6, of: configuration)
    func results() -> [ClaimResult] {
      var course = Trajectory(configuration)
      course.look(at: model, step: 0, k: 2, probe)
      return ModelClaims(model, probe: probe, start: course.snapshots[0].layers, workers: .one).results(router: "smoe")
    }
    func looked(_ results: [ClaimResult]) -> Double? {
      results.first { $0.quantity.hasPrefix("tokens looked at") }?.measured
    }
    #expect(ClaimResult.undecided(in: results(), about: [.smoe]).isEmpty && looked(results()) ?? 0 > 5)
    // With no gain in the LayerNorm before it, the mixture sees zeros: all logits are tied.
    let gain = try #require(model.parameters.first { $0.name == "layers.0.attention.norm.gain" })
    gain.value = 0 * gain.value
    let tied = results()
    #expect(looked(tied) == 0 && tied.allSatisfy { $0.holds ?? true })
    #expect(ClaimResult.undecided(in: tied, about: [.smoe]) == [1, 2, 3, 5])
    #expect(ClaimResult.undecided(in: [], about: []) == Array(1...7))
    #expect(ClaimResult.undecided(in: [], about: [.smoeDropout]) == [1, 2, 3, 4, 7])
    #expect(ClaimResult.undecided(in: [], about: RouterKind.allCases) == Array(1...7))
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
