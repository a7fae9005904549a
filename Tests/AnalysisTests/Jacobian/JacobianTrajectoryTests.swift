import Analysis
import Autograd
import Corpora
import Layers
import MixtureOfExperts
import Tensors
import TestSupport
import Testing
import Training
import TransformerXL

/// One short real training of a router: V of the dialects, L 1, d 24, N 4, k 2, 12 steps.
private func train(
  _ router: RouterKind, gate: GateOrder = .softmaxThenTopK, embeddingWidth: Int = 24, steps: Int = 12
) throws -> (trajectory: Trajectory, model: LanguageModel<Double>, probe: Probe) {
  let corpus = try Corpus(dialects: DialectCorpus(lines: 200))
  var configuration = Configuration(
    vocabulary: corpus.vocabulary.count, layers: 1, modelWidth: 24, heads: 2, headWidth: 6, expertWidth: 12,
    experts: 4, segment: 12, memory: 12, router: router)
  configuration.gateOrder = gate
  configuration.embeddingWidth = embeddingWidth
  configuration.hypernetworkWidth = 48
  let options = TrainingOptions(
    batch: 4, steps: steps, learningRate: LearningRateSchedule(peak: 5e-3, course: .constant),
    kSchedule: KSchedule(.constant, 2, 2), seed: 3, shards: 2)
  let probe = try Probe(corpus.splits.validation.symbols, rows: 2, length: 12)
  let (trajectory, model) = try Trajectory.training(
    configuration, options, symbols: corpus.splits.train.symbols, probe: probe, interval: 1, workers: .one)
  return (trajectory, model, probe)
}

@Suite("Jacobian, claims 4 to 6 along a real training")
struct JacobianTrajectoryTests {
  @Test(
    "Claim 4: SMoE-Dropout's routing terms of all tokens at all steps stay in the N−1 dimensions of step 0",
    arguments: GateOrder.allCases)
  func fixedSubspace(_ gate: GateOrder) throws {
    let trajectory = try train(.smoeDropout, gate: gate).trajectory
    #expect(trajectory.snapshots.count == 13)
    #expect(trajectory.rankOfRoutingTerms(0) == 3, "reached, not merely respected")
    #expect(trajectory.largestAngleToRows(0) < 1e-12)
    #expect(trajectory.largestAngleToStart(0) < 1e-12)
    let (first, last) = (trajectory.snapshots[0].layers[0], trajectory.snapshots[12].layers[0])
    #expect(last.displacement(since: first) == 0 && last.drift(since: first) == 0)
    #expect(disagreement(first.routingTerms, last.routingTerms) > 0.1, "the terms themselves do change")
    #expect(trajectory.fixedSubspace(router: "smoe-dropout").allSatisfy { $0.holds != false })
  }

  @Test(
    "Claim 4 is about fixed rows only: the other routers leave the subspace",
    arguments: [RouterKind.smoe, .hyperRouter])
  func movingSubspace(_ router: RouterKind) throws {
    let trajectory = try train(router).trajectory
    #expect(trajectory.rankOfRoutingTerms(0) > 3 && trajectory.largestAngleToRows(0) > 1e-3)
    // Each moment alone has N−1 dimensions, whatever the router.
    for snapshot in trajectory.snapshots {
      #expect(SingularValues(of: snapshot.layers[0].routingTerms).numericalRank() == 3)
    }
    #expect(trajectory.fixedSubspace(router: router.rawValue).allSatisfy { $0.holds == nil })
  }

  @Test(
    "Claim 5: a plain gradient step moves w_j inside the span of the tokens that it scores",
    arguments: GateOrder.allCases)
  func entanglement(_ gate: GateOrder) {
    let tokens = JacobianCase(router: "smoe", gate: gate, k: 2).tokens(10, thin: 0)
    let claim = EntanglementClaim(tokens, upstream: sample([10, width], seed: 2))
    #expect(claim.flow.tokens.count == width / 2)
    let gradient = claim.flow.autodiff[0]
    #expect(claim.outsideTokens(gradient) < 1e-13)
    #expect(claim.outsideTokens(claim.flow.closedForm[0]) < 1e-13)
    let W: Tensor<Double> = tokens.W_r
    var moved = W
    moved.add(gradient, scaledBy: -0.5)
    #expect(claim.outsideTokens(moved - W) < 1e-13)
    // Other directions would be seen.
    #expect(claim.outsideTokens(sample([experts, width], seed: 8)) > 0.1)
    #expect(claim.results(router: "smoe", setting: "", claim.flow.ways()).allSatisfy { $0.holds == true })
    if gate == .topKThenSoftmax {
      #expect((0..<experts).contains { claim.scoredTokens(of: $0).count < width / 2 })
    }
  }

