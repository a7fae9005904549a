import Corpora
import Experiments
import MixtureOfExperts
import RunFiles
import Training

extension Command {
  /// What help says of flags whose defaults are the pretrained run's.
  private static let fromRun = "the pretrained run's"

  private static let data = Flag<String>.path(
    "data", or: ClassificationSources.builtinNames,
    help:
      "what to train on: a file with a text, a tab and a label in every line, or \(ClassificationSources.builtin): which "
      + "dialect a line is from, its marker hidden"
  ).defaulting(to: ClassificationSources.builtin)
  private static let validation = Flag<String>.path(
    "validation", help: "what the epoch and the best k are chosen by: a file like that of --data"
  ).optional("a tenth of --data")
  private static let test = Flag<String>.path("test", help: "what is measured on: a file like that of --data").optional(
    "a tenth of --data")
  private static let conditions = Flag<[FinetuningCondition]>.choices(
    "conditions", among: FinetuningCondition.allCases,
    help:
      "finetuned: from the pretrained weights; scratch: the same network with new ones; frozen: the pretrained body stays and "
      + "the classifier alone learns"
  ).defaulting(to: FinetuningCondition.allCases)
  private static let output = Flag<String>.path(
    "out", "DIR", help: "keep every classifier in this directory, or go on with the same command there"
  ).optional("nothing is written")
  private static let seeds = Flag<Int>.integer(
    "seeds", in: 1...1000, help: "how many seeds, from --seed on; with two or more, differences have intervals"
  ).defaulting(to: FinetuneSettings.defaultSeeds)
  private static let epochs = Flag<Int>.integer(
    "epochs", in: 1...100_000, help: "how often each text is read"
  ).defaulting(to: Finetuning.Defaults.epochs)
  private static let steps = Flag<Int>.integer(
    "steps", in: TrainingOptions.Limits.steps, help: "updates, instead of --epochs"
  ).optional("what --epochs takes")
  private static let batch = Flag<Int>.integer(
    "batch", in: TrainingOptions.Limits.batch, help: "texts read side by side, B"
  ).defaulting(to: Finetuning.Defaults.batch)
  private static let learningRate = Flag<Double>.real(
    "learning-rate", in: .above(0, through: TrainingOptions.Limits.learningRate),
    help: "Adam's step size at its highest"
  ).optional(fromRun)
  private static let kSchedule = Flag<KSchedule>.schedule(
    "k-schedule", in: Configuration.Limits.experts, help: "experts for each token over the finetuning"
  ).optional(fromRun)
  private static let dropout = Flag<Double>.real(
    "dropout", in: .from(0, below: 1), help: "rate of dropout"
  ).optional(fromRun)

  /// `hyperrouter finetune`: a pretrained model becomes a classifier.
  static func finetune(_ interruption: Interruption, _ files: any FileOperations) -> Command {
    Command(
      "finetune", summary: "turn a pretrained model into a classifier of texts",
      discussion: """
        Puts a linear classifier on the state of a text's last symbol and trains it three ways, with the same seeds and the same
        order of texts: from the pretrained weights, from new ones, and with the body frozen. Prints the accuracy on the test
        part at every k beside that of chance; the epoch and the best k are chosen by the validation part. A text has at most
        T + M symbols: of a longer one the last are read. Without --out nothing is written; with it every classifier is kept in
        DIR/CONDITION, or DIR/CONDITION-SEED, and the same command goes on where it was interrupted, a classifier that was not
        finished from its beginning.
        """,
      groups: [
        FlagGroup(
          "What to learn",
          [
            RunFlags.checkpoint, RunFlags.weights, data, validation, test,
            conditions, RunFlags.ks,
          ]),
        FlagGroup("Output", [output, RunFlags.json]),
        FlagGroup(
          "Training",
          [
            epochs, steps, batch, learningRate,
            kSchedule, dropout, RunFlags.seed, seeds, RunFlags.threads,
          ]),
      ],
      examples: [
        Example("which dialect a line is from, three seeds", "--checkpoint", "runs/all/smoe", "--seeds", "3"),
        Example(
          "on texts of your own, kept", "--checkpoint", "runs/book", "--data", "train.tsv", "--out", "runs/tuned"),
      ],
      check: { try checkFinetuning($0) }
    ) { options, console in
      let observer = ExperimentConsole(console: console, interruption: interruption)
      let run = try FinetuneRun(finetuning(options), options.settings, observer: observer)
      let directory = try options[output].map { try run.directory(at: $0, with: files) }
      let isJSON = options[RunFlags.json]
      if !isJSON {
        for line in run.heading {
          let indent = line.prefix { $0 == " " }.count
          try console.print(console.wrapped(String(line.dropFirst(indent)), indent: indent))
        }
      }
      let outcome = try run.outcome(in: directory)
      if isJSON { return try console.printObject(Stamped(outcome)) }
      try console.print("")
      try console.print(outcome.passages)
      if let directory { try console.print("\nkept in \(directory.path)") }
    }
  }

  /// Refuses flags that do not go together, before a file is read.
  private static func checkFinetuning(_ options: Options) throws(CommandError) {
    if options.isGiven(steps) && options.isGiven(epochs) {
      throw .usage("--steps: found together with --epochs, expected one of them")
    }
    let parts: [any DeclaredFlag] = [validation, test]
    if options[data] == ClassificationSources.builtin, let given = parts.first(where: { options.isGiven($0) }) {
      throw .usage(
        "--\(given.name): found with \(ClassificationSources.builtin), which has its own parts; expected --data FILE, too"
      )
    }
  }

  /// The finetuning that the flags describe.
  private static func finetuning(_ options: Options) -> FinetuneSettings {
    var settings = FinetuneSettings(checkpoint: options[RunFlags.checkpoint])
    settings.weights = options[RunFlags.weights]
    settings.texts = ClassificationSources(
      train: options[data], validation: options[validation], test: options[test])
    settings.conditions = FinetuningCondition.allCases.filter { options[conditions].contains($0) }
    settings.seeds = options[seeds]
    settings.epochs = options[epochs]
    settings.steps = options[steps]
    settings.batch = options[batch]
    settings.learningRate = options[learningRate]
    settings.kSchedule = options[kSchedule]
    settings.dropout = options[dropout]
    return settings
  }
}
