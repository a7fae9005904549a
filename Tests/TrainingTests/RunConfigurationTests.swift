import Corpora
import Foundation
import Hosts
import MixtureOfExperts
import RunFiles
import Testing

@testable import Training

@Suite("Run configuration")
struct RunConfigurationTests {
  /// A change that makes a description impossible, and the setting that should be named.
  struct Damage: Sendable {
    let name: String
    let change: @Sendable (inout RunConfiguration) -> Void

    init(_ name: String, _ change: @escaping @Sendable (inout RunConfiguration) -> Void) {
      self.name = name
      self.change = change
    }
  }

  @Test("What is written is read back", arguments: RouterKind.allCases)
  func roundTrip(router: RouterKind) throws {
    var run = try smallRun(router, dropout: 0.3)
    run.model.gateOrder = .topKThenSoftmax
    run.model.norm = .pre
    run.model.sharesHypernetwork = true
    run.model.hypernetworkDepth = 3
    let before = try JSON.encode(run)
    #expect(!String(decoding: before, as: UTF8.self).contains("balanceCoefficient"), "older runs have none")
    #expect(try JSON.decode(RunConfiguration.self, from: before) == run)
    run.model.balanceCoefficient = 0.25
    run.training.learningRate = LearningRateSchedule(peak: 0.1, shape: .constant, warmup: 4)
    run.training.kSchedule = KSchedule(.multistepDecrease, 2, 4)
    run.training.seed = .max
    #expect(try JSON.decode(RunConfiguration.self, from: JSON.encode(run)) == run)
    try run.validate()
  }

  @Test(
    "A description from outside that no run can have is refused by the name of the setting",
    arguments: [
      Damage("format") { $0.format = 2 },
      Damage("tokens") { $0.tokens = .words },
      Damage("vocabulary") { $0.model.vocabulary = 24 },
      Damage("layers") { $0.model.layers = 0 },
      Damage("modelWidth") { $0.model.modelWidth = 7 },
      Damage("modelWidth") { $0.model.modelWidth = -8 },
      Damage("modelWidth") { $0.model.modelWidth = .max },
      Damage("heads") { $0.model.heads = 0 },
      Damage("headWidth") { $0.model.headWidth = -1 },
      Damage("expertWidth") { $0.model.expertWidth = 1_000_000_000_000 },
      Damage("experts") { $0.model.experts = 0 },
      Damage("segment") { $0.model.segment = 0 },
      Damage("memory") { $0.model.memory = -1 },
      Damage("embeddingWidth") { $0.model.embeddingWidth = 0 },
      Damage("hypernetworkWidth") { $0.model.hypernetworkWidth = .min },
      Damage("hypernetworkDepth") { $0.model.hypernetworkDepth = 1 },
      Damage("balanceCoefficient") { $0.model.balanceCoefficient = -0.1 },
      Damage("balanceCoefficient") { $0.model.balanceCoefficient = .nan },
      Damage("balanceCoefficient") { $0.model.balanceCoefficient = 1001 },
      Damage("dropout") { $0.model.dropout = 1 },
      Damage("dropout") { $0.model.dropout = .nan },
      Damage("attentionDropout") { $0.model.attentionDropout = -0.1 },
      Damage("batch") { $0.training.batch = 0 },
      Damage("steps") { $0.training.steps = 0 },
      Damage("shards") { $0.training.shards = 0 },
      Damage("clip") { $0.training.clip = 0 },
      Damage("clip") { $0.training.clip = .nan },
      Damage("learningRate") { $0.training.learningRate.peak = -1 },
      Damage("warmup") { $0.training.learningRate.warmup = 12 },
      Damage("warmup") { $0.training.learningRate.warmup = -1 },
      Damage("learningRate") { $0.training.learningRate.peak = 1e30.nextUp },
      Damage("learningRate") { $0.training.learningRate.peak = 0 },
      Damage("clip") { $0.training.clip = 1e30.nextUp },
      Damage("batch") { $0.training.batch = 65537 },
      Damage("steps") { $0.training.steps = 1_000_000_001 },
      Damage("shards") { $0.training.shards = 1025 },
      Damage("routerLearningRate") { $0.training.routerLearningRate = 0 },
      Damage("routerLearningRate") { $0.training.routerLearningRate = -1 },
      Damage("routerLearningRate") { $0.training.routerLearningRate = .nan },
      Damage("routerLearningRate") { $0.training.routerLearningRate = .infinity },
      Damage("kSchedule") { $0.training.kSchedule.minimum = 0 },
      Damage("kSchedule") { $0.training.kSchedule.minimum = 5 },
      Damage("kSchedule") { $0.training.kSchedule.maximum = 5 },
    ])
  func refused(damage: Damage) throws {
    var run = try smallRun()
    damage.change(&run)
    do {
      try run.validate()
      Issue.record("\(damage.name) was accepted")
    } catch {
      #expect(error.name == damage.name)
    }
  }

