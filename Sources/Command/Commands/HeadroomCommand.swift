import Experiments
import RunFiles

extension Command {
  private static let seeds = Flag<Int>.integer(
    "seeds", in: 1...1000, help: "how many seeds, from --seed on"
  ).defaulting(to: Headroom.defaultSeeds)
  private static let pairedSeeds = Flag<Int>.integer(
    "paired-seeds", in: 2...1000, help: "of the paper's routers, whose differences have a seed noise"
  ).defaulting(to: Headroom.defaultPairedSeeds)
  private static let output = RunFlags.output.meaning(
    "keep every run in this directory, or go on with the same ones there"
  ).optional("nothing is written")

  /// `hyperrouter headroom`: whether a text leaves routers something to differ in.
  static func headroom(_ interruption: Interruption, _ files: any FileOperations) -> Command {
    Command(
      "headroom", summary: "measure whether a built-in text leaves routers something to differ in",
      discussion: """
        Trains dense networks of the width of k and of N experts, mixtures whose tokens are sent anywhere, mixtures whose tokens are
        sent by their class, and the paper's routers with a constant k, and holds what they differ by against seven bounds: H1 the
        entropy is exact, H2 capacity matters, H3 routing matters, H4 the text is not learned to its end, H5 memory matters, H6 seeds
        differ little, H7 compare is quick. The text is one whose classes are known: \(Headroom.texts).
        """,
      groups: [
        FlagGroup("What to measure", [RunFlags.data, seeds, pairedSeeds]),
        FlagGroup("Output", [output, RunFlags.json]),
        RunFlags.model, RunFlags.training,
      ],
      examples: [
        Example("the default text, kept and continued", "--out", "runs/headroom"),
        Example("another one, quickly", "--data", "builtin:dialects", "--seeds", "1", "--paired-seeds", "2"),
      ],
      check: { options in try Headroom.check(options.settings) }
    ) { options, console in
      let headroom = try Headroom(
        options.settings, seeds: options[seeds], pairedSeeds: options[pairedSeeds], command: options.words,
        observer: ExperimentConsole(console: console, interruption: interruption))
      let directory = try options[output].map { try headroom.experiment.directory(at: $0, with: files) }
      let result = try headroom.result(in: directory)
      if options[RunFlags.json] { return try console.printObject(Stamped(result)) }
      try console.print(result.passages)
      if let directory { try console.print("\nkept in \(directory.path.onOneLine)") }
    }
  }
}
