import CommandLineInterface
import MixtureOfExperts
import RunFiles
import TransformerXL

extension Command {
  private static let routers = Flag<[String]>.choices(
    "routers", among: RouterKind.allCases.map(\.rawValue), help: "the models to compare, in this order"
  ).defaulting(to: RouterKind.compared.map(\.rawValue))
  private static let output = Flag<String>.path(
    "out", "DIR", help: "keep every run in this directory, or go on with the same comparison there"
  ).optional("nothing is written")

  /// `hyperrouter compare`: the main job.
  static func compare(_ interruption: Interruption, _ files: any FileOperations) -> Command {
    Command(
      "compare", summary: "train routers side by side on one text and compare them",
      discussion: """
        Trains each router from the same seed on the same text, evaluates each at k = 1, 2, 4, … N experts on the
        validation part, and prints the tables. All weights but the routers' start equal. Without --out nothing is
        written; with it every model is kept in DIR/ROUTER, and the same command continues an interrupted comparison
        and ends with the same bits, or prints a finished one again.
        """,
      groups: [
        FlagGroup("What to compare", [routers, RunFlags.data, RunFlags.tokens, RunFlags.ks]),
        FlagGroup("Output", [output, RunFlags.json]),
        RunFlags.model, RunFlags.training,
      ],
      check: { options in
        try reporting { try options.checkRuns(of: options[routers].compactMap(RouterKind.init)) }
      }
    ) { options, console in
      try reporting {
        let comparison = try Comparison(
          options, console, interruption, routers: options[routers].compactMap(RouterKind.init))
        try comparison.run(in: options[output].map { try comparison.directory(at: $0, with: files) })
      }
    }
  }
}
