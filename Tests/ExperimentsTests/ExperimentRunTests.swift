import Hosts
import Corpora
import Foundation
import MixtureOfExperts
import RunFiles
import Tables
import TestSupport
import Testing

@testable import Experiments
@testable import Training

/// Remembers what it is told, and stops where it is asked to.
final class Listener: ExperimentObserver {
  struct Stopped: Error {
    let moment: String
  }
  private struct Progress: StepProgress {
    let listener: Listener
    func update(step: Int, bitsPerCharacter: Double?) {
      guard let bitsPerCharacter else { return }
      listener.steps.append((step, bitsPerCharacter, listener.isCompleting))
    }
    func note(_ text: String) {}
    func finish() {}
  }

  var notes: [String] = []
  /// The steps of trainings, with their bits, and whether they were part of work that may not be cut in two.
  var steps: [(step: Int, bits: Double, isWhole: Bool)] = []
  private var isCompleting = false
  var records: [[String: RunRecord]] = []
  /// After how many evaluations of a run on the way it is to stop.
  var stopsAfter: Int?
  var isInterrupted: Bool { stopsAfter.map { $0 <= records.count } ?? false }

  func note(_ line: String) { notes.append(line) }
  func announce(_ sentences: [String]) { notes += sentences }
  func steps(_ label: String, symbol: String, of steps: Int, tokensPerStep: Int, from first: Int) -> any StepProgress {
    Progress(listener: self)
  }
  func completing<Result>(_ work: () throws -> Result) throws -> Result {
    let before = isCompleting
    isCompleting = true
    defer { isCompleting = before }
    return try work()
  }
  func advise(_ advice: String?) {}
  func interruption(_ moment: String) -> any Error { Stopped(moment: moment) }
  func recorded(_ runs: [String: RunRecord], in directory: RunDirectory) throws { records.append(runs) }
}

@Suite("Experiments through the library, in process")
struct ExperimentRunTests {
  /// Passages in another order.
  private struct Unexpected: Error {}

  private let directory = TemporaryDirectory()
  private var folder: String { directory.path }

  /// A model that trains in a moment.
  private let settings = small { settings in
    settings.preset = .smoke
    settings.set(\.training.steps, to: 4)
    settings.set(\.model.segment, to: 16)
    settings.set(\.training.batch, to: 4)
    settings.set(\.training.learningRate.peak, to: 0.05)
    settings.evaluationKs = [1, 4]
  }

  /// The settings for a text of its own.
  private func settingsOnText(_ change: (inout RunSettings) -> Void = { _ in }) throws -> RunSettings {
    let text = (0..<600).map { "line \($0 * $0 % 97): some letters, again\n".suffix(40) }.joined()
    var settings = settings
    settings.set(\.data, to: try directory.write(Data(text.utf8), to: "text.txt"))
    change(&settings)
    return settings
  }

