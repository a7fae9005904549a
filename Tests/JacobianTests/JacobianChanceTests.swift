import Hosts
import MixtureOfExperts
import Tensors
import TestSupport
import Testing

@testable import Jacobian

@Suite("Jacobian, levels: what a cosine would be by chance")
struct JacobianChanceTests {
  private let model: LanguageModel<Double>
  private let probe: Probe

  init() throws {
    let configuration = sizes(.smoe, segment: 24, memory: 12)
    model = LanguageModel(configuration, seed: 1)
    probe = try Probe.of(configuration, rows: 8)
  }

  @Test("Rows that move at random score well above 0, because tokens are regrouped by them: about the level")
  func random() throws {
    let router = try #require(probe(model, k: 2)[0].tokens.layer.router.parameters.first)
    let start = snapshot()
    let initial = router.value
    var (drifts, levels, alignments) = ([Double](), [Double](), [Double]())
    for seed: UInt64 in 1...8 {
      router.value = initial + sample(initial.shape, seed: seed, scale: 0.06)
      let moved = snapshot()
      drifts.append(try #require(moved.drift(since: start)))
      levels.append(try #require(moved.driftLevel(since: start)))
      alignments.append(try #require(moved.alignment) - #require(moved.alignmentLevel))
    }
    let (drift, level) = (drifts.reduce(0, +) / 8, levels.reduce(0, +) / 8)
    #expect(level > 0.1, "not 0: \(level)")
    #expect(abs(drift - level) < 0.06, "\(drift) beside \(level)")
    #expect(abs(alignments.reduce(0, +) / 8) < 0.06)
    #expect(start.driftLevel(since: start) == nil && snapshot().driftLevel(since: start) == levels.last, "reproducible")
  }

  @Test("Rows that move towards their tokens score far above the level")
  func towards() throws {
    let router = try #require(probe(model, k: 2)[0].tokens.layer.router.parameters.first)
    let start = snapshot()
    let means = start.groups.centredMeans.map { $0 ?? .zeros([1, 24]) }
    router.value = router.value + Tensor.concatenated(means.map { $0.scaled(by: 0.3) }, axis: 0)
    let moved = snapshot()
    #expect(try #require(moved.drift(since: start)) > #require(moved.driftLevel(since: start)) + 0.4)
    #expect(try #require(moved.alignment) > #require(moved.alignmentLevel) + 0.4)
  }

  @Test("Rows moved by as much in every number have no other order to be put in: their level is their own cosine")
  func invariant() throws {
    let router = try #require(probe(model, k: 2)[0].tokens.layer.router.parameters.first)
    // Without a gain the numbers of a token would add up to 0, and such rows would see nothing.
    let gain = try #require(model.parameters.first { $0.name == "layers.0.attention.norm.gain" })
    gain.value = sample(gain.value.shape, seed: 6)
    let common: Tensor<Double> = sample([1, 24], seed: 7, scale: 0.1)
    router.value = common.broadcast(to: [4, 24]).contiguous()
    let start = snapshot()
    router.value = router.value + Tensor([4, 1], [0.4, -0.1, 0.2, -0.5]).broadcast(to: [4, 24])
    let moved = snapshot()
    let (drift, alignment) = (try #require(moved.drift(since: start)), try #require(moved.alignment))
    #expect(abs(drift) > 0.01 && abs(alignment) > 0.01)
    #expect(abs(try #require(moved.driftLevel(since: start)) - drift) < 1e-9)
    #expect(abs(try #require(moved.alignmentLevel) - alignment) < 1e-9)
  }

  @Test("Experts alike whatever they see are as alike on other tokens; alike on the same token only, they are not")
  func experts() {
    let common: Tensor<Double> = sample([1, 1, 40], seed: 1)
    let own: Tensor<Double> = sample([4, 30, 40], seed: 2, scale: 0.1)
    let E = common.broadcast(to: [4, 30, 40]).contiguous() + own
    #expect(meanExpertSimilarity(E) > 0.9 && abs(meanUnpairedExpertSimilarity(E) - meanExpertSimilarity(E)) < 0.01)
    let token: Tensor<Double> = sample([1, 30, 40], seed: 3)
    let same = Tensor.concatenated([token, token, token], axis: 0)
    #expect(meanExpertSimilarity(same) > 0.999 && abs(meanUnpairedExpertSimilarity(same)) < 0.1)
  }

  private func snapshot() -> LayerSnapshot { Trajectory.snapshot(model, probe)[0] }
}
