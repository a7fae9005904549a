import Autograd
import Hosts
import Layers
import LinearAlgebra
import MixtureOfExperts
import Tensors
import TestSupport
import Testing
import Training

@testable import Jacobian

@Suite("Jacobian, claim 6: how many dimensions generated rows reach")
struct JacobianRanksTests {
  @Test("Claim 6: the rank of ∂vec(W_r)/∂e is min(m, active units), three ways", arguments: [1, 4, 9, 16])
  func rankAtOneEmbedding(_ m: Int) throws {
    let router = hyperRouter(m: m, s: 9, seed: 2)
    let claim = try #require(GeneratedRowsClaim(router))
    #expect(claim.bound == min(m, router.hypernetwork.derivative(at: router.embedding.value).activeUnits.count { $0 }))
    #expect(claim.ranks().allSatisfy { $0.value == Double(claim.bound) })
    let results = claim.results(ClaimSetting())
    #expect(results.map(\.holds) == [claim.bound < m ? true : nil, true], "m columns have rank m at most")
    #expect(results[1].findings.count == 3 && results[1].measured < 1e-9 && results[1].measured > 0)
  }

  @Test("Claim 6: inside one ReLU region W_r is linear in e")
  func linear() {
    let router = hyperRouter(m: 4, s: 9, seed: 2)
    let e = router.embedding.value
    let derivative = router.hypernetwork.derivative(at: e)
    func rows() -> Tensor<Double> { router.weights(on: .evaluating()).W_r.value }
    let W = rows()
    let generated = derivative.jacobian.matrixProduct(e.reshaped([4, 1])).reshaped([experts, width + 1])
    #expect(mismatch(W.scalars, generated.sliced(1, 0..<width).scalars, absolute: 1e-13) == nil)
    router.embedding.value = 3 * e
    #expect(mismatch(rows().scalars, (3 * W).scalars, absolute: 1e-12) == nil)
    router.embedding.value = -e
    #expect(disagreement(rows(), -W) > 0.1, "another region")
  }

  @Test("Claim 6: over R regions the subspaces have min(d, (N−1)·(m+F)) dimensions, m = 1 no more than a fixed router")
  func union() throws {
    // Large steps, so that e crosses from region to region.
    let spans = try (1...4).map { m in
      RoutingSpan(try train(.hyperRouter, embeddingWidth: m, rate: 5e-2).trajectory, layer: 0)
    }
    for (span, m) in zip(spans, 1...4) {
      #expect(span.embeddingWidth == m && span.bound == min(24, 3 * m * span.regions))
      #expect(span.sharperBound == min(span.bound, 3 * (m + span.switchedUnits)))
      #expect(span.rank == span.sharperBound, "reached, not merely respected")
      // A region is a set of active units, so F units that switch make at most 2^F of them.
      #expect(span.regions <= 1 << min(span.switchedUnits, 20))
      #expect(span.results(ClaimSetting()).allSatisfy { $0.holds != false })
    }
    #expect(spans[0].regions == 1 && spans[0].rank == 3, "m = 1 only rescales the rows")
    for span in spans.dropFirst() {
      #expect(span.regions > 1 && span.rank > 3 * span.embeddingWidth, "more than one region allows")
      #expect(span.rank < 24, "not merely all of ℝᵈ")
    }
  }

  @Test("The curve trains one model for each m, in any order, and finds the smallest m that passes N−1")
  func curve() throws {
    let curve = try RankCurve(
      embeddingWidths: [3, 1, 2], sizes: CurveSizes(experts: 3, modelWidth: 24, hypernetworkWidth: 16, steps: 5),
      seed: 1, gate: .softmaxThenTopK, corpus: corpus, workers: .one)
    #expect(curve.spans.map(\.embeddingWidth) == [3, 1, 2] && curve.fixed == 2 && curve.passing == 2)
    #expect(curve.spans.allSatisfy { $0.snapshots == 6 && $0.ceiling == 12 && $0.rank <= ($0.sharperBound ?? 0) })
    #expect(curve.spans[1].rank == 2 && curve.spans[2].rank >= 4)
    let results = curve.results
    #expect(results.count == 10 && results.allSatisfy { $0.claim == .generatedRows && $0.holds != false })
    // The point of m = 2 is that of a training with the sizes that the curve says it has.
    var configuration = Configuration(
      vocabulary: corpus.vocabulary.count, layers: 1, modelWidth: 24, heads: 2, headWidth: 16, expertWidth: 32,
      experts: 3, segment: 16, memory: 16, router: .hyperRouter)
    configuration.hypernetworkWidth = 16
    configuration.embeddingWidth = 2
    let probe = try Probe(corpus.splits.validation.symbols, rows: 2, length: 16, of: configuration)
    let options = TrainingOptions(
      batch: 4, steps: 5, learningRate: LearningRateSchedule(peak: 2e-3, shape: .constant),
      kSchedule: KSchedule(.constant, 2, 2), seed: 1, shards: 1)
    let training = try Trajectory.training(
      configuration, options, symbols: corpus.splits.train.symbols, probe: probe, interval: 1, workers: .one)
    let (point, expected) = (curve.spans[2], RoutingSpan(training.trajectory, layer: 0))
    #expect(point.effectiveRanks == expected.effectiveRanks, "the same bits")
    #expect(point.rank == expected.rank && point.bound == expected.bound && point.snapshots == expected.snapshots)
  }

