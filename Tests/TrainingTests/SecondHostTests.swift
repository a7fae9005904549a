import Autograd
import Corpora
import Foundation
import Hosts
import Layers
import MixtureOfExperts
import RunFiles
import Tensors
import TestSupport
import Testing

@testable import Training

/// A host that only the tests know is trained, measured, continued, finetuned and written like any other.
@Suite("A second host")
struct SecondHostTests {
  static let routers = RouterKind.allCases.filter(\.isSparse)

  private func run(_ router: RouterKind = .hyperRouter, dropout: Double = 0, steps: Int = 40) throws -> RunConfiguration
  {
    var run = try smallRun(router, steps: steps, learningRate: 0.02)
    run.model = .smallDecoder(router, vocabulary: run.vocabulary.count)
    run.model.dropout = dropout
    return run
  }

  @Test("learns, whatever the router; nothing is carried from segment to segment", arguments: routers)
  func learns(router: RouterKind) throws {
    let run = try run(router)
    try run.validate()
    let trainer = try run.trainer(run.model(Float.self))
    let losses = try (0..<40).map { _ in try trainer.step().loss }
    #expect(losses[0] > 2.9 && losses.suffix(3).allSatisfy { $0 < 2.7 }, "\(losses)")
    #expect(trainer.state.host.tensors.isEmpty)
  }

  @Test("interrupted and resumed equals uninterrupted, bit for bit, with dropout in unequal shards", arguments: routers)
  func resumed(router: RouterKind) throws {
    try expectExactResume(run(router, dropout: 0.2, steps: 12), stop: 5, Float.self)
  }

  @Test("is measured in windows of T symbols, half of them new, and only these count")
  func evaluated() throws {
    let model = try run().livelyModel(Double.self)
    let split = try smallCorpus().splits.validation
    let result = try Evaluation(model, on: split, workers: Workers(count: 2))(k: 2)
    #expect(result.symbols == split.symbols.count && result.coldSymbols == 0)
    #expect(mismatch([result.loss], [mean(readWindows(model, split))], relative: 1e-12) == nil)
    #expect(result.entropyPerLayer.count == 1 && result.loadPerLayer[0].count == 4)
  }

  @Test("writes text by what its last T symbols say of the next one")
  func generates() throws {
    let model = try run().livelyModel(Double.self)
    var generator = Generator(model, k: 2, sampling: Sampling(temperature: 0), seed: 1)
    var text: [Int32] = [3, 9, 17, 0, 24, 8, 1, 12]
    generator.read(text)
    for _ in 0..<8 {
      // A prompt is read a segment at a time, so T symbols of it are seen.
      let window = Array(text.suffix(6))
      let output = model(window, batch: 1, state: .empty, k: 2, random: nil, on: .evaluating())
      #expect(mismatch(generator.scores, output.logits.value.sliced(0, 5..<6).scalars, absolute: 1e-11) == nil)
      text.append(try generator.next())
    }
  }

  @Test("is finetuned as a classifier, written and read back", arguments: FinetuningCondition.allCases)
  func finetuned(condition: FinetuningCondition) throws {
    let run = try run()
    let finetuning = Finetuning(
      run.model(Float.self), on: try smallTask(context: 6), try run.finetuningOptions(), workers: .one)
    let outcome = try finetuning(condition, seed: 2, ks: [1, 4])
    #expect(outcome.result.test.map(\.k) == [1, 4])
  }

  @Test("is refused where only its name is read and the list of hosts does not have it")
  func unlisted() throws {
    let data = try JSON.encode(run())
    let read = try JSON.decode(RunConfiguration.self, from: data)
    #expect(read.model.host == HostKind(rawValue: "small-decoder"))
    #expect(throws: ConfigurationError("host", found: "small-decoder", expected: "transformer-xl")) {
      try read.validate()
    }
  }

  @Test("A router hears after every step what was decided in it, shard by shard")
  func finishedSteps() throws {
    let run = try run(.smoe, steps: 12)
    let heard = Heard()
    let model = run.model(Float.self).replacingFeedForwardSublayers { _, sublayer in
      guard let mixture = sublayer as? MoELayer<Float> else { return sublayer }
      let router = Listening(router: mixture.router, heard: heard)
      return MoELayer(router: router, gate: mixture.gate, experts: mixture.experts)
    }
    let trainer = try run.trainer(model)
    for step in 1...3 {
      let k = try trainer.step().k
      // 5 rows of 6 symbols in shards of 2 and 3 rows.
      #expect(heard.records.count == step && heard.records.last == [12 * k, 18 * k])
    }
    try trainer.check()
    #expect(heard.records.count == 3)
  }

  private final class Heard: @unchecked Sendable {
    var records: [[Int]] = []
  }

  private struct Listening: Router {
    let router: any Router<Float>
    let heard: Heard

    var parameters: [Parameter<Float>] { router.parameters }
    func logits(_ h: Variable<Float>) -> Variable<Float> { router.logits(h) }
    func finishStep(_ records: [RoutingRecord<Float>]) { heard.records.append(records.map(\.selection.count)) }
  }
}
