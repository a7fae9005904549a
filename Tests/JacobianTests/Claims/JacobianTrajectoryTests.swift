import Autograd
import Corpora
import Hosts
import Jacobian
import Layers
import LinearAlgebra
import MixtureOfExperts
import Tensors
import TestSupport
import Testing
import Training

/// One short real training of a router: V of the dialects, L 1, d 24, N 4, k 2, 12 steps.
private func train(
  _ router: RouterKind, gate: GateOrder = .softmaxThenTopK, embeddingWidth: Int = 24, steps: Int = 12,
  rate: Double = 5e-3, hypernetworkWidth: Int = 48
) throws -> (trajectory: Trajectory, model: LanguageModel<Double>, probe: Probe) {
  let corpus = try Corpus(dialects: DialectCorpus(lines: 200))
  var configuration = Configuration(
    vocabulary: corpus.vocabulary.count, layers: 1, modelWidth: 24, heads: 2, headWidth: 6, expertWidth: 12,
    experts: 4, segment: 12, memory: 12, router: router)
  configuration.gateOrder = gate
  configuration.embeddingWidth = embeddingWidth
  configuration.hypernetworkWidth = hypernetworkWidth
  let options = TrainingOptions(
    batch: 4, steps: steps, learningRate: LearningRateSchedule(peak: rate, course: .constant),
    kSchedule: KSchedule(.constant, 2, 2), seed: 3, shards: 2)
  let probe = try Probe(corpus.splits.validation.symbols, rows: 2, length: 12, of: configuration)
  let (trajectory, model) = try Trajectory.training(
    configuration, options, symbols: corpus.splits.train.symbols, probe: probe, interval: 1, workers: .one)
  return (trajectory, model, probe)
}

@Suite("Jacobian, claims 4 to 6 along a real training")
struct JacobianTrajectoryTests {
  @Test(
    "Claim 4: SMoE-Dropout's routing terms of all steps stay in step 0's N−1 dimensions", arguments: GateOrder.allCases)
  func fixedSubspace(_ gate: GateOrder) throws {
    let (trajectory, model, probe) = try train(.smoeDropout, gate: gate)
    #expect(trajectory.snapshots.count == 13)
    #expect(trajectory.rankOfRoutingTerms(0) == 3, "reached, not merely respected")
    let angles = trajectory.routingAngles(0)
    #expect(angles.rankAtStart == 3 && angles.rankOfRows == 3 && angles.fillsRows)
    #expect(angles.toRows < 1e-12 && angles.toStart < 1e-12)
    #expect(angles.toRows <= angles.rounding && angles.toStart <= angles.rounding && angles.rounding < 1e-10)
    let (first, last) = (trajectory.snapshots[0].layers[0], trajectory.snapshots[12].layers[0])
    #expect(last.displacement(since: first) == 0 && last.drift(since: first) == nil)
    #expect(disagreement(first.routingTerms, last.routingTerms) > 0.1, "the terms themselves do change")
    let results = trajectory.fixedSubspace(router: "smoe-dropout")
    #expect(results.map(\.holds) == [nil, true, nil, true, true])
    #expect(results[1].findings.map(\.way) == ["closed form", "autodiff"] && results[1].measured == 3)
    #expect(trajectory.routingAngles(0, .autodiff).toRows <= angles.rounding)
    #expect(trajectory.rankOfRoutingTerms(0, .autodiff) == 3)
    for snapshot in trajectory.snapshots {
      #expect(disagreement(snapshot.layers[0].routingTerms, snapshot.layers[0].routingTermsByAutodiff) < 1e-12)
    }
    // The trained model's own terms, by the tape and by differences, lie in the row differences of step 0 as well.
    let layer = probe(model, k: 2)[0]
    let smooth = (0..<layer.tokens.count).filter { layer.tokens.radius(of: $0) > 1e-4 }.prefix(8)
    let upstream = layer.upstream.gatheringRows(smooth.map { Int32($0) })
    let claims = DecompositionClaims(layer.tokens.keeping(Array(smooth)), upstream: upstream)
    let rows = Subspace(spannedByRowsOf: first.rowDifferences)
    for (parts, tolerance) in [(claims.closedForm, 1e-13), (claims.autodiff, 1e-13), (claims.differences, 1e-8)] {
      for J2 in parts.throughGates {
        let outside = rows.removed(from: J2.transposed(0, 1)).sumOfSquares() / J2.sumOfSquares()
        #expect(outside.squareRoot() < tolerance)
      }
    }
  }

