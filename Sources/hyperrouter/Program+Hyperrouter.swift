import CommandLineInterface

extension Program {
  /// The whole program.
  static let hyperrouter = Program(
    name: "hyperrouter", version: "0.1.0",
    summary:
      "HyperRouter (Do and others, EMNLP 2023) from scratch: trains and compares routers of mixtures of experts.",
    commands: [.compare, .train, .evaluate, .generate, .jacobian, .benchmark, .corpus])
}
