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
      "what to train on: a file with a text, a tab and a label in every line, or CSV; \(ClassificationSources.speakers)FILE, a "
      + "play: who of the most frequent speakers of its last tenth, which pretraining on it never reads, says a speech; or "
      + "\(ClassificationSources.builtin): which dialect a line is from, its marker hidden"
  ).defaulting(to: ClassificationSources.builtin)
  private static let validation = Flag<String>.path(
    "validation", help: "what the epoch and the best k are chosen by: a file like that of --data"
  ).optional("a part of --data")
  private static let test = Flag<String>.path("test", help: "what is measured on: a file like that of --data").optional(
    "a part of --data")
  private static let conditions = Flag<[FinetuningCondition]>.choices(
    "conditions", among: FinetuningCondition.allCases,
    help:
      "finetuned: from the pretrained weights; scratch: the same network with new ones; frozen: the pretrained body stays and "
      + "the classifier alone learns"
  ).defaulting(to: FinetuningCondition.allCases)
  private static let output = RunFlags.output.meaning(
    "keep every classifier in this directory, or go on with the same command there"
  ).optional("nothing is written")
  private static let kSchedule = RunFlags.schedule.setting(\.training.kSchedule, otherwise: fromRun)
  private static let seeds = Flag<Int>.integer(
    "seeds", in: 1...1000, help: "how many seeds, from --seed on; with two or more, differences have intervals"
  ).defaulting(to: FinetuneSettings.defaultSeeds)
  private static let epochs = Flag<Int>.integer(
    "epochs", in: 1...100_000, help: "how often each text is read"
  ).defaulting(to: Finetuning.Defaults.epochs)
  private static let pooling = Flag<Pooling>.choice(
    "pooling", of: Pooling.self, help: "what the classifier reads: the mean of a text's states, or its last symbol's"
  ).defaulting(to: .standard)
  private static let patience = RunFlags.patience.defaulting(to: Finetuning.Defaults.patience)
  private static let steps = RunFlags.steps.meaning("updates, instead of --epochs").optional("what --epochs takes")
  private static let batch = RunFlags.batch.meaning("texts read side by side, B").defaulting(
    to: Finetuning.Defaults.batch)

  /// `hyperrouter finetune`: a pretrained model becomes a classifier.
  static func finetune(_ interruption: Interruption, _ files: any FileOperations) -> Command {
    Command(
      "finetune", summary: "turn a pretrained model into a classifier of texts",
      discussion: """
        Puts a linear classifier on the states of a text's symbols and trains it three ways, with the same seeds and the same
        order of texts: from the pretrained weights, from new ones, and with the body frozen. Prints the accuracy on the test
        part at every k beside that of chance, and the confusion matrix of the best classifier; the epoch and the best k are
        chosen by the validation part. A text has at most T + M symbols: of a longer one the last are read. Without --out nothing
        is written; with it every classifier is kept in DIR/CONDITION, or DIR/CONDITION-SEED, and the same command goes on where
        it was interrupted, a classifier that was not finished from its beginning.
        """,
      bare: RunFlags.checkpoint,
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
            epochs, patience, steps, batch, pooling, RunFlags.learningRate.optional(fromRun), kSchedule,
            RunFlags.dropout.optional(fromRun), RunFlags.seed, seeds, RunFlags.threads,
          ]),
      ],
      examples: [
        Example(
          "on texts of your own, kept", "--checkpoint", "runs/book", "--data", "train.tsv", "--out", "runs/tuned"),
        Example(
          "who says it in a play, three seeds", "--checkpoint", "runs/book", "--data", "speakers:play.txt", "--seeds",
          "3"
        ),
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
          try console.print(console.wrapped(String(line.onOneLine.dropFirst(indent)), indent: indent))
        }
      }
      let outcome = try run.outcome(in: directory)
      if isJSON { return try console.printObject(Stamped(outcome)) }
      try console.print("")
      try console.print(outcome.passages)
      if let directory { try console.print("\nkept in \(directory.path.onOneLine)") }
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
    (settings.seeds, settings.epochs, settings.patience) = (options[seeds], options[epochs], options[patience])
    settings.pooling = options[pooling]
    return settings
  }
}
