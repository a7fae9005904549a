import CommandLineInterface
import Files
import Foundation

let interruption = Interruption()
let program = Program(
  name: "hyperrouter", version: "0.1.0",
  summary: "HyperRouter (Do and others, EMNLP 2023) from scratch: trains and compares routers of mixtures of experts.",
  commands: [
    .compare(interruption, SystemFiles()), .train(interruption, SystemFiles()), .evaluate, .generate, .jacobian,
    .benchmark, .corpus(interruption),
  ])
interruption.watch(program: program.name)
exit(program.run(Array(CommandLine.arguments.dropFirst()), on: .standard()))