  @Test("Claim 5: SMoE's rows turn towards their tokens more than HyperRouter's; SMoE-Dropout's cannot")
  func drift() throws {
    let smoe = try train(.smoe).trajectory
    let hyper = try train(.hyperRouter).trajectory
    func ends(_ trajectory: Trajectory) -> (LayerSnapshot, LayerSnapshot) {
      (trajectory.snapshots[0].layers[0], trajectory.snapshots[12].layers[0])
    }
    let (s0, s1) = ends(smoe)
    let (h0, h1) = ends(hyper)
    #expect(s1.drift(since: s0) > 0.2 && s1.alignment > s0.alignment)
    #expect(s1.displacement(since: s0) > 5 * h1.displacement(since: h0))
    #expect((smoe.drift(router: "smoe") + hyper.drift(router: "h")).allSatisfy { $0.holds == nil })
  }

  @Test("Claim 6: the rank of ∂vec(W_r)/∂e is min(m, active units), three ways", arguments: [1, 4, 9, 16])
  func rankAtOneEmbedding(_ m: Int) throws {
    let router = hyperRouter(m: m, s: 9, seed: 2)
    let claim = GeneratedRowsClaim(router)
    #expect(claim.bound == min(m, router.hypernetwork.derivative(at: router.embedding.value).activeUnits.count { $0 }))
    #expect(claim.ranks.allSatisfy { $0.value == Double(claim.bound) })
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
    for (m, least) in [(1, 3), (2, 6), (4, 12)] {
      let span = RoutingSpan(try train(.hyperRouter, embeddingWidth: m).trajectory, layer: 0)
      #expect(span.rank == span.sharperBound && span.rank >= least)
      #expect(span.sharperBound <= span.bound && span.switchedUnits >= span.regions - 1 || span.regions == 1)
      #expect(m > 1 || (span.regions == 1 && span.rank == 3))
      #expect(span.results(router: "hyperrouter", setting: "").allSatisfy { $0.holds != false })
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
    #expect(trajectory.changedFrozenNumbers == 0 && trajectory.frozenWithGradient.isEmpty)
    #expect(trajectory.frozenWeights(router: "").allSatisfy { $0.holds == true })
    var tampered = trajectory
    tampered.compareFrozen([Tensor([2], [0.0, 1])], [Tensor([2], [-0.0, 1])])
    #expect(tampered.changedFrozenNumbers == 1, "even the sign of zero counts")
  }

  @Test("A trained model's own tokens and gradients satisfy all claims", arguments: GateOrder.allCases)
  func trained(_ gate: GateOrder) throws {
    for router in [RouterKind.smoe, .smoeDropout, .hyperRouter] {
      let (_, model, probe) = try train(router, gate: gate)
      let results = ModelClaims(model, probe: probe, workers: .one).results(router: router.rawValue)
      #expect(results.allSatisfy { $0.holds == true })
      #expect(Set(results.map(\.claim)).isSuperset(of: [1, 2, 3, 7]))
    }
  }

  @Test("The probe's gradient is the model's: c(h) from it is ∂L/∂b_r's sum over tokens")
  func probe() throws {
    let (_, model, probe) = try train(.smoe, steps: 1)
    let layer = probe(model, k: 2)[0]
    let flow = GradientFlow(layer.tokens, upstream: layer.upstream)
    #expect(layer.upstream.sumOfSquares() > 0)
    #expect(disagreement(flow.closedForm, flow.autodiff) < 1e-12)
    #expect(disagreement(layer.output, layer.tokens.layer.outputs(layer.tokens.h, k: 2)) < 1e-14)
  }

  private func hyperRouter(m: Int, s: Int, seed: UInt64) -> HyperRouter<Double> {
    let initializer = Initializer<Double>(seed: seed)
    let router = HyperRouter(
      "router", width: width, experts: experts, embeddingWidth: m,
      hypernetwork: Hypernetwork(
        "hypernetwork", inputs: m, width: s, depth: 2, outputs: experts * (width + 1), initializer: initializer),
      initializer: initializer)
    return router
  }
}

extension MoELayer<Double> {
  fileprivate func outputs(_ h: Tensor<Double>, k: Int) -> Tensor<Double> {
    self(Tape<Double>.evaluating().constant(h), k: k, random: nil).output.value
  }
}
