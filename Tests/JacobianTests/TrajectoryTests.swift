import Autograd
import Corpora
import Hosts
import Layers
import MixtureOfExperts
import Tensors
import TestSupport
import Testing
import Training

@testable import Jacobian

@Suite("Snapshots along a training")
struct TrajectoryTests {
  private let configuration = sizes(.smoe, layers: 2, width: 8, experts: 3, segment: 8)
  private let probe: Probe

  init() throws { probe = try Probe.of(configuration) }

  @Test(
    "The first snapshot is before the first step, the last after the last, whether or not the interval divides the steps",
    arguments: [(1, [0, 1, 2, 3, 4, 5]), (2, [0, 2, 4, 5]), (3, [0, 3, 5]), (5, [0, 5]), (9, [0, 5])])
  func snapshots(_ interval: Int, _ expected: [Int]) throws {
    let options = TrainingOptions(
      batch: 2, steps: 5, learningRate: LearningRateSchedule(peak: 1e-2, shape: .constant),
      kSchedule: KSchedule(.constant, 2, 2), seed: 1, shards: 1)
    let (trajectory, model) = try Trajectory.training(
      configuration, options, symbols: corpus.splits.train.symbols, probe: probe, interval: interval, workers: .one)
    #expect(trajectory.snapshots.map(\.step) == expected)
    // The model that is returned is the one of the last snapshot.
    for (layer, snapshot) in zip(probe(model, k: 2), try #require(trajectory.snapshots.last).layers) {
      #expect(layer.tokens.W_r == snapshot.W_r)
    }
  }

  @Test("Claim 5 of several layers: what is measured is the mean over them")
  func drift() throws {
    let model = LanguageModel<Double>(configuration, seed: 1)
    var trajectory = Trajectory(configuration)
    trajectory.record(model, step: 0, k: 2, probe)
    for (layer, scale) in [(0, 0.2), (1, 0.01)] {
      let rows = try #require(probe(model, k: 2)[layer].tokens.layer.router.parameters.first)
      rows.value = rows.value + sample(rows.value.shape, seed: UInt64(layer), scale: scale)
    }
    trajectory.record(model, step: 1, k: 2, probe)
    let (first, last) = (trajectory.snapshots[0].layers, trajectory.snapshots[1].layers)
    func mean(_ values: [Double?]) throws -> Double {
      try #require(values.count == 2 && values[0] != values[1])
      return try (#require(values[0]) + #require(values[1])) / 2
    }
    let expected = [
      "alignment of rows with their tokens": try mean(last.map(\.alignment)),
      "relative movement of W_r": try mean(zip(first, last).map { $1.displacement(since: $0) }),
      "cosine of rows' movement with their tokens": try mean(zip(first, last).map { $1.drift(since: $0) }),
    ]
    let results = trajectory.drift()
    #expect(Set(results.map(\.quantity)) == Set(expected.keys) && results.count == 3)
    for result in results { #expect(result.measured == expected[result.quantity], "\(result.quantity)") }
    let alignment = try #require(results.first { $0.findings.count == 2 })
    #expect(try alignment.findings.map(\.value) == [mean(first.map(\.alignment)), mean(last.map(\.alignment))])
  }
}

@Suite("Jacobian, the probe: what it sees is what the model sees")
struct JacobianProbeTests {
  @Test(
    "The probe's h and u are the model's with its memory full: every router's gradient from them is the model's own",
    arguments: [1, 2], [0, 6, 12, 20])
  func probe(_ layers: Int, _ memory: Int) throws {
    for router in [RouterKind.smoe, .hyperRouter] {
      let configuration = sizes(router, layers: layers, width: 12, memory: memory)
      let model = LanguageModel<Double>(configuration, seed: 4)
      let text = corpus.splits.validation.symbols
      let seen = try Probe.of(configuration)(model, k: 2)
      // By hand: row after row of the text, twelve symbols at a time, remembered.
      let row = text.count / 2
      func read(_ start: Int, _ memory: HostState<Double>, on tape: Tape<Double>) -> LanguageModel<Double>.Output {
        let symbols = [0, row].flatMap { text[$0 + start..<$0 + start + 12] }
        return model(symbols, batch: 2, state: memory, k: 2, random: nil, on: tape)
      }
      var remembered = HostState<Double>.empty
      var start = 0
      // A layer sees M back, so what the last one remembers rests on L·M symbols, here in whole segments.
      while start < layers * ((memory + 11) / 12) * 12 {
        remembered = read(start, remembered, on: .evaluating()).state
        start += 12
      }
      #expect(remembered.length == memory, "full")
      let training = TrainingTape<Double>()
      let output = read(start, remembered, on: training.tape)
      let targets = [0, row].flatMap { text[$0 + start + 1..<$0 + start + 13] }
      let gradients = training.gradients(of: crossEntropy(output.logits, targets: Array(targets)))
      #expect(seen.count == layers)
      for layer in seen {
        #expect(layer.tokens.count == 24)
        let flow = GradientFlow(layer.tokens, upstream: layer.upstream)
        let whole = try layer.tokens.layer.router.parameters.map { try #require(gradients[$0]) }
        #expect(disagreement(flow.closedForm, whole) < 1e-10)
        #expect(disagreement(layer.output, layer.tokens.layer.outputs(layer.tokens.h, k: 2)) < 1e-14)
      }
    }
  }

  @Test("A text too short to fill the memory is refused, not probed with less")
  func tooShort() throws {
    var configuration = Configuration(
      vocabulary: 5, layers: 2, modelWidth: 8, heads: 2, headWidth: 4, expertWidth: 6, experts: 4, segment: 6,
      memory: 9, router: .smoe)
    // 2 layers of 2 segments before the probed one, and one symbol more as the last target.
    #expect(Probe.minimumSymbols(rows: 3, length: 6, of: configuration) == 3 * 31)
    let text = [Int32](repeating: 1, count: 93)
    #expect(throws: Never.self) { try Probe(text, rows: 3, length: 6, of: configuration) }
    #expect(throws: CorpusError.self) { try Probe(Array(text.dropLast()), rows: 3, length: 6, of: configuration) }
    configuration.memory = 0
    #expect(Probe.minimumSymbols(rows: 3, length: 6, of: configuration) == 3 * 7)
  }
}

extension MoELayer<Double> {
  fileprivate func outputs(_ h: Tensor<Double>, k: Int) -> Tensor<Double> {
    self(Tape<Double>.evaluating().constant(h), k: k, random: nil).output.value
  }
}