  @Test("Limits are accepted themselves, and nothing beyond them")
  func limits() throws {
    let within: [Damage] = [
      Damage("learningRate") { $0.training.learningRate.peak = 1e30 },
      Damage("learningRate") { $0.training.learningRate.peak = .leastNonzeroMagnitude },
      Damage("clip") { $0.training.clip = 1e30 }, Damage("clip") { $0.training.clip = .leastNonzeroMagnitude },
      Damage("batch") { $0.training.batch = 1 }, Damage("batch") { $0.training.batch = 65536 },
      Damage("steps") { $0.training.steps = 1 }, Damage("steps") { $0.training.steps = 1_000_000_000 },
      Damage("shards") { $0.training.shards = 1 }, Damage("shards") { $0.training.shards = 1024 },
      Damage("warmup") { $0.training.learningRate.warmup = 11 },
      Damage("kSchedule") { $0.training.kSchedule = KSchedule(.constant, 4, 4) },
      Damage("kSchedule") { $0.training.kSchedule = KSchedule(.constant, 1, 1) },
    ]
    for setting in within {
      var run = try smallRun()
      setting.change(&run)
      #expect(throws: Never.self, "\(setting.name)") { try run.validate() }
    }
  }

  @Test("M′ is the memory that a trainer has: it begins anew with every pass, however the text divides into segments")
  func memoryLength() throws {
    var run = try smallRun()
    run.model.memory = 13  // two segments of 6 and a bit
    for row in 7...32 {
      let symbols = run.training.batch * row
      let text = (0..<symbols).map { Int32($0 % 25) }
      let stream = try BatchStream(text, batch: run.training.batch, segmentLength: 6)
      var length = 0
      for step in 0..<12 {
        let shapes = run.hostStateShapes(after: step, symbols: symbols)
        #expect(shapes == (length == 0 ? [] : Array(repeating: [5, length, 8], count: 3)), "\(row), step \(step)")
        let before = stream.segment(at: step).startsStream ? 0 : length
        length = min(13, before + 6)
      }
    }
  }

  @Test("Bytes are those of values, moments, shards' gradients, two memories and what is kept for backward")
  func bytes() throws {
    let run = try smallRun()
    let bytes = run.bytesForTraining
    func activations(_ run: RunConfiguration) -> Double {
      run.model.activationCount(batch: run.training.batch, k: run.training.kSchedule.largest)
    }
    func more(_ change: (inout RunConfiguration) -> Void) -> RunConfiguration {
      var other = run
      change(&other)
      return other
    }
    // All in all: 3 + 2 numbers for each weight.
    let weights = Double(run.model.weightCount) * 5
    #expect(bytes == 4 * (weights + 2 * (3 * 5 * 5 * 8) + activations(run)))
    #expect(run.bytesForReading > 1e4 && run.bytesForReading < bytes)
    // One more place to remember: 3 levels of 5 rows of 8 numbers, twice.
    let remembering = more { $0.model.memory += 1 }
    #expect(remembering.bytesForTraining - bytes == 4 * (2 * 3 * 5 * 8 + activations(remembering) - activations(run)))
    // One more shard: one more gradient for every weight; no more shards than rows.
    #expect(more { $0.training.shards += 1 }.bytesForTraining - bytes == 4 * Double(run.model.weightCount))
    #expect(more { $0.training.shards = 5 }.bytesForTraining == more { $0.training.shards = 1000 }.bytesForTraining)
    // Three of four experts less: for 5·6 tokens in 2 layers, 2·6 hidden units and 2·8 numbers in and out, of 4 bytes.
    let one = more { $0.training.kSchedule = KSchedule(.constant, 1, 4) }
    #expect(bytes - one.bytesForTraining == 3 * 5 * 6 * 2 * (2 * 6 + 2 * 8) * 4)
    // Sizes that are each acceptable and together absurd.
    let huge = more { ($0.model.experts, $0.model.modelWidth, $0.model.expertWidth) = (4096, 16384, 65536) }
    try huge.validate()
    #expect(huge.bytesForTraining > 1e14 && huge.bytesForReading > 1e13)
  }
}
