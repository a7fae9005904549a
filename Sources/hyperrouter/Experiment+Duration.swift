import Foundation
import RunFiles
import Training
import TransformerXL

extension Experiment {
  /// Says how many runs are left, and how long they will take.
  ///
  /// - Parameter directory: Where the experiment is kept.
  /// - Returns: One line.
  /// - Throws: What a trainer throws.
  func announcement(in directory: RunDirectory) throws -> String {
    let left = runs.filter { !isKept($0, in: directory) }
    guard let first = left.first else { return "\(runs.count) runs, all kept from before" }
    let seconds = try secondsPerMultiplyAdd(first) * left.reduce(0) { try $0 + work($1) }
    let kept = runs.count - left.count
    return "\(left.count) runs" + (kept > 0 ? " left of \(runs.count)" : "") + ", about \(Self.minutes(seconds)); "
      + "each is kept in \(directory.path) when it is finished, and the same command continues"
  }

  /// Whether a run was reported before; whether of this very configuration is seen when its turn comes.
  func isKept(_ run: PlannedRun, in directory: RunDirectory) -> Bool {
    (try? RunDirectory.open(directory.path(of: run.name)))?.contains(RunDirectory.resultsName) == true
  }

  /// "12 min", or "40 s" for less than two minutes.
  static func minutes(_ seconds: Double) -> String {
    seconds < 120 ? "\(Int(seconds.rounded(.up))) s" : "\(Int((seconds / 60).rounded(.up))) min"
  }

  /// Times a few steps of a run on a model that is then thrown away.
  private func secondsPerMultiplyAdd(_ run: PlannedRun) throws -> Double {
    let configuration = run.configuration
    let trainer = try Trainer(
      LanguageModel<Float>(configuration.model, seed: run.seed), configuration.training,
      symbols: run.corpus.splits.train.symbols, workers: workers)
    // The first steps have no memory yet, and allocate.
    let (warmUp, timed) = (3, 5)
    for _ in 0..<warmUp { _ = try trainer.step() }
    let start = ProcessInfo.processInfo.systemUptime
    for _ in 0..<timed { _ = try trainer.step() }
    let seconds = (ProcessInfo.processInfo.systemUptime - start) / Double(timed)
    return seconds / (Self.trainingFactor * configuration.multiplyAdds(ofStep: warmUp))
  }

  /// What training a token costs in forward passes.
  private static let trainingFactor = 3.0

  /// The multiply-adds of a run: its training, and its evaluations on both parts.
  func work(_ run: PlannedRun) throws -> Double {
    let (model, splits) = (run.configuration.model, run.corpus.splits)
    let symbols = Double(splits.validation.symbols.count + splits.test.symbols.count)
    let evaluated = try options.evaluationKs(model).reduce(0.0) {
      $0 + symbols * model.multiplyAddsPerToken(batch: run.configuration.training.batch, k: $1)
    }
    return Self.trainingFactor * run.configuration.multiplyAdds + evaluated
  }
}

extension RunConfiguration {
  /// The multiply-adds of one step, forward.
  func multiplyAdds(ofStep step: Int) -> Double {
    model.multiplyAddsPerToken(batch: training.batch, k: training.kSchedule(step: step, of: training.steps))
      * Double(training.batch * model.segment)
  }

  /// The multiply-adds of the whole training, forward; from a hundred steps.
  var multiplyAdds: Double {
    let looks = min(100, training.steps)
    let sum = (0..<looks).reduce(0.0) { $0 + multiplyAdds(ofStep: $1 * training.steps / looks) }
    return sum / Double(looks) * Double(training.steps)
  }
}
