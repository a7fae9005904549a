import Corpora
import Foundation
import Hosts
import MixtureOfExperts
import Tensors
import TestSupport
import Testing

@testable import RunFiles
@testable import Training

/// Trains 8 steps in one go and with a stop after `stop`; the data begin again after steps 3 and 6.
func expectExactResume<S: Real>(_ run: RunConfiguration, stop: Int, _ scalar: S.Type) throws {
  let straight = try run.trainer(run.model(S.self))
  let expected = try (0..<8).map { _ in try straight.step().loss }
  try TemporaryDirectory.use { folder in
    let directory = try RunDirectory.create(at: folder.file("run"))
    let first = try run.trainer(run.model(S.self))
    var losses = try (0..<stop).map { _ in try first.step().loss }
    try Checkpoint.save(first, of: run, to: directory)
    let (model, state): (LanguageModel<S>, TrainingState<S>) = try Checkpoint.resume(
      run, from: directory, symbols: run.trainingSymbols)
    let second = try run.trainer(model, workers: 2, from: state)
    #expect(second.bits == first.bits)
    losses += try (stop..<8).map { _ in try second.step().loss }
    #expect(losses == expected)
    #expect(second.bits == straight.bits)
  }
}

@Suite("Interrupted and resumed")
struct ResumeTests {
  @Test(
    "equals uninterrupted bit for bit: losses, weights, moments, memory; with dropout, in unequal shards",
    arguments: RouterKind.allCases, [0, 1, 3, 5, 8])
  func resumed(router: RouterKind, stop: Int) throws {
    try expectExactResume(smallRun(router, dropout: 0.2), stop: stop, Float.self)
  }

  @Test("equals uninterrupted without memory, in double precision, and with more shards than rows")
  func variants() throws {
    var run = try smallRun(dropout: 0.2)
    try expectExactResume(run, stop: 4, Double.self)
    run.model.memory = 0
    try expectExactResume(run, stop: 4, Float.self)
    run.model.memory = 13
    run.training.shards = 9
    try expectExactResume(run, stop: 4, Float.self)
  }

  @Test("equals uninterrupted with a memory that is emptied at random and longer than a segment", arguments: 1...7)
  func emptiedMemory(stop: Int) throws {
    var run = try smallRun(dropout: 0.2)
    (run.model.memory, run.training.memoryReset) = (13, 0.4)
    try expectExactResume(run, stop: stop, Float.self)
  }
}

/// Run directories that commit 7fcd9ab wrote: 20 steps of `smoke` and of a narrow `small`, and the weights that the same commit
/// had after 20 more.
@Suite("Runs of an earlier version")
struct StoredRunTests {
  @Test("are read, go on and end with the weights of that version", arguments: ["smoke", "small"])
  func resumed(name: String) throws {
    let directory = RunDirectory(path: SourceTree.path("Fixtures/stored-runs/7fcd9ab-\(name)"))
    var run = try directory.readJSON(RunConfiguration.self, from: RunDirectory.configurationName)
    try run.validate()
    #expect(run.model.host == nil && run.training.steps == 20)
    // As `train --resume DIR --steps 40` does it.
    run.training.extendedFrom = [20]
    run.training.steps = 40
    let corpus = try Corpus(builtin: DialectCorpus())
    #expect(corpus.fingerprint == run.fingerprint)
    let symbols = corpus.splits.train.symbols
    let (model, state): (LanguageModel<Float>, TrainingState<Float>) = try Checkpoint.resume(
      run, from: directory, symbols: symbols.count)
    let trainer = try Trainer(model, run.training, symbols: symbols, workers: Workers(count: 2), from: state)
    #expect(trainer.finishedSteps == 20)
    for _ in 20..<40 { _ = try trainer.step() }
    let expected: LanguageModel<Float> = try Checkpoint.load(run, from: directory, "after-40.safetensors")
    try #require(model.weights.map(\.name) == expected.weights.map(\.name))
    for (found, kept) in zip(model.weights, expected.weights) {
      // Another machine's vectors add up in another order.
      #expect(mismatch(found.value.scalars, kept.value.scalars, absolute: 1e-5, relative: 1e-3) == nil, "\(found.name)")
    }
    #if arch(x86_64)
      if ["native", nil].contains(ProcessInfo.processInfo.environment["HYPERROUTER_TARGET"]) {
        #expect(
          model.weights.map { $0.value.scalars.map(\.bitPattern) }
            == expected.weights.map { $0.value.scalars.map(\.bitPattern) }, "the same bits")
      }
    #endif
  }
}
