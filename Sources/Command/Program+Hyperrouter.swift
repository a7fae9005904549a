import Experiments
import RunFiles

extension Program {
  /// The version, as `--version` prints it and runs keep it.
  static let currentVersion = RunOrigin.currentVersion

  /// The whole program.
  static func hyperrouter(_ interruption: Interruption, _ files: any FileOperations) -> Program {
    Program(
      name: "hyperrouter", version: currentVersion,
      summary:
        "HyperRouter (Do and others, EMNLP 2023) from scratch: trains and compares routers of mixtures of experts.",
      commands: [
        .compare(interruption, files), .train(interruption, files), .finetune(interruption, files), .classify,
        .evaluate, .generate, .trace, .jacobian, .benchmark, .corpus(interruption), .headroom(interruption, files),
        .report(interruption), .runs, .presets, .schema,
      ]
    ).withCompletion()
  }
}
