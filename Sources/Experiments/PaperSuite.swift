import Corpora
import MixtureOfExperts
import RunFiles
import Tables
import Training

/// The experiments that judge the paper's claims: `compare --suite paper`.
///
/// On each text, settings are searched first, with a seed of its own. Then the paper's routers are compared tuned and as published,
/// beside dense networks of equal work and of equal size; the other routers are exploratory.
package struct PaperSuite {
  package static let id = "paper"
  /// The seeds of the paper's routers unless told otherwise.
  package static let defaultSeeds = 12
  /// The seeds of the other routers, if the paper's have as many.
  static let fewerSeeds = 3

  /// A text, and what its runs are called.
  typealias Text = (corpus: Corpus, data: String, name: String)

  private let settings: RunSettings
  private let seeds: [UInt64]
  private let texts: [Text]
  private let searches: [SettingsSearch]
  private let command: [String]
  private let observer: any ExperimentObserver

  /// Plans the suite on the default text, and on that of the settings if it is another.
  package init(
    _ settings: RunSettings, seeds count: Int = defaultSeeds, search size: SettingsSearch.Size = .init(),
    command: [String] = [], observer: any ExperimentObserver
  ) throws {
    let (given, standard) = (settings.data, RunSettings().data)
    let texts = try (given == standard ? [standard] : [standard, given]).map { data -> Text in
      var own = settings
      own.set(\.data, to: data)
      return (observer.noting(try own.corpus()), data, data == standard ? "standard" : "text")
    }
    try self.init(settings, texts, seeds: settings.seeds(count), search: size, command: command, observer: observer)
  }

  init(
    _ settings: RunSettings, _ texts: [Text], seeds: [UInt64], search size: SettingsSearch.Size = .init(),
    command: [String] = [], observer: any ExperimentObserver
  ) throws {
    (self.settings, self.seeds, self.texts) = (settings, seeds, texts)
    (self.command, self.observer) = (command, observer)
    let models = try Self.models(settings)
    searches = try texts.map { text in
      try SettingsSearch(
        settings.reading(text), size, of: models, on: text.corpus, command: command, observer: observer)
    }
  }

  /// What is tuned: the paper's routers with k kept, and dense networks of the width of k and of N experts.
  static func models(_ settings: RunSettings) throws -> [Variant] {
    let model = try settings.configuration(.smoe).model
    let widths = [RouterResult.commonK(of: model), model.experts].distinct
    return RouterKind.compared.map { Variant($0, growsK: false) }
      + widths.map { width in Variant(.dense).named("dense-\(width)f") { $0.experts = width } }
  }

  /// The routers besides the paper's three.
  private static let others = RouterKind.allCases.filter { $0.isSparse && !RouterKind.compared.contains($0) }
    .map { Variant($0, growsK: false) }

  /// All that is trained, whatever the texts and seeds.
  package static func variants(_ settings: RunSettings) throws -> [Variant] {
    try models(settings) + RouterKind.compared.map { Variant($0) } + others
  }

  /// The parts on one text, once settings were searched.
  static func parts(
    _ settings: RunSettings, on text: Text, seeds: [UInt64], tuned: SearchResult?, withOthers: Bool
  ) throws -> [ExperimentPart] {
    func plan(_ variants: [Variant], _ kind: String, seeds: [UInt64]) throws -> [PlannedRun] {
      try settings.plan(variants, on: text.corpus, seeds: seeds, prefix: "\(text.name)-\(kind)-")
    }
    let all = try models(settings)
    let models = all.map { $0.tuned(tuned?[$0.name]) }
    let growing = models.filter(\.router.isSparse).map { model in
      model.named(PaperClaims.growing(model.router)) { $0.growsK = true }
    }
    let published = RouterKind.compared.map { Variant($0) } + all.filter { !$0.router.isSparse }
    let name = text.corpus.name
    let best = try plan(models + growing, "tuned", seeds: seeds)
    var parts = [
      ExperimentPart(title: "\(name), tuned", corpus: text.corpus, runs: best, conditions: .tuned, isJudged: true),
      ExperimentPart(
        title: "\(name), as published", corpus: text.corpus, runs: try plan(published, "published", seeds: seeds),
        conditions: .published, isJudged: true),
    ]
    if withOthers {
      // The paper's routers stand beside the others.
      let fewer = Array(seeds.prefix(fewerSeeds))
      let three = best.filter {
        fewer.contains($0.seed) && RouterKind.compared.map(\.rawValue).contains($0.variant.name)
      }
      parts.append(
        ExperimentPart(
          title: "\(name), other routers with their defaults", corpus: text.corpus,
          runs: three + (try plan(others, "default", seeds: fewer))))
    }
    return parts
  }

  /// Searches, trains what is not trained yet, judges, and keeps all in a directory: searches in `search-…` inside it.
  package func result(at path: String, with files: any FileOperations = SystemFiles()) throws -> (
    result: SuiteResult, directory: RunDirectory
  ) {
    let named = zip(texts, searches).map { (name: $0.name, search: $1) }
    return try SuiteResult.searching(Self.id, named, at: path, with: files, observer: observer) { found in
      let parts = try texts.enumerated().flatMap { place, text in
        try Self.parts(
          settings.reading(text), on: text, seeds: seeds, tuned: found[text.name], withOthers: place == 0)
      }
      return try Experiment(settings, parts, command: command, observer: observer)
    }
  }
}

extension RunSettings {
  /// The same for one of a suite's texts.
  fileprivate func reading(_ text: PaperSuite.Text) -> RunSettings {
    var own = self
    own.set(\.data, to: text.data)
    return own
  }
}