  @Test("Claim 4: where step 0's terms do not fill the row differences, later ones may leave them: no verdict")
  func unfilled() throws {
    let probe = try train(.smoeDropout, steps: 1).probe
    var trajectory = Trajectory(try train(.smoeDropout, steps: 1).model.configuration)
    // One token's routing terms at k = 1 have one dimension of three.
    let model = try train(.smoeDropout, steps: 1).model
    let few = try Probe(
      try Corpus(dialects: DialectCorpus(lines: 200)).splits.validation.symbols, rows: 1, length: 1,
      of: model.configuration)
    trajectory.look(at: model, step: 0, k: 1, few)
    trajectory.look(at: model, step: 1, k: 1, probe)
    let results = trajectory.fixedSubspace(router: "smoe-dropout")
    #expect(!trajectory.routingAngles(0).fillsRows && trajectory.routingAngles(0).rankAtStart == 1)
    #expect(results.map(\.holds) == [nil, true, nil, true, nil])
  }

  @Test(
    "Claim 4 is about fixed rows only: the other routers leave the subspace",
    arguments: [RouterKind.smoe, .hyperRouter])
  func movingSubspace(_ router: RouterKind) throws {
    let trajectory = try train(router).trajectory
    #expect(trajectory.rankOfRoutingTerms(0) > 3 && trajectory.routingAngles(0).toRows > 1e-3)
    // Each moment alone has N−1 dimensions, whatever the router.
    for snapshot in trajectory.snapshots {
      #expect(SingularValues(of: snapshot.layers[0].routingTerms).numericalRank() == 3)
    }
    #expect(trajectory.fixedSubspace(router: router.rawValue).allSatisfy { $0.holds == nil })
  }

  @Test(
    "Claim 5: a plain gradient step of w_j lies in the span of the tokens that it scores",
    arguments: GateOrder.allCases)
  func entanglement(_ gate: GateOrder) throws {
    let tokens = JacobianCase(router: "smoe", gate: gate, k: 2).tokens(10, thin: 0)
    let claim = EntanglementClaim(tokens, upstream: sample([10, width], seed: 2))
    #expect(claim.flow.tokens.count == width / 2)
    let gradient = claim.flow.autodiff[0]
    #expect(claim.outsideTokens("", gradient).value < 1e-12)
    #expect(claim.outsideTokens("", try #require(claim.flow.closedForm.first)).value < 1e-12)
    // Other directions would be seen.
    #expect(claim.outsideTokens("", sample([experts, width], seed: 8)).value > 0.1)
    let results = claim.results(router: "smoe", setting: ClaimSetting(), claim.flow.ways())
    #expect(results.map(\.holds) == [true] && results[0].findings.count == 3)
    let frozen = EntanglementClaim(
      JacobianCase(router: "smoe-dropout", gate: gate, k: 2).tokens(10, thin: 0),
      upstream: sample([10, width], seed: 2))
    #expect(frozen.results(router: "", setting: ClaimSetting(), frozen.flow.ways()).isEmpty, "nothing moves")
    if gate == .topKThenSoftmax {
      #expect((0..<experts).contains { claim.scoredTokens(of: $0).count < width / 2 })
    }
  }