  @Test(
    "More seeds and more routers join a kept comparison, whose models are not trained again; fewer or others are refused"
  )
  func growth() throws {
    func result(_ routers: [RouterKind], seeds: Int, _ listener: Listener, in name: String = "all") throws
      -> Comparison.Result
    {
      let comparison = try Comparison(
        settings, routers: routers, conditions: .published, seeds: seeds, observer: listener)
      return try comparison.result(in: comparison.experiment.directory(at: "\(folder)/\(name)"))
    }
    _ = try result([.smoe, .hyperRouter], seeds: 1, Listener())
    let listener = Listener()
    let grown = try result([.smoe, .smoeDropout, .hyperRouter], seeds: 2, listener)
    #expect(listener.notes.count { $0.hasSuffix("kept from before") } == 2 && listener.notes.count == 6)
    let whole = try result([.smoe, .smoeDropout, .hyperRouter], seeds: 2, Listener(), in: "whole")
    #expect(grown.routers.map { $0.test.map(\.loss) } == whole.routers.map { $0.test.map(\.loss) })
    #expect(grown.differences.count == whole.differences.count)
    let origin = try RunDirectory.open(folder + "/all").readJSON(RunOrigin.self, from: RunOrigin.name)
    #expect(
      origin.parts[0].runs == ["smoe", "smoe-dropout", "hyperrouter", "smoe-2", "smoe-dropout-2", "hyperrouter-2"])
    #expect(throws: FileError.self) { _ = try result([.smoe, .hyperRouter], seeds: 1, Listener()) }
    #expect(throws: FileError.self) { _ = try result([.smoe, .dense, .hyperRouter], seeds: 2, Listener()) }
  }

  @Test("A comparison trains, measures, judges and keeps; the same again finds it finished, stopped it goes on")
  func comparison() throws {
    let settings = try settingsOnText()
    let listener = Listener()
    func result(_ observer: Listener) throws -> Comparison.Result {
      let comparison = try Comparison(
        settings, routers: RouterKind.compared, conditions: .matched, seeds: 2, observer: observer)
      #expect(comparison.heading.contains("matched conditions"))
      return try comparison.result(in: comparison.experiment.directory(at: folder + "/all"))
    }
    listener.stopsAfter = 3
    #expect(throws: Listener.Stopped.self) { _ = try result(listener) }
    let (first, again) = (try result(Listener()), Listener())
    let kept = try result(again)
    #expect(again.notes.count == 6 && again.notes.allSatisfy { $0.hasSuffix("kept from before") })
    #expect(try JSON.encode(kept.routers) == JSON.encode(first.routers))
    // So is what an earlier version kept under other keys.
    func older(_ text: String, _ keys: [String: String]) throws -> String {
      try keys.reduce(text) { text, key in
        try #require(text.contains("\"\(key.key)\""), "\(key.key)")
        return text.replacing("\"\(key.key)\"", with: "\"\(key.value)\"")
      }
    }
    let keys = [
      "history": "course", "variance_share": "variance_seen", "chance_baseline": "by_chance",
      "variance_share_chance_baseline": "variance_seen_by_chance", "margin_chance_baseline": "margin_by_chance",
    ]
    let file = folder + "/all/hyperrouter-2/results.json"
    try older(String(contentsOfFile: file, encoding: .utf8), keys).write(
      toFile: file, atomically: true, encoding: .utf8)
    let reading = Listener()
    #expect(try JSON.encode(result(reading).routers) == JSON.encode(first.routers))
    #expect(reading.notes.allSatisfy { $0.hasSuffix("kept from before") })
    let summary = CorpusSummary(try Corpus(builtin: DialectCorpus(lines: 200)))
    let text = try older(
      String(decoding: JSON.encode(summary), as: UTF8.self), ["recall_bits_chance_baseline": "recall_bits_by_chance"])
    #expect(try JSON.decode(CorpusSummary.self, from: Data(text.utf8)) == summary)
    #expect(first.runs.variants == RouterKind.compared.map(\.rawValue) && first.runs.seeds == [1, 2])
    // The result of another seed in a run's place is not believed.
    let (own, other) = (folder + "/all/smoe/results.json", folder + "/all/smoe-2/results.json")
    try FileManager.default.removeItem(atPath: own)
    try FileManager.default.copyItem(atPath: other, toPath: own)
    let doubted = Listener()
    #expect(try result(doubted).routers.map(\.seed) == first.routers.map(\.seed))
    let notes = doubted.notes.filter { !$0.hasSuffix("kept from before") }
    #expect(notes.count == 2 && notes[0].hasPrefix("smoe: its results are not those of this model"), "\(notes)")
    #expect(listener.steps.allSatisfy { $0.isWhole }, "what is kept is kept whole")
    let free = Listener()
    let unkept = try Comparison(settings, routers: RouterKind.compared, conditions: .matched, seeds: 2, observer: free)
      .result(in: nil)
    #expect(free.steps.map(\.step) == (0..<6).flatMap { _ in 1...4 } && free.steps.allSatisfy { !$0.isWhole })
    for (one, other) in zip(first.routers, unkept.routers) {
      #expect(one.test.map(\.loss) == other.test.map(\.loss), "stopped and continued are the same bits")
    }
    func tables(isVerbose: Bool) -> [Table] {
      first.passages(isVerbose: isVerbose).compactMap { if case .table(let table) = $0 { table } else { nil } }
    }
    let (shown, tables) = (tables(isVerbose: false), tables(isVerbose: true))
    #expect(shown == [first.runs.quality] && shown[0].rows.count == 3 + 5, "and five n-grams")
    #expect(tables.count >= 6 && tables.last == shown[0])
    #expect(tables.contains { $0.title.hasPrefix("differences") && $0.rows.count == 3 })
    #expect(first.runs.summary.count == 2 && first.differences.count == 3 * 2)
    // Whatever is evaluated besides, routers are compared at k = 2, on the way as in the end.
    let dense = first.routers.allSatisfy { $0.commonK == 2 && $0[2]?.k == 2 && $0.test.map(\.k) == [1, 4] }
    #expect(dense && first.routers.allSatisfy { $0.entropy(k: 2) != nil && $0.mixtures.count == 2 })
  }

  @Test("Parts of the open suite share runs, answer their questions and print their tables")
  func open() throws {
    let corpus = try Corpus(builtin: DialectCorpus(lines: 200))
    let parts = try [BalanceExperiment(), ReachExperiment()].map { (experiment: any OpenExperiment) in
      try experiment.part(settings, on: corpus, seeds: settings.seeds(2))
    }
    let observer = Listener()
    let experiment = try Experiment(settings, parts, observer: observer)
    #expect(experiment.runs.count == 2 * (5 + 3))
    // Whatever the settings ask for, balance is judged at the k that was trained.
    #expect(parts[0].runs.allSatisfy { $0.ks == [2] } && parts[1].runs.allSatisfy { $0.ks == nil })
    let directory = try experiment.directory(at: folder + "/open")
    #expect(try experiment.announcement(in: directory).hasPrefix("16 runs, about "))
    let result = try SuiteResult(OpenExperiments.id, experiment, in: directory)
    #expect(result.parts.map(\.open) == ["balance", "reach"] && result.parts.map(\.seeds) == [2, 2])
    for part in result.parts {
      #expect(!part.findings.isEmpty && part.findings.allSatisfy { $0.missing == nil && $0.judgement == nil })
      #expect(OpenExperiments[part.open]?.tables(part.finished).isEmpty == false)
    }
    #expect(
      result.parts[1].runs.allSatisfy { $0.reach != nil } && result.parts[0].runs.allSatisfy { $0.reach == nil })
    let headings = result.passages(isVerbose: false).compactMap {
      if case .heading(let text) = $0 { text } else { nil }
    }
    #expect(
      headings == ["Load, specialisation, diversity: 4 steps, 2 seeds", "Effective context length: 4 steps, 2 seeds"])
    let origin = try directory.readJSON(RunOrigin.self, from: RunOrigin.name)
    #expect(origin.parts.map(\.open) == ["balance", "reach"])
    var nothing = parts[0]
    nothing.runs = []
    let empty = PartResult(nothing, FinishedRuns([], on: nil))
    #expect(empty.steps == 0 && empty.seeds == 0 && empty.findings.isEmpty && empty.hasNothing)
    #expect(try experiment.announcement(in: directory) == "16 runs, all kept from before")
    let other = try Experiment(settings, [parts[0]], observer: Listener())
    #expect(throws: FileError.self) { _ = try other.directory(at: folder + "/open") }
  }

  @Test(
    "The suite of the paper searches, trains with what was chosen, judges and keeps all; the same again finds it finished"
  )
  func paper() throws {
    let corpus = try Corpus(builtin: DialectCorpus(lines: 200))
    var settings = settings
    settings.evaluationKs = nil
    settings.set(\.training.steps, to: 2)
    var size = SettingsSearch.Size()
    (size.rates, size.knobs) = (2, 1)
    func result(_ observer: Listener, _ change: (inout RunSettings) -> Void = { _ in }) throws -> SuiteResult {
      var own = settings
      change(&own)
      let suite = try PaperSuite(
        own, [(corpus, own.data, "standard")], seeds: [1, 2], search: size, observer: observer)
      return try suite.result(at: folder + "/paper").result
    }
    let first = Listener()
    let found = try result(first)
    // Five models at two rates; eight tuned, five published and five other variants of two seeds.
    #expect(
      first.notes[0].hasPrefix("46 runs, about ") && first.notes[0].contains(", 10 of them, about "),
      "\(first.notes[0])")
    #expect(found.searches.count == 1 && found.searches[0].points.count == 10 && found.searches[0].seed == 1001)
    #expect(found.parts.map(\.conditions) == [.tuned, .published, nil] && found.parts.map(\.seeds) == [2, 2, 2])
    #expect(found.parts.map(\.findings.count) == [7, 7, 0])
    for part in found.parts.prefix(2) {
      #expect(part.findings.allSatisfy { $0.missing == nil && ($0.judgement == nil) == ($0.equivalenceMargin == nil) })
    }
    let tuned = try #require(found.searches[0]["hyperrouter"])
    let kept = try RunDirectory.open(folder + "/paper/standard-tuned-hyperrouter-growing-2")
      .readJSON(RunConfiguration.self, from: RunDirectory.configurationName).training
    #expect(kept.learningRate.peak == tuned.learningRate && kept.kSchedule.maximum == 8 && kept.seed == 2)
    let tables = found.passages(isVerbose: false).compactMap { if case .table(let table) = $0 { table } else { nil } }
    #expect(tables == [found.searches[0].table(ofBest: true)] + found.parts.compactMap(\.claims))
    let again = Listener()
    #expect(try JSON.encode(result(again)) == JSON.encode(found) && again.notes[0] == "46 runs, all kept from before")
    // Another suite is refused before it trains, and what is no suite before anything is written.
    let other = Listener()
    #expect(throws: FileError.self) { _ = try result(other) { $0.set(\.training.steps, to: 3) } }
    #expect(other.steps.isEmpty)
    _ = try RunDirectory.create(at: folder + "/run").writeJSON([1], to: RunDirectory.configurationName)
    #expect(throws: FileError.self) {
      _ = try PaperSuite(settings, [(corpus, settings.data, "standard")], seeds: [1], observer: other)
        .result(at: folder + "/run")
    }
    #expect(!FileManager.default.fileExists(atPath: folder + "/run/search-standard"))
  }

  @Test("--from goes on from the last weights, not the best, and rows move from where they were loaded")
  func from() throws {
    let first = try TrainRun.begun(
      settingsOnText { $0.set(\.training.learningRate.peak, to: 0.5) }, router: .smoe, at: folder + "/first",
      observer: Listener())
    let trained = try first.result(settings)
    // Whatever the best weights are, they are others.
    let other = LanguageModel<Float>(first.configuration.model, seed: 99)
    let best = folder + "/best"
    try Checkpoint.saveInitial(other, of: first.configuration, to: RunDirectory.create(at: best))
    try FileManager.default.removeItem(atPath: folder + "/first/" + Checkpoint.bestName)
    try FileManager.default.copyItem(
      atPath: best + "/" + Checkpoint.initialName, toPath: folder + "/first/" + Checkpoint.bestName)
    let still = try settingsOnText {
      $0.set(\.training.learningRate.peak, to: 1e-12)
      $0.set(\.training.steps, to: 1)
    }
    let run = try TrainRun.begun(
      still, router: .dense, from: folder + "/first", at: folder + "/second", observer: Listener())
    let initial = try run.configuration.initialModel(in: run.directory)
    let last = try StoredRun(RunDirectory.open(folder + "/first")).model(.last)
    #expect(initial.parameters.map(\.value) == last.parameters.map(\.value))
    #expect(initial.parameters.map(\.value) != other.parameters.map(\.value))
    let moved = try run.result(still).result
    let (far, near) = (trained.result.mean(\.displacement), moved.mean(\.displacement))
    #expect(try #require(far) > 0.1 && #require(near) < 1e-3, "\(far ?? -1) \(near ?? -1)")
    #expect(moved.router == "smoe")
  }

  @Test(
    "A run says what it trains, or where it goes on; its speed is that of all sessions, its loss that of the last steps"
  )
  func longer() throws {
    let (first, second, third) = (Listener(), Listener(), Listener())
    _ = try TrainRun.begun(
      settingsOnText { $0.set(\.training.steps, to: 1) }, router: .smoe, at: folder + "/run", observer: first
    ).result(settings)
    #expect(first.notes.count == 3 && first.notes[0].contains("V = 256, all bytes"))
    #expect(first.notes[2].contains("1 steps, about"))
    var longer = settings
    longer.set(\.training.steps, to: 3)
    let found = try TrainRun.continued(folder + "/run", longer, observer: second).result(settings)
    #expect(second.notes.count == 1 && second.notes[0].hasPrefix("going on after step 1 of 3, about "))
    #expect(found.finishedSteps == 3 && found.result.timedSteps == 3)
    let seconds = try [MetricsLine](in: RunDirectory.open(folder + "/run")).evaluations.map(\.seconds)
    #expect(seconds.count == 4 && seconds[0] == 0 && seconds[1] > 0 && seconds.last == found.result.seconds)
    // B·T = 4·16 tokens a step.
    #expect(abs(found.result.tokensPerSecond * found.result.seconds / (3 * 4 * 16) - 1) < 1e-9)
    let again = try TrainRun.continued(folder + "/run", longer, observer: third).result(settings)
    #expect(third.notes == ["already finished after step 3 of 3; --steps makes it longer"])
    #expect(again.result.seconds == found.result.seconds && again.result.timedSteps == 3)
    let last = try #require(second.steps.last)
    #expect(last.step == 3 && abs(last.bits * M_LN2 / found.finalTrainingLoss - 1) < 1e-12)
  }

  @Test("A loss that stops being finite ends a run with the step that met it and the checkpoint before it")
  func diverging() throws {
    let settings = try settingsOnText { $0.set(\.training.learningRate.peak, to: 1e30) }
    let run = try TrainRun.begun(settings, router: .smoe, at: folder + "/run", observer: Listener())
    let error = #expect(throws: ExperimentFailure.self) { _ = try run.result(settings) }
    let words = "the checkpoint of step 0 is kept in \(folder)/run; a smaller --learning-rate may help"
    #expect(error?.description == "router smoe, step 2: the loss is not finite; \(words)")
  }

  @Test("A trained model is evaluated in a table, finetuned, and its classifier measured on other texts")
  func finetune() throws {
    let run = try TrainRun.begun(
      settingsOnText { $0.set(\.training.steps, to: 1) }, router: .smoe, at: folder + "/run", observer: Listener())
    _ = try run.result(settings)
    let stored = try StoredRun(RunDirectory.open(folder + "/run"))
    let evaluated = try TextMeasurement(of: stored, .last, .init(), settings, reporter: Listener())
    guard case .paragraph(let heading) = evaluated.passages[0], case .table(let evaluation) = evaluated.passages[1]
    else { throw Unexpected() }
    let name = stored.configuration.data.split(separator: "/").last ?? ""
    #expect(heading == "after step 1 of 1, validation part of \(name), V = 256, all bytes")
    // Both layers, to two digits.
    #expect(evaluation.texts.count == 2 && evaluation.texts[0][4].wholeMatch(of: /\d\.\d\d \d\.\d\d/) != nil)
    // The total context stays that of training unless the memory is given.
    var reading = TextMeasurement.Reading()
    let context = stored.configuration.model.segment + stored.configuration.model.memory
    reading.segment = context + 1
    #expect(
      throws: ConfigurationError("segment", found: context + 1, expected: "at most M + T = \(context)")
    ) { _ = try TextMeasurement(of: stored, .last, reading, settings, reporter: Listener()) }
    reading.memories = [0, 3]
    let apart = try TextMeasurement(of: stored, .last, reading, settings, reporter: Listener())
    #expect(apart.memory == [0, 0, 3, 3] && apart.evaluation.map(\.k) == [1, 4, 1, 4])
    // One is more frequent in training, two in the other texts.
    func write(_ ones: Int, _ twos: Int, to name: String) throws -> String {
      let labels = Array(repeating: "one", count: ones) + Array(repeating: "two", count: twos)
      return try directory.write(Data(labels.map { "some letters\t\($0)\n" }.joined().utf8), to: name)
    }
    var asked = FinetuneSettings(checkpoint: folder + "/run")
    asked.texts = try ClassificationSources(train: write(40, 20, to: "rows.tsv"))
    asked.conditions = [.frozen]
    var own = settings
    own.set(\.training.steps, to: 1)
    let finetuning = try FinetuneRun(asked, own, observer: Listener())
    let found = try finetuning.outcome(in: finetuning.directory(at: folder + "/tuned")).classifiers[0]
    let classifier = try #require(try StoredClassifier(ifIn: RunDirectory.open(folder + "/tuned/frozen")))
    #expect(try ClassifierMeasurement(of: classifier, on: nil, .test, settings).classification == found.test)
    let other = try ClassifierMeasurement(of: classifier, on: write(6, 19, to: "other.tsv"), .test, settings)
    #expect(other.chance == 0.76 && other.classification.map(\.texts) == [25, 25])
    guard case .table(let table)? = other.passages.last else { throw Unexpected() }
    #expect(table.notes == ["always these texts' most frequent label: 76.0 %"])
    let lines = try directory.write(Data("some letters\n\nletters\n".utf8), to: "lines.txt")
    let labelled = try LabelledLines(by: classifier, lines, k: nil, settings)
    #expect(labelled.k == found.bestK && labelled.lines.map(\.line) == [1, 3] && labelled.empty == 1)
    #expect(labelled.lines.allSatisfy { ["one", "two"].contains($0.label) && $0.probability >= 0.5 })
    #expect(try LabelledLines(by: classifier, lines, k: 1, settings).k == 1)
    let tooLarge = stored.configuration.model.experts + 1
    #expect(throws: ConfigurationError.self) { _ = try LabelledLines(by: classifier, lines, k: tooLarge, settings) }
    // A dense network has no choice of k.
    let dense = try TrainRun.begun(
      settingsOnText { $0.set(\.training.steps, to: 1) }, router: .dense, at: folder + "/dense", observer: Listener())
    _ = try dense.result(settings)
    var plain = FinetuneSettings(checkpoint: folder + "/dense")
    (plain.texts, plain.conditions) = (asked.texts, asked.conditions)
    let whole = try FinetuneRun(plain, own, observer: Listener())
    _ = try whole.outcome(in: whole.directory(at: folder + "/whole"))
    let all = try #require(try StoredClassifier(ifIn: RunDirectory.open(folder + "/whole/frozen")))
    let experts = dense.configuration.model.experts
    for k in [nil, 3] { #expect(try LabelledLines(by: all, lines, k: k, settings).k == experts && experts > 3) }
    #expect(throws: FileError.self) { _ = try StoredClassifier(expectedIn: RunDirectory.open(folder + "/run")) }
  }

  @Test("A run's own text is known wherever it is, and n-grams are not held against the text that they were counted on")
  func ownText() throws {
    var asked = try settingsOnText { $0.set(\.training.steps, to: 1) }
    let name = try #require(asked[\.data])
    _ = try TrainRun.begun(asked, router: .smoe, at: folder + "/run", observer: Listener()).result(asked)
    let stored = try StoredRun(RunDirectory.open(folder + "/run"))
    func measured(
      _ data: String? = nil, _ part: TextMeasurement.Part? = nil, symbols: Int? = nil
    ) throws -> TextMeasurement {
      var (settings, reading) = (settings, TextMeasurement.Reading())
      if let data { settings.set(\.data, to: data) }
      (reading.split, reading.symbols) = (part, symbols)
      return try TextMeasurement(of: stored, .last, reading, settings, reporter: Listener())
    }
    let moved = folder + "/moved.txt"
    let expected = try measured()
    try FileManager.default.moveItem(atPath: name, toPath: moved)
    let missing = #expect(throws: FileError.self) { _ = try measured() }
    #expect(missing?.problem.hasSuffix("the text of \(folder)/run; --data says where it is now") == true)
    let found = try measured(moved)
    #expect(found.split == .validation && found.evaluation[0].loss == expected.evaluation[0].loss)
    for (part, isHeldOut) in [(TextMeasurement.Part.train, false), (.all, false), (.validation, true), (.test, true)] {
      #expect((try measured(moved, part).corpus.baselines != nil) == isHeldOut, "\(part)")
    }
    let other = try directory.write(Data(String(repeating: "other letters\n", count: 60).utf8), to: "other.txt")
    #expect(try measured(other).split == .all)
    // As many cold symbols as warm ones, then no warm ones.
    func note(symbols: Int) throws -> String {
      guard case .table(let table) = try measured(other, symbols: symbols).passages[1] else { throw Unexpected() }
      return table.notes.joined()
    }
    let cold = try #require(try measured(other).evaluation[0].coldSymbols)
    #expect(try note(symbols: 2 * cold + 1).hasPrefix("The first \(cold) symbols, with less before them"))
    #expect(try note(symbols: cold + 1).hasPrefix("Every symbol is read with less before it"))

    // Three files.
    asked.set(\.data, to: moved)
    let validation = try directory.write(Data(String(repeating: "some letters\n", count: 40).utf8), to: "valid.txt")
    asked.set(\.validation, to: validation)
    asked.set(\.test, to: other)
    _ = try TrainRun.begun(asked, router: .smoe, at: folder + "/three", observer: Listener()).result(asked)
    let three = try StoredRun(RunDirectory.open(folder + "/three"))
    try FileManager.default.moveItem(atPath: validation, toPath: folder + "/elsewhere.txt")
    let lost = #expect(throws: FileError.self) {
      _ = try TextMeasurement(of: three, .last, .init(), settings, reporter: Listener())
    }
    #expect(lost?.path == validation, "\(lost?.path ?? "none")")
    let words = "the validation file of \(folder)/three; --data, --validation and --test say where it is now"
    #expect(lost?.problem.hasSuffix(words) == true, "\(lost?.problem ?? "none")")
    asked.set(\.validation, to: folder + "/elsewhere.txt")
    let again = try TextMeasurement(of: three, .last, .init(), asked, reporter: Listener())
    #expect(again.split == .validation && again.corpus.validationSymbols == 13 * 40)
    asked.set(\.test, to: folder + "/elsewhere.txt")
    #expect(throws: FileError.self) { _ = try TextMeasurement(of: three, .last, .init(), asked, reporter: Listener()) }
  }

  @Test("A plan names runs by variant and seed, and an experiment trains what parts share once")
  func plan() throws {
    let corpus = try Corpus(builtin: DialectCorpus(lines: 200))
    let parts = try [ShapeExperiment(), ReachExperiment(), FinetuneExperiment()].map {
      (experiment: any OpenExperiment) in try experiment.part(settings, on: corpus, seeds: [4, 5])
    }
    #expect(parts.map(\.runs.count) == [2 * 12, 2 * 3, 2 * 3])
    let experiment = try Experiment(settings, parts, observer: Listener())
    #expect(experiment.runs.count == 2 * 14 && Set(experiment.runs.map(\.name)).count == 28)
    let measured = experiment.runs.filter(\.measuresReach).map(\.name)
    #expect(
      Set(measured) == Set(["smoe", "smoe-dropout", "hyperrouter"].flatMap { ["matched-\($0)-4", "matched-\($0)-5"] }))
    #expect(experiment.runs.filter(\.isFinetuned).map(\.name) == measured, "one part asks this, another that")
    for run in experiment.runs { #expect(run.name.hasSuffix("-\(run.seed)") && [4, 5].contains(run.seed)) }
    let shapes = try ShapeExperiment().part(settings, on: corpus, seeds: [4]).runs
    #expect(shapes.allSatisfy { !$0.measuresReach && !$0.isFinetuned })
  }

  @Test(
    "A run's work: its training, evaluations on the way, both parts at every k, the test part with every routing and every other memory"
  )
  func work() throws {
    let corpus = try Corpus(builtin: DialectCorpus(lines: 200))
    let plain = try RecallExperiment().part(settings, on: corpus, seeds: [4]).runs[0]
    var (run, model) = (plain, plain.configuration.model)
    func tokens(k: Int) -> Double { model.multiplyAddsPerToken(batch: 4, k: k) }
    let (validation, test) = (corpus.splits.validation.symbols.count, corpus.splits.test.symbols.count)
    run.measuresReach = false
    let trained = 3 * run.configuration.multiplyAdds
    // Short parts: rows read the end of what precedes them, half as much again.
    func evaluated(_ symbols: Int, k: Int) -> Double { Double(symbols + symbols / 2) * tokens(k: k) }
    let steps = run.configuration.training.steps
    var onTheWay = 0.0
    for step in 0...steps where step % run.configuration.evaluationSteps == 0 {
      onTheWay += evaluated(validation, k: run.configuration.training.kSchedule(step: step, of: steps))
    }
    let atTheEnd = [1, 4].reduce(0) { $0 + evaluated(validation, k: $1) + evaluated(test, k: $1) }
    // Once more without memory: the text's entropy is known.
    let routed = Double(RoutingPolicy.allCases.count + 1) * evaluated(test, k: 2)
    #expect(abs(try run.work(ks: [1, 4]) / (trained + onTheWay + atTheEnd + routed) - 1) < 1e-12)
    // No more than is asked for is evaluated, and only what is left is trained.
    run.configuration.evaluationSymbols = 10
    let few =
      [1, 4].reduce(0) { $0 + 2 * evaluated(10, k: $1) }
      + Double(RoutingPolicy.allCases.count + 1) * evaluated(10, k: 2)
    let end = run.configuration.work(from: steps, on: corpus, ks: [1, 4])
    #expect(abs(end / few - 1) < 1e-12)
    run.configuration.evaluationSymbols = nil
    // T = 16: eight lengths of memory, and as long as in training what it may hold instead.
    let lengths = [0, 2, 4, 8, 16, 32, 64, 128] + MemoryContent.allCases.map { _ in model.memory }
    let reached = lengths.reduce(0) { sum, memory in
      model.memory = memory
      return sum + Double(test) * tokens(k: model.experts)
    }
    let difference = try plain.work(ks: []) - run.work(ks: [])
    #expect(plain.measuresReach && abs(difference / reached - 1) < 1e-9)
  }

  @Test("A kept result without the cost of each k, or of another run, is refused in words")
  func misfits() throws {
    let configuration = try sampleRun(.smoe)
    func misfit(seed: UInt64, costs: [Double]) -> String? {
      let found = EvaluationResult(
        k: 2, loss: 1, symbols: 9, entropyPerLayer: [], loadPerLayer: [], classInformationPerLayer: nil,
        recallBits: nil)
      var result = RouterResult(.smoe, seed: seed, evaluation: [found], test: [found])
      result.multiplyAddsPerToken = costs
      return result.misfit(configuration)
    }
    #expect(misfit(seed: 1, costs: [1]) == nil)
    let words = "has other k on the test part than on the validation part or among its costs"
    #expect(misfit(seed: 1, costs: []) == words && misfit(seed: 1, costs: [1, 2]) == words)
    #expect(misfit(seed: 2, costs: [1]) == "is of smoe with seed 2, expected smoe with seed 1")
  }

  @Test("Many experts train for a third of the steps unless told how many, and are evaluated at the k that they keep")
  func experts() throws {
    let corpus = try Corpus(builtin: DialectCorpus(lines: 200))
    var settings = RunSettings(preset: .smoke)
    let runs = try ExpertCountExperiment().part(settings, on: corpus, seeds: [4, 5]).runs
    #expect(runs.count == 2 * 12 && runs.allSatisfy { $0.configuration.training.steps == 200 / 3 })
    #expect(runs.allSatisfy { $0.ks == [2] && $0.configuration.evaluationInterval == 66 })
    #expect(Set(runs.map(\.configuration.model.experts)) == [16, 64, 128, 256])
    settings.set(\.training.steps, to: 20)
    let short = try ExpertCountExperiment().part(settings, on: corpus, seeds: [4]).runs
    #expect(short.allSatisfy { $0.configuration.training.steps == 20 })
    settings.unset(\.training.steps)
    settings.set(\.training.learningRate.warmup, to: 100)
    #expect(throws: ConfigurationError.self, "more warm-up than steps") {
      _ = try ExpertCountExperiment().part(settings, on: corpus, seeds: [4])
    }
  }
}
