import Corpora
import Hosts
import MixtureOfExperts
import Experiments
import Training

/// The flags of `finetune` alone.
enum FinetuneFlags {
  /// What help says of flags whose defaults are the pretrained run's.
  static let fromRun = "the pretrained run's"

  static let data = Flag<String>.path(
    "data", or: ClassificationSources.builtinNames,
    help:
      "what to train on: a file with a text, a tab and a label in every line, or \(ClassificationSources.builtin): which "
      + "dialect a line is from, its marker hidden"
  ).defaulting(to: ClassificationSources.builtin)
  static let validation = Flag<String>.path(
    "validation", help: "what the epoch and the best k are chosen by: a file like that of --data"
  ).optional("a tenth of --data")
  static let test = Flag<String>.path("test", help: "what is measured on: a file like that of --data").optional(
    "a tenth of --data")
  static let conditions = Flag<[FinetuningCondition]>.choices(
    "conditions", among: FinetuningCondition.allCases,
    help:
      "finetuned: from the pretrained weights; scratch: the same network with new ones; frozen: the pretrained body stays and "
      + "the classifier alone learns"
  ).defaulting(to: FinetuningCondition.allCases)
  static let output = Flag<String>.path(
    "out", "DIR", help: "keep every classifier in this directory, or go on with the same command there"
  ).optional("nothing is written")
  static let seeds = Flag<Int>.integer(
    "seeds", in: 1...1000, help: "how many seeds, from --seed on; with two or more, differences have intervals"
  ).defaulting(to: FinetuneSettings.defaultSeeds)
  static let epochs = Flag<Int>.integer(
    "epochs", in: 1...100_000, help: "how often each text is read"
  ).defaulting(to: Finetuning.Defaults.epochs)
  static let steps = Flag<Int>.integer(
    "steps", in: TrainingOptions.Limits.steps, help: "updates, instead of --epochs"
  ).optional("what --epochs takes")
  static let batch = Flag<Int>.integer(
    "batch", in: TrainingOptions.Limits.batch, help: "texts read side by side, B"
  ).defaulting(to: Finetuning.Defaults.batch)
  static let learningRate = Flag<Double>.real(
    "learning-rate", in: .above(0, through: TrainingOptions.Limits.learningRate),
    help: "Adam's step size at its highest"
  ).optional(fromRun)
  static let kSchedule = Flag<KSchedule>.schedule(
    "k-schedule", in: Configuration.Limits.experts, help: "experts for each token over the finetuning"
  ).optional(fromRun)
  static let dropout = Flag<Double>.real(
    "dropout", in: .from(0, below: 1), help: "rate of dropout"
  ).optional(fromRun)

  /// Refuses flags that do not go together, before a file is read.
  static func check(_ options: Options) throws(CommandError) {
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
  static func settings(_ options: Options) -> FinetuneSettings {
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