  @Test(
    "Claim 6: a bias in 𝓗 that is not zero adds one dimension to each row: m + 1 in the bound, reached",
    arguments: ["none", "hidden", "output"])
  func biases(_ place: String) throws {
    var configuration = sizes(.hyperRouter, width: 32)
    configuration.embeddingWidth = 2
    configuration.hypernetworkWidth = 40
    let model = LanguageModel<Double>(configuration, seed: 3)
    let probe = try Probe.of(configuration, rows: 4)
    let router = try #require(probe(model, k: 2)[0].tokens.layer.router as? HyperRouter<Double>)
    let (hidden, output) = (router.hypernetwork.hidden[0].a, router.hypernetwork.output.a)
    if place == "hidden" { hidden.restore(sample(hidden.value.shape, seed: 1, scale: 0.02)) }
    if place == "output" { output.restore(sample(output.value.shape, seed: 2, scale: 0.02)) }

    // e walks about in its region, far enough to be seen in all directions.
    var trajectory = Trajectory(configuration)
    let e = router.embedding.value
    for step in 0..<8 {
      router.embedding.value = e + sample(e.shape, seed: UInt64(step), scale: 0.003)
      trajectory.record(model, step: step, k: 2, probe)
    }
    let span = RoutingSpan(trajectory, layer: 0)
    #expect(span.regions == 1 && span.switchedUnits == 0)
    let inputs = place == "none" ? 2 : 3
    #expect(span.isAffine == (place != "none"))
    #expect(span.bound == 3 * inputs && span.sharperBound == 3 * inputs)
    #expect(span.rank == 3 * inputs && span.rankByAutodiff == 3 * inputs, "reached: 3·2 would be refuted by 3·3")
    let results = span.results(ClaimSetting())
    #expect(results.map(\.holds) == [true, true, nil])
    #expect(results[0].quantity.contains("(m+1)") == (place != "none"))
  }

  @Test(
    "Effective ranks of terms that grow and shrink: every snapshot counts alike, and one snapshot stands beside all")
  func effectiveRanks() throws {
    let configuration = sizes(.smoe, experts: 3)
    let model = LanguageModel<Double>(configuration, seed: 3)
    let probe = try Probe.of(configuration, rows: 4)
    let router = try #require(probe(model, k: 2)[0].tokens.layer.router.parameters.first)
    let (first, second): (Tensor<Double>, Tensor<Double>) = (
      sample(router.value.shape, seed: 7, scale: 2e-5), sample(router.value.shape, seed: 8, scale: 0.02)
    )
    var trajectory = Trajectory(configuration)
    router.value = first
    trajectory.record(model, step: 0, k: 2, probe)
    let alone = trajectory.effectiveRanks(0)
    #expect(abs(alone.together - alone.single) < 1e-12 && alone.together <= 2 + 1e-9)
    // Other rows, a thousand times as large, make terms a thousand times as large: they would count alone.
    router.value = second
    trajectory.record(model, step: 1, k: 2, probe)
    let sizes = trajectory.snapshots.map { $0.layers[0].comparedTerms.sumOfSquares().squareRoot() }
    #expect(sizes[1] > 300 * sizes[0])
    let both = trajectory.effectiveRanks(0)
    #expect(both.together > 2.2 && both.together <= 4 && both.single <= 2 + 1e-9)
  }

  private func hyperRouter(m: Int, s: Int, seed: UInt64) -> HyperRouter<Double> {
    let initializer = Initializer<Double>(seed: seed)
    let sizes = RouterSizes(width: width, experts: experts, embeddingWidth: m, hypernetworkWidth: s)
    return HyperRouter(
      "router", sizes,
      sharing: Hypernetwork("hypernetwork", sizes, outputs: experts * (width + 1), initializer: initializer),
      initializer: initializer)
  }
}
