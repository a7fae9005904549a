import Corpora
import Foundation
import Tensors
import Training
import TransformerXL

/// How long runs take on this machine, from a few steps of one of them.
struct RunDuration {
  /// What training a token costs in forward passes.
  static let trainingFactor = 3.0
  /// Steps before those that are timed: the first have no memory yet, and allocate.
  private static let warmUp = 3
  private static let timed = 5

  let secondsPerMultiplyAdd: Double

  /// Times a few steps of a run on a model that is then thrown away.
  ///
  /// - Parameters:
  ///   - run: The run.
  ///   - corpus: Its text.
  ///   - workers: The threads to use.
  /// - Throws: What a trainer throws.
  init(of run: RunConfiguration, _ corpus: Corpus, workers: Workers) throws {
    let trainer = try Trainer(
      LanguageModel<Float>(run.model, seed: run.training.seed), run.training, symbols: corpus.splits.train.symbols,
      workers: workers)
    for _ in 0..<Self.warmUp { _ = try trainer.step() }
    let start = ProcessInfo.processInfo.systemUptime
    for _ in 0..<Self.timed { _ = try trainer.step() }
    let seconds = (ProcessInfo.processInfo.systemUptime - start) / Double(Self.timed)
    secondsPerMultiplyAdd = seconds / (Self.trainingFactor * run.multiplyAdds(ofStep: Self.warmUp))
  }

  /// Whether timing a run takes a moment only: for others the progress line knows soon enough.
  static func isQuick(_ run: RunConfiguration) -> Bool {
    Double(warmUp + timed) * trainingFactor * run.multiplyAdds(ofStep: 0) < 5e10
  }

  /// "12 min", or "40 s" for less than two minutes.
  static func text(_ seconds: Double) -> String {
    seconds < 120 ? "\(Int(seconds.rounded(.up))) s" : "\(Int((seconds / 60).rounded(.up))) min"
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
