import Tensors
import Corpora
import Foundation
import MixtureOfExperts
import Training

/// How long runs take on this machine, from a few steps of one of them.
package struct RunDuration {
  /// What training a token costs in forward passes.
  package static let trainingFactor = 3.0
  /// The preset whose steps stand for those of larger runs.
  package static let preset = Preset.tiny
  /// Steps before those that are timed: the first have no memory yet, and allocate.
  private static let warmUp = 3
  private static let timed = 5

  package let secondsPerMultiplyAdd: Double

  /// Times a few steps of a run on a model that is then thrown away.
  package init(of run: RunConfiguration, _ corpus: Corpus, workers: Workers) throws {
    let trainer = try Trainer(
      LanguageModel<Float>(run.model, seed: run.training.seed), run.training, symbols: corpus.splits.train.symbols,
      workers: workers)
    for _ in 0..<Self.warmUp { _ = try trainer.step() }
    let start = ProcessInfo.processInfo.systemUptime
    for _ in 0..<Self.timed { _ = try trainer.step() }
    let seconds = (ProcessInfo.processInfo.systemUptime - start) / Double(Self.timed)
    secondsPerMultiplyAdd = seconds / (Self.trainingFactor * run.multiplyAdds(ofStep: Self.warmUp))
  }

  /// Times a few steps of a run, or of one of ``preset``, on the same text, where its own steps would take
  /// more than a moment.
  package init(asFor run: RunConfiguration, _ corpus: Corpus, workers: Workers) throws {
    let isQuick = Double(Self.warmUp + Self.timed) * Self.trainingFactor * run.multiplyAdds(ofStep: 0) < 5e10
    try self.init(
      of: isQuick ? run : RunSettings(preset: Self.preset).configuration(.hyperRouter, vocabulary: corpus.vocabulary),
      corpus, workers: workers)
  }

  /// The seconds that a run takes from a step on, its evaluations on a text included.
  package func seconds(of run: RunConfiguration, from step: Int = 0, on corpus: Corpus, ks: [Int]) -> Double {
    secondsPerMultiplyAdd * run.work(from: step, on: corpus, ks: ks)
  }

  /// "40 s", "12 min", "5 h" or "33 days": rounded up, in the largest unit of which there are two.
  package static func text(_ seconds: Double) -> String {
    let units = [(1.0, "s"), (60, "min"), (3600, "h"), (86_400, "days")]
    let unit = units.last { seconds >= 2 * $0.0 } ?? units[0]
    return String(format: "%.0f ", (seconds / unit.0).rounded(.up)) + unit.1
  }
}

extension RunConfiguration {
  /// The multiply-adds of what is left of a run: of steps, of evaluations on the way, and of those at the end.
  package func work(from step: Int = 0, on corpus: Corpus, ks: [Int]) -> Double {
    let validation = evaluated(corpus.splits.validation).symbols.count
    let test = evaluated(corpus.splits.test).symbols.count
    let onTheWay = min(validation, TrainingObserver.largestSymbols)
    let evaluations = stride(from: 0, through: training.steps, by: evaluationSteps).filter { $0 > step || step == 0 }
    // At the common k: besides what is asked for, each routing of the same experts.
    let policies = model.router.isSparse ? RoutingPolicy.allCases.count : 0
    let again = policies + (corpus.entropyBitsPerCharacter == nil ? 0 : 1)  // without memory
    let common = Double(again) * evaluationWork(test, k: RouterResult.commonK(of: model))
    return RunDuration.trainingFactor * multiplyAdds(from: step)
      + evaluations.reduce(common) {
        $0 + evaluationWork(onTheWay, k: training.kSchedule(step: $1, of: training.steps))
      }
      + ks.reduce(0) { $0 + evaluationWork(validation, k: $1) + evaluationWork(test, k: $1) }
  }

  /// The multiply-adds of an evaluation; rows of a short text begin warm at the cost of half of it at most.
  private func evaluationWork(_ symbols: Int, k: Int) -> Double {
    let warmUp = min(EvaluationRows.largestBatch * model.layers * (model.memory + model.segment), symbols / 2)
    return Double(symbols + warmUp) * model.multiplyAddsPerToken(batch: training.batch, k: k)
  }

  /// The multiply-adds of one step, forward.
  package func multiplyAdds(ofStep step: Int) -> Double {
    model.multiplyAddsPerToken(batch: training.batch, k: training.kSchedule(step: step, of: training.steps))
      * Double(training.batch * model.segment)
  }

  /// The multiply-adds of the whole training, forward; from a hundred steps.
  package var multiplyAdds: Double { multiplyAdds(from: 0) }

  /// The multiply-adds of what is left of the training, forward; from a hundred steps.
  package func multiplyAdds(from first: Int) -> Double {
    let left = training.steps - first
    guard left > 0 else { return 0 }
    let samples = min(100, left)
    let sum = (0..<samples).reduce(0.0) { $0 + multiplyAdds(ofStep: first + $1 * left / samples) }
    return sum / Double(samples) * Double(left)
  }
}
