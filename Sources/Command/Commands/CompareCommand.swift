import Corpora
import Experiments
import Jacobian
import MixtureOfExperts
import Report
import RunFiles
import Training

extension Command {
  private static let routers = Flag<[RouterKind]>.choices(
    "routers", among: RouterKind.allCases, help: "the models to compare, in this order"
  ).defaulting(to: RouterKind.compared)
  private static let conditions = Flag<Conditions>.choice(
    "conditions", of: Conditions.self, formerly: ["equal": .matched, "original": .published],
    help:
      "tuned: k is kept, and each router has the best settings of an equally large search, those stored with the preset; "
      + "published: each as its authors have it; matched: k grows to N for all, and initialisation scale and effective "
      + "learning rate of W_r are equal at first"
  ).optional(
    "tuned with preset \(TunedSettings.stored.keys.map(\.rawValue).sorted().joined(separator: ", ")), published with others"
  )
  private static let seeds = Flag<Int>.integer(
    "seeds", in: 1...1000, help: "how many seeds, from --seed on; with two or more, differences have intervals"
  ).optional(
    "\(Comparison.defaultSeeds); \(PaperSuite.defaultSeeds) with --suite paper, \(OpenExperiments.defaultSeeds) with --suite open"
      + OpenExperiments.all.filter { $0.defaultSeeds != OpenExperiments.defaultSeeds }
      .map { ", \($0.defaultSeeds) for its part \($0.id)" }.joined()
  )
  private static let suite = Flag<SuiteName>.choice(
    "suite", of: SuiteName.self,
    help:
      "paper: settings are searched, then the paper's six claims judged, tuned and as published, on \(RunSettings().data) "
      + "and on the text of --data if it is another; "
      + "open: those about what the paper leaves open, on texts of its own, and on the words of the text of --data if there is "
      + "one, the \(WordsExperiment.vocabulary) most frequent or as many as --vocabulary says; most take an hour or so; "
      + "\(long.map(\.id).listed) take hours and are run only where --parts names them, regime on the text of --data; needs --out, "
      + "can be stopped and continued"
  ).optional("one comparison")
  private static let parts = Flag<[any OpenExperiment]>.choices(
    "parts", among: OpenExperiments.all, by: { $0.id }, help: "the parts of --suite open, in this order"
  ).optional("all but \(long.map(\.id).listed); words if there is --data")
  /// Parts of --suite open that are run only where they are named.
  private static let long = OpenExperiments.all.filter(\.isLong)
  private static let searchRates = Flag<Int>.integer(
    "search-rates", in: 2...9,
    help: "learning rates that --suite paper searches, each twice the one before, around that of the settings"
  ).defaulting(to: SettingsSearch.Size().rates)
  private static let searchKnobs = Flag<Int>.integer(
    "search-knobs", in: 1...6,
    help:
      "values of each router's own knob that it searches: what η is multiplied by for W_r or e, or how large a frozen W_r begins"
  ).defaulting(to: SettingsSearch.Size().knobs)
  private static let searchSteps = Flag<Int>.integer(
    "search-steps", in: TrainingOptions.Limits.steps, help: "steps of each run of the search"
  ).optional("as many as --steps")
  private static let output = RunFlags.output.meaning(
    "keep every run in this directory, or go on there with the same comparison, or with more seeds or routers"
  ).optional("nothing is written")

