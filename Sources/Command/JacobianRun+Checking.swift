import Experiments
import Hosts
import Jacobian
import MixtureOfExperts
import Training

extension JacobianRun {
  /// Refuses flags that do not go together, and sizes and schedules that no model can have, before a file is read.
  ///
  /// - Parameter options: The command's flags.
  /// - Throws: `CommandError`, `ConfigurationError`.
  static func check(_ options: Options) throws {
    if options.isGiven(checkpoint) { return try refuseFlagsOfTheRun(options) }
    for router in routers {
      // The smallest vocabulary stands for the one that the text will have.
      _ = try training(try options.configuration(router, vocabulary: 1), options)
    }
  }

  /// The training that the flags describe, checked.
  ///
  /// - Parameters:
  ///   - model: The model to be trained.
  ///   - options: The command's flags.
  /// - Returns: The training, as long as `--steps` says.
  /// - Throws: `CommandError`, `ConfigurationError`.
  static func training(_ model: Configuration, _ options: Options) throws -> TrainingOptions {
    var training = try options.training(model)
    training.steps = options[steps] ?? defaultSteps
    try training.validate(for: model)
    // Twice: these models are trained in double precision.
    try MemoryShortage.check(2 * training.bytes(for: model) + model.bytesForJacobians(looks: looks + 1))
    return training
  }

  /// A stored run decides its own settings.
  private static func refuseFlagsOfTheRun(_ options: Options) throws {
    let free = [RunFlags.threads, RunFlags.data, RunFlags.gateOrder] as [any DeclaredFlag]
    let decided = options.command.flags.filter { flag in flag.isSetting && !free.contains { $0.name == flag.name } }
    if let flag = options.firstGiven(of: decided + own) {
      throw CommandError.usage("--\(flag.name): found together with --checkpoint, whose run decides it")
    }
  }
}

extension Configuration {
  /// Returns how many bytes the claims take beside the models, roughly.
  ///
  /// - Parameter looks: How often a model is looked at.
  /// - Returns: A number that may exceed every integer.
  func bytesForJacobians(looks: Int) -> Double {
    let (d, N) = (Double(modelWidth), Double(experts))
    let tokens = Double(JacobianRun.probed.rows * JacobianRun.probed.length)
    // J, J₁ and J₂ of each token that is looked at closely, three ways.
    let jacobians = 9 * min(tokens, Double(ModelClaims.tokensPerLayer(experts: experts))) * d * d
    let outputs = 3 * N * tokens * d
    let snapshots = Double(looks) * Double(layers) * (N * d + 2 * tokens * d)
    // ∂vec(W_r)/∂e by formula, tape and differences, and what finding its rank takes.
    let generated = router == .hyperRouter ? 5 * N * (d + 1) * Double(embeddingWidth) : 0
    return 8 * (jacobians + outputs + snapshots + generated)
  }
}
