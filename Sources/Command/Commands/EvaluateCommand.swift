import Corpora
import Experiments
import MixtureOfExperts
import RunFiles
import Training

extension Command {
  private static let data = Flag<String>.path(
    "data", or: Corpus.builtinNames, help: "the text: a file, - for standard input, or one of \(RunFlags.builtinNames)"
  ).setting(\.data).optional("the text of the run")
  private static let validation = Flag<String>.path("validation", help: "where the run's own is now; goes with --test")
    .optional("as in training").setting(\.validation)
  private static let test = Flag<String>.path("test", help: "where the run's own is now; goes with --validation")
    .optional("as in training").setting(\.test)
  private static let split = Flag<TextMeasurement.Part>.choice(
    "split", of: TextMeasurement.Part.self, help: "the part of the text"
  ).optional("validation, or all of another text")
  private static let symbols = RunFlags.evaluationSymbols.meaning("the first symbols to read, at most")
  private static let ks = RunFlags.ks.also("top-k")
  private static let segment = Flag<Int>.integer(
    "segment", in: Configuration.Limits.segment,
    help: "tokens in a segment; the memory grows by what it is shorter than in training"
  ).optional("as in training")
  private static let noMemory = Flag<Bool>.toggle("no-memory", help: "read every segment without memory")
  private static let memories = Flag<[Int]>.integers(
    "memory", in: Configuration.Limits.memory,
    help: "tokens of memory, M, one evaluation for each; may be more than in training"
  ).optional("as in training")

  /// `hyperrouter evaluate`: a checkpoint on a text.
  static let evaluate = Command(
    "evaluate", summary: "measure a trained model on a text at several k",
    discussion: """
      A classifier that finetune made is measured, too: --data is then a file with a text, a tab and a label in every line, or
      CSV.
      """,
    bare: RunFlags.newestCheckpoint,
    groups: [
      FlagGroup(
        "What to measure",
        [
          RunFlags.newestCheckpoint, RunFlags.weights, data, validation, test, split, symbols, ks, segment,
          memories,
          noMemory,
        ]),
      RunFlags.threadsAndOutput,
    ],
    examples: [
      Example("how good is it with fewer experts?", "--checkpoint", "runs/book", "--k", "1,2,4,8"),
      Example(
        "on a text that another program writes", "--checkpoint", "runs/book", "--data", "-", from: "cat other.txt"),
    ],
    check: { options in
      try options.settings.checkHeldOut()
      if options[memories] != nil && options[noMemory] {
        throw CommandError.usage("--no-memory does not go with --memory, which says how long memory is")
      }
    }
  ) { options, console in
    let directory = try console.run(options[RunFlags.newestCheckpoint])
    if let classifier = try StoredClassifier(ifIn: directory) { return try measure(classifier, options, console) }
    var reading = TextMeasurement.Reading()
    (reading.split, reading.symbols) = (options[split], options[symbols])
    (reading.segment, reading.memories, reading.remembers) = (options[segment], options[memories], !options[noMemory])
    let measurement = try TextMeasurement(
      of: StoredRun(directory), options[RunFlags.weights], reading, options.settings, reporter: console)
    try options[RunFlags.json] ? console.printObject(Stamped(measurement)) : console.print(measurement.passages)
  }

  /// The same for a classifier, whose texts are labelled and read at once.
  private static func measure(_ classifier: StoredClassifier, _ options: Options, _ console: Console) throws {
    let inapplicable: [any DeclaredFlag] = [
      validation, test, segment, memories, noMemory, RunFlags.weights, symbols,
    ]
    if let given = options.firstGiven(of: inapplicable) {
      throw CommandError.usage(
        "--\(given.name): found with a classifier, which reads a text at once and has one set of weights")
    }
    if options[data] != nil, options.isGiven(split) {
      throw CommandError.usage("--split: found with --data and a classifier, which reads the whole file")
    }
    guard let part = SplitName(rawValue: (options[split] ?? .validation).rawValue) else {
      throw CommandError.usage("--split: found all with a classifier, expected train, validation or test")
    }
    let measurement = try ClassifierMeasurement(of: classifier, on: options[data], part, options.settings)
    measurement.notes.forEach(console.note)
    try options[RunFlags.json] ? console.printObject(Stamped(measurement)) : console.print(measurement.passages)
  }
}