  /// `hyperrouter compare`: the main job.
  static func compare(_ interruption: Interruption, _ files: any FileOperations) -> Command {
    Command(
      "compare", summary: "train routers side by side on one text and compare them",
      discussion: """
        Trains each router from the same seeds on the same text, evaluates each at k = 1, 2, 4, … N experts, and prints the
        table of their bits. All weights but the routers' start equal. Where settings were searched each router has its own best
        ones: at the published ones most of a difference can come from the k schedule, or from the initialisation scale and the
        effective learning rate of W_r. What is chosen is chosen on the validation part, figures are of the test part. Without --out nothing is
        written; with it every model is kept in DIR/ROUTER, or DIR/ROUTER-SEED, and the same command continues an interrupted
        comparison and ends with the same bits, or prints a finished one again.
        """,
      groups: [
        FlagGroup(
          "What to compare",
          [
            routers, conditions, seeds, suite, parts, RunFlags.data, RunFlags.validation, RunFlags.test,
            RunFlags.tokens,
            RunFlags.vocabulary, RunFlags.ks, RunFlags.evaluationSymbols,
          ]),
        FlagGroup("The search of settings", [searchRates, searchKnobs, searchSteps]),
        FlagGroup("Output", [output, RunFlags.verbose, RunFlags.json]),
        RunFlags.model, RunFlags.training,
      ],
      examples: [
        Example("three routers, with intervals, kept and continued", "--seeds", "3", "--out", "runs/all"),
        Example("on a text of your own, as their authors have them", "--data", "book.txt", "--conditions", "published"),
      ],
      check: { options in
        try checkSuite(options)
        let settings = options.settings
        try settings.checkHeldOut()
        let variants =
          switch options[suite] {
          case .paper: try PaperSuite.variants(settings)
          case .open:
            try open(options).flatMap { part in try part.variants(part.settings(settings)).flatMap(\.variants) }
          case nil: options[routers].map { conditions(options).variant($0, settings) }
          }
        if options[suite] != .open { try settings.checkVocabulary() }
        try settings.check(variants)
      }
    ) { options, console in
      let settings = options.settings
      let observer = ExperimentConsole(console: console, interruption: interruption)
      if let path = options[output], let suite = options[suite] {
        let (result, directory): (SuiteResult, RunDirectory)
        switch suite {
        case .paper:
          let suite = try PaperSuite(
            settings, seeds: options[seeds] ?? PaperSuite.defaultSeeds, search: search(options), command: options.words,
            observer: observer)
          (result, directory) = try suite.result(at: path, with: files)
        case .open:
          (result, directory) = try OpenExperiments.result(
            open(options), settings, seeds: options[seeds], at: path, with: files, command: options.words,
            observer: observer)
        }
        if options[RunFlags.json] { return try console.printObject(Stamped(result)) }
        try console.print(result.passages(isVerbose: options[RunFlags.verbose]))
        return try console.print(
          "\nkept in \(directory.path); all numbers: hyperrouter report \(directory.path)".printable)
      }
      let comparison = try Comparison(
        settings, routers: options[routers], conditions: conditions(options),
        seeds: options[seeds] ?? Comparison.defaultSeeds, command: options.words, observer: observer)
      let directory = try options[output].map { try comparison.experiment.directory(at: $0, with: files) }
      if !options[RunFlags.json] { try console.print(comparison.heading.printable) }
      let result = try comparison.result(in: directory)
      if options[RunFlags.json] { return try console.printObject(Stamped(result)) }
      // Also apart from what progress left on a terminal.
      try console.print("")
      try console.print(result.passages(isVerbose: options[RunFlags.verbose]))
      if options[RunFlags.verbose] { try console.print(TextChart(result.runs)) }
      if let directory { try console.print("\nkept in \(directory.path.onOneLine)") }
      try console.print("\nnext: hyperrouter " + next(options, directory).onOneLine)
    }
  }

  /// Those asked for, or those of the preset.
  private static func conditions(_ options: Options) -> Conditions {
    options[conditions] ?? .standard(for: options.settings.preset)
  }

  private static func search(_ options: Options) -> SettingsSearch.Size {
    var size = SettingsSearch.Size()
    (size.rates, size.knobs, size.steps) = (options[searchRates], options[searchKnobs], options[searchSteps])
    return size
  }

  /// What to type next: intervals for one seed, then the page or verdicts.
  private static func next(_ options: Options, _ directory: RunDirectory?) -> String {
    if options[seeds] ?? Comparison.defaultSeeds == 1 { return (options.words + ["--seeds", "3"]).shellLine }
    return directory.map { ["report", $0.path].shellLine } ?? "compare --suite paper --out runs/paper"
  }

