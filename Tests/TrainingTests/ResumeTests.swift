import MixtureOfExperts
import RunFiles
import Tensors
import TestSupport
import Testing

@testable import Training

@Suite("Interrupted and resumed")
struct ResumeTests {
  /// Trains 8 steps in one go and with a stop after `stop`; the data begin again after steps 3 and 6.
  private func compare<S: Real>(_ run: RunConfiguration, stop: Int, _ scalar: S.Type) throws {
    let straight = try run.trainer(run.model(S.self))
    let expected = try (0..<8).map { _ in try straight.step().loss }
    try TemporaryDirectory.use { folder in
      let directory = try RunDirectory.create(at: folder.file("run"))
      let first = try run.trainer(run.model(S.self))
      var losses = try (0..<stop).map { _ in try first.step().loss }
      try Checkpoint.save(first, to: directory)
      let (model, state): (LanguageModel<S>, TrainingState<S>) = try Checkpoint.resume(
        run, from: directory, symbols: run.trainingSymbols)
      let second = try run.trainer(model, workers: 2, from: state)
      #expect(second.bits == first.bits)
      losses += try (stop..<8).map { _ in try second.step().loss }
      #expect(losses == expected)
      #expect(second.bits == straight.bits)
    }
  }

  @Test(
    "equals uninterrupted bit for bit: losses, weights, moments, memory; with dropout, in unequal shards",
    arguments: RouterKind.allCases, [0, 1, 3, 5, 8])
  func resumed(router: RouterKind, stop: Int) throws {
    try compare(smallRun(router, dropout: 0.2), stop: stop, Float.self)
  }

  @Test("equals uninterrupted without memory, in double precision, and with more shards than rows")
  func variants() throws {
    var run = try smallRun(dropout: 0.2)
    try compare(run, stop: 4, Double.self)
    run.model.memory = 0
    try compare(run, stop: 4, Float.self)
    run.model.memory = 13
    run.training.shards = 9
    try compare(run, stop: 4, Float.self)
  }
}
