import Corpora
import Experiments
import Foundation
import Jacobian
import Report
import RunFiles
import Tensors
import Training

extension Command {
  private static let resume = Flag<String>.path(
    "resume", "DIR",
    help:
      "continue the run in this directory exactly where it stopped; no other settings, but --steps makes it longer, and --data, "
      + "--validation and --test say where the same text is now"
  ).optional("start anew")
  private static let from = Flag<String>.path(
    "from", "DIR",
    help:
      "begin with the trained weights of the run in this directory, whose model and symbols are kept: a text must have no others"
  ).optional("weights made from --seed")
  private static let output = RunFlags.output.optional("runs/ROUTER-seedN, or the next free name")
  private static let checkpointInterval = Flag<Int>.integer(
    "checkpoint-every", in: TrainingOptions.Limits.steps, help: "steps between checkpoints"
  ).defaulting(to: TrainingSession.defaultCheckpointInterval)
  private static let logInterval = Flag<Int>.integer(
    "log-every", in: TrainingOptions.Limits.steps, help: "steps between lines of metrics.jsonl"
  ).defaulting(to: TrainingSession.defaultLogInterval)
  private static let sampleInterval = Flag<Int>.integer(
    "sample-every", in: TrainingOptions.Limits.steps, help: "steps between lines that the model writes on the way"
  ).optional("none")
  private static let evaluationInterval = Flag<Int>.integer(
    "evaluate-every", in: TrainingOptions.Limits.steps,
    help:
      "steps between evaluations on the way, with the first \(TrainingObserver.largestSymbols) symbols of the "
      + "validation part at most"
  ).setting(\.evaluationInterval, otherwise: "a tenth of the run")
  private static let patience = RunFlags.patience.setting(\.patience, otherwise: "train to the last step")

  /// `hyperrouter train`: one model into a run directory.
  static func train(_ interruption: Interruption, _ files: any FileOperations) -> Command {
    Command(
      "train", summary: "train one model into a run directory, or continue one",
      discussion: """
        Keeps config.json, origin.json, metrics.jsonl, model.safetensors, best.safetensors, state.safetensors, results.json and
        report.html in the run directory; with --from, initial.safetensors, too. An interrupted run continues with --resume DIR and ends with the same bits as an uninterrupted one. With
        --steps, too, a finished run goes on: the learning rate and k then follow their schedules over the longer run.
        """,
      bare: RunFlags.data,
      groups: [
        FlagGroup(
          "The run",
          [
            RunFlags.router, RunFlags.data, RunFlags.validation, RunFlags.test, RunFlags.tokens, RunFlags.vocabulary,
            output, resume, from,
          ]),
        RunFlags.model, RunFlags.training,
        FlagGroup(
          "On the way and afterwards",
          [
            evaluationInterval, RunFlags.evaluationSymbols, patience, sampleInterval, checkpointInterval, logInterval,
            RunFlags.ks, RunFlags.verbose, RunFlags.json,
          ]),
      ],
      examples: [
        Example(
          "a router on a text of your own", "--router", "smoe", "--data", "book.txt", "--steps", "2000", "--out",
          "runs/book"),
        Example("go on where it stopped, and longer", "--resume", "runs/book", "--steps", "4000"),
      ],
      check: { options in
        try options.settings.checkHeldOut()
        if options[resume] != nil {
          try refuseSettings(options)
        } else if options[from] != nil {
          try refuseModel(options)
        } else {
          try options.settings.checkVocabulary()
          try options.settings.check([Variant(options[RunFlags.router])])
        }
      }
    ) { options, console in
      let settings = options.settings
      let observer = ExperimentConsole(console: console, interruption: interruption)
      let run =
        if let path = options[resume] {
          try TrainRun.continued(path, settings, with: files, observer: observer)
        } else {
          try TrainRun.begun(
            settings, router: options[RunFlags.router], from: options[from],
            at: options[output], with: files, command: options.words, observer: observer)
        }
      var session = TrainRun.SessionOptions()
      session.checkpointInterval = options[checkpointInterval]
      session.logInterval = options[logInterval]
      session.sampleInterval = options[sampleInterval]
      let result = try run.result(settings, session)
      if options[RunFlags.json] { return try console.printObject(Stamped(result)) }
      try console.print(result.passages(isVerbose: options[RunFlags.verbose]))
      try console.print(
        TextChart(
          validation: result.result.history.map { ($0.step, $0.validation.bitsPerCharacter) }, unit: run.corpus.unit))
      try console.print("")
      try console.print(result.sample)
      try console.print("\nkept in \(run.directory.path.onOneLine)")
      try console.print("next: hyperrouter generate --checkpoint \(run.directory.path.onOneLine) --length 1000")
    }
  }

  /// A continued run keeps its settings, so that it ends with the bits of an uninterrupted one.
  private static func refuseSettings(_ options: Options) throws {
    let free: [any DeclaredFlag] = [
      RunFlags.threads, RunFlags.steps, RunFlags.data, RunFlags.validation, RunFlags.test, RunFlags.ks,
    ]
    let kept = options.command.flags.filter { flag in flag.isSetting && !free.contains { $0.name == flag.name } }
    if let given = options.firstGiven(of: kept + [RunFlags.router, output, from]) {
      throw CommandError.usage("--\(given.name) does not go with --resume: a continued run keeps its settings")
    }
    if options.isGiven(RunFlags.data), options[RunFlags.data] == InputFile.standardInput {
      throw CommandError.usage("--data: found - with --resume, expected the file in which the run's text is now")
    }
  }

  /// Weights fit the model and the symbols that they were trained for, and no other.
  private static func refuseModel(_ options: Options) throws {
    let kept = RunFlags.model.flags.filter { $0.name != RunFlags.preset.name }
    if let given = options.firstGiven(
      of: kept + [RunFlags.router, RunFlags.tokens, RunFlags.vocabulary, RunFlags.balance])
    {
      throw CommandError.usage("--\(given.name) does not go with --from: the weights' model and symbols are kept")
    }
  }
}
