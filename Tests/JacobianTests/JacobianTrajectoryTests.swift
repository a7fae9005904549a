import Autograd
import Corpora
import Hosts
import Layers
import LinearAlgebra
import MixtureOfExperts
import Tensors
import TestSupport
import Testing
import Training

@testable import Jacobian

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
    let results = trajectory.fixedSubspace()
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
    for (way, parts, _) in claims.ways.all {
      for J2 in parts.throughGates {
        #expect(rows.removed(from: J2.transposed(0, 1)).norm / J2.norm < (way == .differences ? 1e-8 : 1e-13))
      }
    }
  }

  @Test("Claim 4: where step 0's terms do not fill the row differences, later ones may leave them: no verdict")
  func unfilled() throws {
    let (_, model, probe) = try train(.smoeDropout, steps: 1)
    var trajectory = Trajectory(model.configuration)
    // One token's routing terms at k = 1 have one dimension of three.
    let few = try Probe(corpus.splits.validation.symbols, rows: 1, length: 1, of: model.configuration)
    trajectory.record(model, step: 0, k: 1, few)
    trajectory.record(model, step: 1, k: 1, probe)
    let results = trajectory.fixedSubspace()
    #expect(!trajectory.routingAngles(0).fillsRows && trajectory.routingAngles(0).rankAtStart == 1)
    #expect(results.map(\.holds) == [nil, true, nil, true, nil])
  }

  @Test(
    "Claim 4 in angles is decided where rounding hides less than 1e-6 of them: rows that nearly depend on each other")
  func nearlyDependent() throws {
    let configuration = sizes(.smoeDropout)
    let model = LanguageModel<Double>(configuration, seed: 3)
    let probe = try Probe.of(configuration)
    let weight = try #require(probe(model, k: 2)[0].tokens.layer.router.frozen.first)
    let rows: Tensor<Double> = sample([3, 24], seed: 1, scale: 0.1)
    let other: Tensor<Double> = sample([1, 24], seed: 2, scale: 0.1)
    // The fourth row is the mean of the others but for a part of this size.
    func rounding(_ size: Double) throws -> (value: Double, verdicts: [Bool?]) {
      let last = rows.mean(axis: 0).reshaped([1, 24]) + size * other
      weight.restore(.concatenated([rows, last], axis: 0))
      var trajectory = Trajectory(configuration)
      trajectory.record(model, step: 0, k: 2, probe)
      let value = max(trajectory.routingAngles(0).rounding, trajectory.routingAngles(0, .autodiff).rounding)
      return (value, trajectory.fixedSubspace().suffix(2).map(\.holds))
    }
    // It is inversely proportional to the part.
    let unit = try rounding(1e-6).value * 1e-6
    let (below, above) = (try rounding(unit / 0.8e-6), try rounding(unit / 1.25e-6))
    #expect(below.value > 0.6e-6 && below.value < 1e-6 && above.value > 1e-6 && above.value < 1.7e-6)
    #expect(below.verdicts == [true, true] && above.verdicts == [nil, nil])
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
    #expect(trajectory.fixedSubspace().allSatisfy { $0.holds == nil })
  }

  @Test(
    "Claim 5: a plain gradient step of w_j lies in the span of the tokens that it scores",
    arguments: GateOrder.allCases)
  func entanglement(_ gate: GateOrder) throws {
    let tokens = JacobianCase(router: "smoe", gate: gate, k: 2).tokens(10, thin: 0)
    let claim = EntanglementClaim(tokens, upstream: sample([10, width], seed: 2))
    #expect(claim.flow.tokens.count == width / 2)
    let gradient = claim.flow.autodiff[0]
    for found in [gradient, try #require(claim.flow.closedForm.first)] {
      #expect(claim.outsideTokens("", found).value < 1e-12)
    }
    // Other directions would be seen.
    #expect(claim.outsideTokens("", sample([experts, width], seed: 8)).value > 0.1)
    let results = claim.results(ClaimSetting(), claim.flow.ways())
    #expect(results.map(\.holds) == [true] && results[0].findings.count == 3)
    let frozen = EntanglementClaim(
      JacobianCase(router: "smoe-dropout", gate: gate, k: 2).tokens(10, thin: 0),
      upstream: sample([10, width], seed: 2))
    #expect(frozen.results(ClaimSetting(), frozen.flow.ways()).isEmpty, "nothing moves")
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
      let results = trajectory.drift()
      #expect(results.count == (trajectory.router == .smoeDropout ? 2 : 3), "rows that did not move have no direction")
      #expect(results.allSatisfy { $0.holds == nil }, "measured, not a theorem")
      for result in results where result.quantity.contains("tokens") {
        #expect(
          !result.levels.isEmpty && result.levels.allSatisfy { abs($0.value) < 0.9 }, "beside its chance baseline")
      }
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
      #expect(trajectory.frozenWeights().isEmpty, "nothing is frozen, nothing is claimed")
    } else {
      #expect(trajectory.changedFrozenNumbers == 0 && trajectory.frozenWithMoments == [])
      #expect(trajectory.frozenWeights().map(\.holds) == [true, true])
    }
    #expect(Trajectory(model.configuration).frozenWeights().isEmpty, "what nobody counted is not reported")
    var tampered = trajectory
    tampered.compareFrozen([Tensor([2], [0.0, 1])], [Tensor([2], [-0.0, 1])])
    #expect(tampered.changedFrozenNumbers == 1, "even the sign of zero counts")
  }

  @Test("A trained model's own tokens and gradients satisfy all claims", arguments: GateOrder.allCases)
  func trained(_ gate: GateOrder) throws {
    for router in [RouterKind.smoe, .smoeDropout, .hyperRouter, .coordinateWise, .expertChoice] {
      // A narrow 𝓗 has fewer active units than e has numbers: a bound that could be exceeded.
      let (trajectory, model, probe) = try train(router, gate: gate, hypernetworkWidth: 20)
      let results = ModelClaims(model: model, probe: probe, start: trajectory.snapshots[0].layers, workers: .one)
        .results
      #expect(results.allSatisfy { $0.holds ?? true })
      let proven = Set(results.filter { $0.holds == true }.compactMap { $0.claim?.number })
      // Claims 5 and 7 are about training, where experts choose and nothing is proven of them.
      #expect((router == .expertChoice ? proven.subtracting([5, 7]) : proven) == router.provableClaims)
      #expect(ClaimVerdict.all(results, about: [router]).allSatisfy { $0.holds == true })
      let silent = results.filter { $0.quantity.contains("where the gate is constant") }
      #expect(silent.isEmpty == (gate == .softmaxThenTopK) && silent.allSatisfy { $0.measured == 0 })
      // The bounds on the rank of one token's J₂ are reached by every token but in degenerate cases, which these are not.
      let tight = results.filter { $0.quantity == "tokens with a smaller rank of J₂ than that" }
      #expect(
        tight.count == (gate == .softmaxThenTopK ? 3 : 2) && tight.allSatisfy { $0.measured == 0 && $0.holds == nil })
    }
  }

  @Test("A router whose hypernetwork is dead gives every token the same scores: no trap, and nothing that fails")
  func deadHypernetwork() throws {
    let (trajectory, model, probe) = try train(.hyperRouter, steps: 1)
    let start = trajectory.snapshots[0].layers
    let router = try #require(probe(model, k: 2)[0].tokens.layer.router as? HyperRouter<Double>)
    func expectNoFailure() {
      let tokens = probe(model, k: 2)[0].tokens
      #expect((0..<tokens.count).allSatisfy { tokens.radius(of: $0) > 0 && tokens.margin(of: $0) == 0 })
      let results = ModelClaims(model: model, probe: probe, start: start, workers: .one).results
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
}
