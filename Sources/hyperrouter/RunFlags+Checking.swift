import CommandLineInterface
import MixtureOfExperts
import Training
import TransformerXL

extension Options {
  /// Refuses settings of `train` and `compare` that no text could make a run of, before one is read.
  ///
  /// - Parameter routers: The models to be trained.
  /// - Throws: `CommandError`, `ConfigurationError`.
  func checkRuns(of routers: [RouterKind]) throws {
    if isGiven(RunFlags.balance) && !routers.contains(where: { $0.facts?.hasBalancingLoss == true }) {
      let names = routers.map(\.rawValue).joined(separator: ", ")
      throw CommandError.usage("--balance: found with \(names), expected a router that has a balancing loss")
    }
    for router in routers {
      // The smallest vocabulary stands for the one that the text will have.
      let model = try configuration(router, vocabulary: 1)
      let training = try training(model)
      try training.validate(for: model)
      _ = try evaluationKs(model)
      try expectMemory(training.bytes(for: model))
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