  @Test("Claim 5: SMoE's rows drift towards their tokens, more than HyperRouter's; SMoE-Dropout's do not move")
  func drift() throws {
    let trajectories = try [RouterKind.smoe, .hyperRouter, .smoeDropout].map { try train($0).trajectory }
    let ends = trajectories.map { ($0.snapshots[0].layers[0], $0.snapshots[12].layers[0]) }
    let drifts = ends.map { $1.drift(since: $0) }
    let (towards, generated) = (try #require(drifts[0]), try #require(drifts[1]))
    let moved = ends.map { $1.displacement(since: $0) }
    #expect(towards > 0.2 && towards > generated && drifts[2] == nil)
    #expect(moved[0] > 5 * moved[1] && moved[1] > 0 && moved[2] == 0)
    let alignments = try ends.map { try #require($1.alignment) - #require($0.alignment) }
    #expect(alignments[0] > 0 && alignments[0] > alignments[1])
    for trajectory in trajectories {
      let results = trajectory.drift(router: "")
      #expect(results.count == (trajectory.router == .smoeDropout ? 2 : 3), "rows that did not move have no direction")
      #expect(results.allSatisfy { $0.holds == nil }, "measured, not a theorem")
      for result in results where result.quantity.contains("tokens") {
        #expect(!result.levels.isEmpty && result.levels.allSatisfy { abs($0.value) < 0.9 }, "beside its level")
      }
    }
  }

  @Test("Claim 6: the rank of ∂vec(W_r)/∂e is min(m, active units), three ways", arguments: [1, 4, 9, 16])
  func rankAtOneEmbedding(_ m: Int) throws {
    let router = hyperRouter(m: m, s: 9, seed: 2)
    let claim = try #require(GeneratedRowsClaim(router))
    #expect(claim.bound == min(m, router.hypernetwork.derivative(at: router.embedding.value).activeUnits.count { $0 }))
    #expect(claim.ranks().allSatisfy { $0.value == Double(claim.bound) })
    let results = claim.results(router: "", setting: ClaimSetting())
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
      #expect(span.results(router: "hyperrouter", setting: ClaimSetting()).allSatisfy { $0.holds != false })
    }
    #expect(spans[0].regions == 1 && spans[0].rank == 3, "m = 1 only rescales the rows")
    for span in spans.dropFirst() {
      #expect(span.regions > 1 && span.rank > 3 * span.embeddingWidth, "more than one region allows")
      #expect(span.rank < 24, "not merely all of ℝᵈ")
    }
  }

  @Test(
    "Claim 7: frozen weights keep their bits and have no optimiser state",
    arguments: [RouterKind.smoe, .smoeDropout, .hyperRouter])
  func frozen(_ router: RouterKind) throws {
    let (trajectory, model, _) = try train(router)
    let initial = LanguageModel<Double>(model.configuration, seed: 3)
    #expect(zip(initial.frozen, model.frozen).allSatisfy { $0.value == $1.value })
    #expect(!zip(initial.parameters, model.parameters).contains { $0.value == $1.value }, "all others moved")
    if router == .smoe {
      #expect(trajectory.frozenWeights(router: "").isEmpty, "nothing is frozen, nothing is claimed")
    } else {
      #expect(trajectory.changedFrozenNumbers == 0 && trajectory.frozenWithMoments == [])
      #expect(trajectory.frozenWeights(router: "").map(\.holds) == [true, true])
    }
    #expect(Trajectory(model.configuration).frozenWeights(router: "").isEmpty, "what nobody counted is not reported")
    var tampered = trajectory
    tampered.compareFrozen([Tensor([2], [0.0, 1])], [Tensor([2], [-0.0, 1])])
    #expect(tampered.changedFrozenNumbers == 1, "even the sign of zero counts")
  }

  @Test("A trained model's own tokens and gradients satisfy all claims", arguments: GateOrder.allCases)
  func trained(_ gate: GateOrder) throws {
    for router in [RouterKind.smoe, .smoeDropout, .hyperRouter, .coordinateWise] {
      // A narrow 𝓗 has fewer active units than e has numbers: a bound that could be exceeded.
      let (trajectory, model, probe) = try train(router, gate: gate, hypernetworkWidth: 20)
      let results = ModelClaims(model, probe: probe, start: trajectory.snapshots[0].layers, workers: .one)
        .results(router: router.rawValue)
      #expect(results.allSatisfy { $0.holds ?? true })
      let proven = Set(results.filter { $0.holds == true }.compactMap(\.claim))
      #expect(proven == router.provableClaims)
      #expect(ClaimResult.undecided(in: results, about: [router]).isEmpty)
      let silent = results.filter { $0.quantity.contains("where the gate is constant") }
      #expect(silent.isEmpty == (gate == .softmaxThenTopK) && silent.allSatisfy { $0.measured == 0 })
      // The bounds on the rank of one token's J₂ are reached by every token but in degenerate cases, which these are not.
      let tight = results.filter { $0.quantity == "tokens with a smaller rank of J₂ than that" }
      #expect(
        tight.count == (gate == .softmaxThenTopK ? 3 : 2) && tight.allSatisfy { $0.measured == 0 && $0.holds == nil })
    }
  }