  /// A suite says what is compared, and is too long not to be kept.
  private static func checkSuite(_ options: Options) throws(CommandError) {
    guard options[parts] == nil || options[suite] == .open else { throw .usage("--parts goes with --suite open alone") }
    if options[suite] != .paper, let given = options.firstGiven(of: [searchRates, searchKnobs, searchSteps]) {
      throw .usage("--\(given.name) goes with --suite paper alone")
    }
    guard let suite = options[suite] else {
      let preset = options.settings.preset
      guard options[conditions] == .tuned, TunedSettings.stored[preset] == nil else { return }
      throw .usage(
        "--conditions: found tuned with preset \(preset.rawValue), which has no settings stored, expected published or matched, "
          + "or --suite paper, which searches them")
    }
    let fixed: [any DeclaredFlag] =
      [
        routers, conditions, RunFlags.kSchedule, RunFlags.routerScale, RunFlags.embeddingScale,
        RunFlags.routerLearningRate, RunFlags.validation, RunFlags.test,
      ] + (suite == .paper ? [RunFlags.ks] : [RunFlags.gateOrder])
    if let given = options.firstGiven(of: fixed) {
      throw .usage("--\(given.name) does not go with --suite, which says what is compared")
    }
    if suite == .paper, options.settings[\.tokens] == .words {
      throw .usage("--tokens: found words with --suite paper, whose first text is a built-in one, which has none")
    }
    if suite == .paper, options.settings.expertsPerToken != nil {
      throw .usage("--experts-per-token does not go with --suite paper, which compares at k = 2")
    }
    if suite == .open {
      try checkWords(options)
      let parts = open(options)
      let reaching = [ReachExperiment().id, RecallExperiment().id]
      if let part = parts.first(where: { reaching.contains($0.id) }), options.settings[\.model.memory] == 0 {
        throw .usage("--memory: found 0, expected at least 1 for the part \(part.id)")
      }
      if let part = parts.first(where: { $0 is ExpertCountExperiment }), options.isGiven(RunFlags.experts) {
        throw .usage("--experts does not go with the part \(part.id), which says how many there are")
      }
    }
    guard options[output] != nil else {
      throw .usage("--suite needs --out, so that it can be stopped and continued")
    }
  }

  /// One part of the open suite has a text that is not its own.
  private static func checkWords(_ options: Options) throws(CommandError) {
    if options.isGiven(RunFlags.tokens) {
      throw .usage("--tokens does not go with --suite open, whose parts say what a symbol is")
    }
    let words = WordsExperiment().id
    let reading = OpenExperiments.all.filter { $0.text == .given }.map(\.id)
    if open(options).contains(where: { $0.text == .words }) {
      guard options.isGiven(RunFlags.data) else { throw .usage("--parts: found \(words), expected --data with it") }
      let data = options[RunFlags.data]
      if Corpus.builtinNames.contains(data) {
        throw .usage("--data: found \(data) with the part \(words), expected a file of words")
      }
    } else if options.isGiven(RunFlags.vocabulary) {
      throw .usage("--vocabulary: found without the part \(words), which alone reads words")
    } else if options.isGiven(RunFlags.data), !open(options).contains(where: { $0.text == .given }) {
      throw .usage("--data: found without the part \((reading + [words]).joined(separator: " or ")), whose text it is")
    }
  }

  /// All parts but long ones and that of words, which needs a text, unless flags say otherwise.
  private static func open(_ options: Options) -> [any OpenExperiment] {
    options[parts]
      ?? OpenExperiments.all.filter { !$0.isLong && ($0.text != .words || options.isGiven(RunFlags.data)) }
  }
}

/// The experiments of many runs that `compare --suite` knows.
private enum SuiteName: String, CaseIterable {
  /// The paper's claims, judged.
  case paper
  /// What the paper leaves open.
  case open
}
