import Corpora
import Hosts
import MixtureOfExperts
import Tensors
import TestSupport
import Testing
import Training

@testable import Jacobian

@Suite("Looks along a training")
struct TrajectoryTests {
  private let configuration = sizes(.smoe, layers: 2, width: 8, experts: 3, segment: 8)
  private let probe: Probe

  init() throws { probe = try Probe.of(configuration) }

  @Test(
    "The first look is before the first step, the last after the last, whether or not the interval divides the steps",
    arguments: [(1, [0, 1, 2, 3, 4, 5]), (2, [0, 2, 4, 5]), (3, [0, 3, 5]), (5, [0, 5]), (9, [0, 5])])
  func looks(_ interval: Int, _ expected: [Int]) throws {
    let options = TrainingOptions(
      batch: 2, steps: 5, learningRate: LearningRateSchedule(peak: 1e-2, course: .constant),
      kSchedule: KSchedule(.constant, 2, 2), seed: 1, shards: 1)
    let (trajectory, model) = try Trajectory.training(
      configuration, options, symbols: corpus.splits.train.symbols, probe: probe, interval: interval, workers: .one)
    #expect(trajectory.snapshots.map(\.step) == expected)
    // The model that is returned is the one of the last look.
    for (layer, snapshot) in zip(probe(model, k: 2), try #require(trajectory.snapshots.last).layers) {
      #expect(layer.tokens.W_r == snapshot.W_r)
    }
  }

  @Test("Claim 5 of several layers: what is measured is the mean over them")
  func drift() throws {
    let model = LanguageModel<Double>(configuration, seed: 1)
    var course = Trajectory(configuration)
    course.look(at: model, step: 0, k: 2, probe)
    for (layer, scale) in [(0, 0.2), (1, 0.01)] {
      let rows = try #require(probe(model, k: 2)[layer].tokens.layer.router.parameters.first)
      rows.value = rows.value + sample(rows.value.shape, seed: UInt64(layer), scale: scale)
    }
    course.look(at: model, step: 1, k: 2, probe)
    let (first, last) = (course.snapshots[0].layers, course.snapshots[1].layers)
    func mean(_ values: [Double?]) throws -> Double {
      try #require(values.count == 2 && values[0] != values[1])
      return try (#require(values[0]) + #require(values[1])) / 2
    }
    let expected = [
      "alignment of rows with their tokens": try mean(last.map(\.alignment)),
      "relative movement of W_r": try mean(zip(first, last).map { $1.displacement(since: $0) }),
      "cosine of rows' movement with their tokens": try mean(zip(first, last).map { $1.drift(since: $0) }),
    ]
    let results = course.drift()
    #expect(Set(results.map(\.quantity)) == Set(expected.keys) && results.count == 3)
    for result in results { #expect(result.measured == expected[result.quantity], "\(result.quantity)") }
    let alignment = try #require(results.first { $0.findings.count == 2 })
    #expect(try alignment.findings.map(\.value) == [mean(first.map(\.alignment)), mean(last.map(\.alignment))])
  }
}
