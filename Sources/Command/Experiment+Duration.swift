import Experiments
import Foundation
import Hosts
import Jacobian
import MixtureOfExperts
import RunFiles
import Training

extension Experiment {
  /// Says how many runs are left, and how long they will take.
  ///
  /// - Parameter directory: Where the experiment is kept.
  /// - Returns: One line.
  /// - Throws: What a trainer throws.
  func announcement(in directory: RunDirectory) throws -> String {
    let left = runs.filter { !isKept($0, in: directory) }
    if left.isEmpty { return "\(runs.count.counted("run")), all kept from before" }
    let paces = try paces(of: left)
    let seconds = left.reduce(0.0) { $0 + work($1) * (paces[$1.configuration.model.experts] ?? 0) }
    let kept = runs.count - left.count
    return left.count.counted("run") + (kept > 0 ? " left of \(runs.count)" : "")
      + ", about \(RunDuration.text(seconds)); "
      + "each is kept in \(directory.path) when it is finished, and the same command continues"
  }

  /// Times a few steps of runs, one for each N: more experts are slower for the same work, as each has fewer tokens and there are
  /// more numbers to update.
  ///
  /// - Parameter runs: Runs that are not done yet.
  /// - Returns: Seconds for each multiply-add, by N.
  /// - Throws: What a trainer throws.
  func paces(of runs: [PlannedRun]) throws -> [Int: Double] {
    try runs.reduce(into: [:]) { paces, run in
      let experts = run.configuration.model.experts
      guard paces[experts] == nil else { return }
      paces[experts] = try RunDuration(of: run.configuration, run.corpus, workers: workers).secondsPerMultiplyAdd
    }
  }

  /// Whether a run is finished and all that is asked of it reported; whether of this very configuration is seen when its turn
  /// comes.
  func isKept(_ run: PlannedRun, in directory: RunDirectory) -> Bool {
    guard let ks = try? ks(of: run), let own = try? RunDirectory.open(directory.path(of: run.name)) else {
      return false
    }
    return kept(run, ks: ks, in: own) != nil
  }

  /// The multiply-adds of a run: its training, its evaluations on both parts, and what its part asks besides.
  func work(_ run: PlannedRun) -> Double { works[run.name] ?? 0 }

  /// Counts the multiply-adds of a run.
  static func work(_ run: PlannedRun, ks: [Int]) throws -> Double {
    let (model, splits) = (run.configuration.model, run.corpus.splits)
    let symbols = Double(splits.validation.symbols.count + splits.test.symbols.count)
    let batch = run.configuration.training.batch
    let evaluated = ks.reduce(0.0) { $0 + symbols * model.multiplyAddsPerToken(batch: batch, k: $1) }
    return RunDuration.trainingFactor * run.configuration.multiplyAdds + evaluated
      + (run.measuresReach ? workOfReach(model, symbols: Double(splits.test.symbols.count), batch: batch) : 0)
      + (run.isFinetuned
        ? try FinetuningMeasures.multiplyAdds(of: run.configuration, ks: ks, trainingFactor: RunDuration.trainingFactor)
        : 0)
  }

  /// The multiply-adds of evaluations with other memories, at most.
  private static func workOfReach(_ model: Configuration, symbols: Double, batch: Int) -> Double {
    let memories =
      Reach.lengths(segment: model.segment) + Array(repeating: model.memory, count: MemoryContent.allCases.count)
    return memories.reduce(0.0) { sum, memory in
      var model = model
      model.memory = memory
      return sum + symbols * model.multiplyAddsPerToken(batch: batch, k: model.experts)
    }
  }
}
