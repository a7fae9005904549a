import Corpora
import Experiments
import Jacobian
import MixtureOfExperts
import Training
import TransformerXL

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
      let model = try configuration(variant.router, vocabulary: 1)
      let described = RunConfiguration(
        data: "", tokens: .bytes, model: model, training: try training(model),
        vocabulary: try Vocabulary(of: [0], tokenization: .bytes))
      let run = variant.applied(to: described, k: try smallestK(model), seed: 0)
      try run.model.validate()
      try run.training.validate(for: run.model)
      _ = try evaluationKs(run.model)
      try expectMemory(run.bytesForTraining)
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

  /// Refuses sizes that this machine's memory cannot hold.
  ///
  /// - Parameter bytes: What is needed.
  /// - Throws: `CommandError` that names the flags that matter most.
  func expectMemory(_ bytes: Double) throws(CommandError) {
    guard let shortage = shortage(of: bytes) else { return }
    throw .usage(
      "\(shortage); reduce --batch, --segment, --memory, --layers, --model-width, --experts, --expert-width or "
        + "--embedding-width")
  }
}

extension Corpus {
  /// Refuses segments that are shorter than the longest list: its value could not be known from it.
  ///
  /// - Parameter segment: T.
  /// - Throws: `CommandError` that names the flag.
  func expectLists(fit segment: Int) throws(CommandError) {
    guard let needed = minimumSegment, segment < needed else { return }
    throw .usage(
      "--segment: found \(segment), expected at least \(needed), the length of the longest list of \(name) with its =")
  }
}
