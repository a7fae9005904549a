import Experiments
import RunFiles

extension Command {
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
            RunFlags.checkpoint, RunFlags.weights, FinetuneFlags.data, FinetuneFlags.validation, FinetuneFlags.test,
            FinetuneFlags.conditions, RunFlags.ks,
          ]),
        FlagGroup("Output", [FinetuneFlags.output, RunFlags.json]),
        FlagGroup(
          "Training",
          [
            FinetuneFlags.epochs, FinetuneFlags.steps, FinetuneFlags.batch, FinetuneFlags.learningRate,
            FinetuneFlags.kSchedule, FinetuneFlags.dropout, RunFlags.seed, FinetuneFlags.seeds, RunFlags.threads,
          ]),
      ],
      examples: [
        Example("which dialect a line is from, three seeds", "--checkpoint", "runs/all/smoe", "--seeds", "3"),
        Example(
          "on texts of your own, kept", "--checkpoint", "runs/book", "--data", "train.tsv", "--out", "runs/tuned"),
      ],
      check: { try FinetuneFlags.check($0) }
    ) { options, console in
      let observer = ExperimentConsole(console: console, interruption: interruption)
      let run = try FinetuneRun(FinetuneFlags.settings(options), options.settings, observer: observer)
      let directory = try options[FinetuneFlags.output].map { try run.directory(at: $0, with: files) }
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
}
