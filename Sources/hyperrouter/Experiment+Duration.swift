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
    let duration = try RunDuration(of: first.configuration, first.corpus, workers: workers)
    let seconds = try duration.secondsPerMultiplyAdd * left.reduce(0) { try $0 + work($1) }
    let kept = runs.count - left.count
    return "\(left.count) runs" + (kept > 0 ? " left of \(runs.count)" : "") + ", about \(RunDuration.text(seconds)); "
      + "each is kept in \(directory.path) when it is finished, and the same command continues"
  }

  /// Whether a run was reported before; whether of this very configuration is seen when its turn comes.
  func isKept(_ run: PlannedRun, in directory: RunDirectory) -> Bool {
    (try? RunDirectory.open(directory.path(of: run.name)))?.contains(RunDirectory.resultsName) == true
  }

  /// The multiply-adds of a run: its training, and its evaluations on both parts.
  func work(_ run: PlannedRun) throws -> Double {
    let (model, splits) = (run.configuration.model, run.corpus.splits)
    let symbols = Double(splits.validation.symbols.count + splits.test.symbols.count)
    let evaluated = try options.evaluationKs(model).reduce(0.0) {
      $0 + symbols * model.multiplyAddsPerToken(batch: run.configuration.training.batch, k: $1)
    }
    return RunDuration.trainingFactor * run.configuration.multiplyAdds + evaluated
  }
}
