import Corpora
import Experiments
import MixtureOfExperts
import RunFiles

extension Command {
  private static let data = Flag<String>.path(
    "data", help: "the lines: a file, or - for standard input"
  ).defaulting(to: InputFile.standardInput)
  private static let experts = Flag<Int>.integer(
    "k", in: Configuration.Limits.experts, help: "experts for each token"
  ).optional("the best on the validation part")

  /// `hyperrouter classify`: labels for lines that have none.
  static let classify = Command(
    "classify", summary: "label lines of text with a classifier that finetune made",
    discussion: """
      Prints for every line its likeliest label, a tab, the label's probability, a tab, and the line. A line has at most T + M
      symbols: of a longer one the last are read. Empty lines have no label and are left out; both are counted on standard error.
      """,
    bare: RunFlags.checkpoint,
    groups: [
      FlagGroup("What to label", [RunFlags.checkpoint, data, experts]), RunFlags.threadsAndOutput,
    ],
    examples: [
      Example("the lines of a file", "--checkpoint", "runs/tuned/finetuned", "--data", "lines.txt"),
      Example("what another program writes", "--checkpoint", "runs/tuned/finetuned", from: "head lines.txt"),
    ]
  ) { options, console in
    let classifier = try StoredClassifier(expectedIn: RunDirectory.open(options[RunFlags.checkpoint]))
    let labelled = try LabelledLines(by: classifier, options[data], k: options[experts], options.settings)
    if options[RunFlags.json] { return try console.printObject(Stamped(labelled)) }
    for note in labelled.notes { console.note(note) }
    var shown = ShownBytes()
    try console.emit(Array(labelled.text.utf8), through: &shown)
  }
}