  @Test("The curve trains one model for each m, in any order, and finds the smallest m that passes N−1")
  func curve() throws {
    let corpus = try Corpus(dialects: DialectCorpus(lines: 200))
    let curve = try RankCurve(
      embeddingWidths: [3, 1, 2], sizes: (experts: 3, width: 24, hypernetwork: 16), steps: 5, looks: 40, seed: 1,
      gate: .softmaxThenTopK, symbols: corpus.splits.train.symbols, probed: corpus.splits.validation.symbols,
      vocabulary: corpus.vocabulary.count, workers: .one)
    #expect(curve.spans.map(\.embeddingWidth) == [3, 1, 2] && curve.fixed == 2 && curve.passing == 2)
    #expect(curve.spans.allSatisfy { $0.looks == 6 && $0.ceiling == 12 && $0.rank <= ($0.sharperBound ?? 0) })
    #expect(curve.spans[1].rank == 2 && curve.spans[2].rank >= 4)
    let results = curve.results(router: "hyperrouter")
    #expect(results.count == 10 && results.allSatisfy { $0.claim == 6 && $0.holds != false })
    // The point of m = 2 is that of a training with the sizes that the curve says it has.
    var configuration = Configuration(
      vocabulary: corpus.vocabulary.count, layers: 1, modelWidth: 24, heads: 2, headWidth: 16, expertWidth: 32,
      experts: 3, segment: 16, memory: 16, router: .hyperRouter)
    configuration.hypernetworkWidth = 16
    configuration.embeddingWidth = 2
    let probe = try Probe(corpus.splits.validation.symbols, rows: 2, length: 16, of: configuration)
    let options = TrainingOptions(
      batch: 4, steps: 5, learningRate: LearningRateSchedule(peak: 2e-3, course: .constant),
      kSchedule: KSchedule(.constant, 2, 2), seed: 1, shards: 1)
    let training = try Trajectory.training(
      configuration, options, symbols: corpus.splits.train.symbols, probe: probe, interval: 1, workers: .one)
    let (point, expected) = (curve.spans[2], RoutingSpan(training.trajectory, layer: 0))
    #expect(point.effectiveRanks == expected.effectiveRanks, "the same bits")
    #expect(point.rank == expected.rank && point.bound == expected.bound && point.looks == expected.looks)
  }

  @Test("A router whose hypernetwork is dead gives every token the same scores: no trap, and nothing that fails")
  func deadHypernetwork() throws {
    let (trajectory, model, probe) = try train(.hyperRouter, steps: 1)
    let start = trajectory.snapshots[0].layers
    let router = try #require(probe(model, k: 2)[0].tokens.layer.router as? HyperRouter<Double>)
    func expectNoFailure() {
      let tokens = probe(model, k: 2)[0].tokens
      #expect((0..<tokens.count).allSatisfy { tokens.radius(of: $0) > 0 && tokens.margin(of: $0) == 0 })
      let results = ModelClaims(model, probe: probe, start: start, workers: .one).results(router: "hyperrouter")
      #expect(results.allSatisfy { $0.holds != false && $0.measured.isFinite })
    }
    let e = router.embedding.value
    router.embedding.value = 0 * e  // on every kink at once
    expectNoFailure()
    router.embedding.value = Tensor(e.shape, repeating: 1)
    let V1 = router.hypernetwork.hidden[0].V
    V1.restore(Tensor(V1.value.shape, repeating: -1))  // far below zero in every unit
    expectNoFailure()
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
