import Corpora
import Experiments
import Foundation
import Jacobian
import RunFiles
import Tensors
import Training

/// The flags of `train` alone.
enum TrainFlags {
  static let resume = Flag<String>.path(
    "resume", "DIR",
    help:
      "continue the run in this directory exactly where it stopped; no other settings, but --steps makes it longer, and --data says "
      + "where the same text is now"
  ).optional("start anew")
  static let from = Flag<String>.path(
    "from", "DIR",
    help:
      "begin with the trained weights of the run in this directory, whose model and symbols are kept: a text must have no others"
  ).optional("weights made from --seed")
  static let output = RunFlags.output.optional("runs/ROUTER-seedN")
  static let checkpointInterval = Flag<Int>.integer(
    "checkpoint-every", in: TrainingOptions.Limits.steps, help: "steps between checkpoints"
  ).defaulting(to: TrainingSession.defaultCheckpointInterval)
  static let logInterval = Flag<Int>.integer(
    "log-every", in: TrainingOptions.Limits.steps, help: "steps between lines of metrics.jsonl"
  ).defaulting(to: TrainingSession.defaultLogInterval)
  static let evaluationInterval = Flag<Int>.integer(
    "evaluate-every", in: TrainingOptions.Limits.steps,
    help:
      "steps between evaluations on the way, with the first \(TrainingObserver.largestSymbols) symbols of the "
      + "validation part"
  ).setting(\.evaluationInterval, otherwise: "a tenth of the run")
  static let patience = Flag<Int>.integer(
    "patience", in: TrainingOptions.Limits.steps,
    help: "stop after N evaluations without improvement on the validation part"
  ).setting(\.patience, otherwise: "train to the last step")
}

extension Command {
  /// `hyperrouter train`: one model into a run directory.
  static func train(_ interruption: Interruption, _ files: any FileOperations) -> Command {
    Command(
      "train", summary: "train one model into a run directory, or continue one",
      discussion: """
        Keeps config.json, origin.json, metrics.jsonl, model.safetensors, best.safetensors, state.safetensors, results.json and
        report.html in the run directory; with --from, initial.safetensors, too. An interrupted run continues with --resume DIR and ends with the same bits as an uninterrupted one. With
        --steps, too, a finished run goes on: the learning rate and k then follow their courses over the longer run.
        """,
      groups: [
        FlagGroup(
          "The run",
          [
            RunFlags.router, RunFlags.data, RunFlags.tokens, RunFlags.vocabulary, TrainFlags.output, TrainFlags.resume,
            TrainFlags.from,
          ]),
        RunFlags.model, RunFlags.training,
        FlagGroup(
          "On the way and afterwards",
          [
            TrainFlags.evaluationInterval, TrainFlags.patience, TrainFlags.checkpointInterval, TrainFlags.logInterval,
            RunFlags.ks, RunFlags.json,
          ]),
      ],
      examples: [
        Example(
          "a router on a text of your own", "--router", "smoe", "--data", "book.txt", "--steps", "2000", "--out",
          "runs/book"),
        Example("go on where it stopped, and longer", "--resume", "runs/book", "--steps", "4000"),
      ],
      check: { options in
        try reporting {
          if options[TrainFlags.resume] != nil {
            try TrainRun.refuseSettings(options)
          } else if options[TrainFlags.from] != nil {
            try TrainRun.refuseModel(options)
          } else {
            try options.checkVocabulary()
            try options.checkRuns(of: [.original(options[RunFlags.router])])
          }
        }
      }
    ) { options, console in
      try reporting {
        let run =
          if let path = options[TrainFlags.resume] {
            try TrainRun.continued(path, options, interruption, files)
          } else {
            try TrainRun.begun(options, interruption, files)
          }
        let session = TrainingSession(
          configuration: run.configuration, corpus: run.corpus, label: run.configuration.model.router.rawValue,
          workers: Workers(count: options[RunFlags.threads]), directory: run.directory, console: console,
          interruption: interruption, checkpointInterval: options[TrainFlags.checkpointInterval],
          logInterval: options[TrainFlags.logInterval], isAlone: true)
        try TrainReport(session: session, directory: run.directory, options: options).finish()
      }
    }
  }
}
