import Corpora
import Experiments
import Hosts
import Jacobian
import MixtureOfExperts
import Training

extension Options {
  /// Refuses settings of `train` and `compare` that no text could make a run of, before one is read.
  ///
  /// - Parameter variants: The models to be trained.
  /// - Throws: `CommandError`, `ConfigurationError`.
  func checkRuns(of variants: [Variant]) throws {
    let routers = variants.map(\.router)
    if isGiven(RunFlags.balance) && !routers.contains(where: { $0.facts?.hasBalancingLoss == true }) {
      let names = routers.map(\.rawValue).joined(separator: ", ")
      throw CommandError.usage("--balance: found with \(names), expected a router that has a balancing loss")
    }
    for variant in variants {
      // The smallest vocabulary stands for the one that the text will have.
      let described = try settings.configuration(variant.router)
      let run = variant.applied(to: described, k: try smallestK(described.model), seed: 0)
      try run.model.validate()
      try run.training.validate(for: run.model)
      _ = try settings.evaluationKs(run.model)
      try MemoryShortage.check(run.bytesForTraining)
    }
  }

  /// Refuses a number of symbols with other symbols than words, but for all bytes.
  ///
  /// - Throws: `CommandError`.
  func checkVocabulary() throws(CommandError) {
    guard let size = self[RunFlags.vocabulary] else { return }
    let tokens = self[RunFlags.tokens]
    guard tokens == .words || tokens == .bytes && size == Vocabulary.allBytes.count else {
      throw .usage(
        "--vocabulary: found \(size) with --tokens \(tokens.rawValue), expected --tokens words, or "
          + "\(Vocabulary.allBytes.count) with --tokens bytes")
    }
  }
}
