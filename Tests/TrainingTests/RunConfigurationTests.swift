import Optimisation
import MixtureOfExperts
import Foundation
import Testing
import TransformerXL

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
    run.training.learningRate = LearningRateSchedule(peak: 0.1, course: .constant, warmup: 4)
    run.training.kSchedule = KSchedule(.multistepDecrease, 2, 4)
    run.training.seed = .max
    #expect(try JSONDecoder().decode(RunConfiguration.self, from: JSONEncoder().encode(run)) == run)
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

  @Test("Sizes that are each acceptable and together absurd are told by their bytes")
  func bytes() throws {
    var run = try smallRun()
    #expect(run.bytesForTraining > 5e4 && run.bytesForTraining < 1e6)
    #expect(run.bytesForReading > 1e4 && run.bytesForReading < run.bytesForTraining)
    run.model.experts = 4096
    run.model.modelWidth = 16384
    run.model.expertWidth = 65536
    try run.validate()
    #expect(run.bytesForTraining > 1e14 && run.bytesForReading > 1e13)
    run = try smallRun()
    let atFour = run.bytesForTraining
    run.training.kSchedule = KSchedule(.constant, 1, 4)
    // Three of four experts less: for 5·6 tokens in 2 layers, 2·6 hidden units and 2·8 numbers in and out, of 4 bytes.
    #expect(atFour - run.bytesForTraining == 3 * 5 * 6 * 2 * (2 * 6 + 2 * 8) * 4)
    run = try smallRun()
    run.training.batch = 65536
    #expect(run.bytesForTraining > 5e8)
  }
}
