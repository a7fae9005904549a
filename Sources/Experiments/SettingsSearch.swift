import Corpora
import MixtureOfExperts
import RunFiles
import Tables
import Training

/// Trains models at several learning rates and values of their knob, and says by the validation part which are each one's best.
package struct SettingsSearch {
  /// How much is searched.
  package struct Size: Sendable {
    /// Learning rates: the settings' own in the middle, or just below it, each twice the one before.
    package var rates = 4
    /// Values of each router's knob.
    package var knobs = 4
    /// Steps of each run; those of the settings if nil.
    package var steps: Int?

    package init() {}

    /// Six points for each router, of 500 steps at most: two rates, for knobs matter as much.
    static func short(of settings: RunSettings) -> Size {
      var size = Size()
      (size.rates, size.knobs, size.steps) = (2, 3, min(500, settings[\.training.steps] ?? 500))
      return size
    }
  }

  /// How far the seed of a search is from the first one of the figures, which are fewer.
  package static let seedDistance: UInt64 = 1000

  package let experiment: Experiment
  /// In the order of the runs.
  private let points: [(variant: String, settings: TunedSettings)]

  /// Plans a search of the best settings of models, each of which has a name of its own.
  package init(
    _ settings: RunSettings, _ size: Size, of models: [Variant], on corpus: Corpus, command: [String] = [],
    observer: any ExperimentObserver
  ) throws {
    var settings = settings
    if let steps = size.steps { settings.set(\.training.steps, to: steps) }
    let middle = try settings.configuration(.smoe).training.learningRate.peak
    let rates = (0..<size.rates).map { middle * pow2($0 - (size.rates - 1) / 2) }
    let planned = models.flatMap { model in
      rates.flatMap { rate in
        model.router.knobs(size.knobs).map { knob in
          (model: model, settings: TunedSettings(learningRate: rate, knob: knob))
        }
      }
    }
    points = planned.map { ($0.model.name, $0.settings) }
    var runs = try settings.plan(
      planned.map { model, own in
        let words = "-\(Numeral.value(own.learningRate))" + (own.knob.map { "-\(Numeral.value($0, digits: 3))" } ?? "")
        return model.named(model.name + words).tuned(own)
      }, on: corpus, seeds: [settings.seed &+ Self.seedDistance], namesFirstSeed: false)
    for place in runs.indices { runs[place].ks = [RouterResult.commonK(of: runs[place].configuration.model)] }
    var experiment = try Experiment(
      settings, [ExperimentPart(title: corpus.name, corpus: corpus, runs: runs)], command: command, observer: observer)
    experiment.survivesDivergence = true
    self.experiment = experiment
  }

  /// Trains what is not trained yet, chooses, and keeps what was found; throws ``ExperimentFailure`` if no loss of a model
  /// stayed finite.
  package func result(in directory: RunDirectory) throws -> SearchResult {
    let result = SearchResult(try experiment.finishedRuns(in: directory)[0], points)
    if let none = points.map(\.variant).first(where: { result[$0] == nil }) {
      throw ExperimentFailure(
        "\(none): at no settings that were tried stayed the loss finite; try a lower --learning-rate")
    }
    try experiment.observer.completing {
      try directory.writeJSON(Stamped(result), to: RunDirectory.resultsName)
    }
    return result
  }
}

private func pow2(_ exponent: Int) -> Double { Double(sign: .plus, exponent: exponent, significand: 1) }

/// What a search of settings found.
package struct SearchResult: Codable, Described, Sendable {
  package static let words = """
    search: settings tried on one text, and each model's best; results.json of a directory search-…
    seed: of its runs, which no figure has
    """

  /// One run.
  package struct Point: Codable, Described, Sendable {
    package static let words = """
      search_point: one run of a search
      variant: what is tuned
      knob: what is varied beside η; null for dense networks
      factor: of what the release has, of the knob
      validation_bits: at k = 2, by which is chosen; null where the loss did not stay finite
      is_chosen: whether it is the model's best
      """
    package let variant: String
    package let learningRate: Double
    @OrNull package private(set) var knob: Knob?
    @OrNull package private(set) var factor: Double?
    @OrNull package private(set) var validationBits: Double?
    package fileprivate(set) var isChosen = false
  }

  package let text: String
  package let seed: UInt64
  package let steps: Int
  package let points: [Point]

  /// Chooses each variant's point with the lowest loss on the validation part, the first of equal ones, none that is not finite.
  init(_ runs: FinishedRuns, _ planned: [(variant: String, settings: TunedSettings)]) {
    text = runs.corpus?.name ?? ""
    (seed, steps) = (runs.seeds.first ?? 0, runs.all.first?.configuration.training.steps ?? 0)
    var points = zip(runs.all, planned).map { run, planned in
      Point(
        variant: planned.variant, learningRate: planned.settings.learningRate,
        knob: run.configuration.model.router.knob, factor: planned.settings.knob,
        validationBits: run.result.evaluation.first?.bitsPerCharacter)
    }
    let finite = points.indices.compactMap { place in points[place].validationBits.map { (place, bits: $0) } }
    for variant in points.map(\.variant).distinct {
      let own = finite.filter { points[$0.0].variant == variant }
      if let best = own.min(by: { $0.bits < $1.bits }) { points[best.0].isChosen = true }
    }
    self.points = points
  }

  /// The best settings of a variant; nil if it was not searched.
  package subscript(variant: String) -> TunedSettings? {
    points.first { $0.variant == variant && $0.isChosen }.map {
      TunedSettings(learningRate: $0.learningRate, knob: $0.factor)
    }
  }

  /// What was tried, or each variant's best alone.
  package func table(ofBest: Bool) -> Table {
    Table(
      "settings searched on \(text), seed \(seed), \(steps) steps",
      columns: [
        .text("router"), .number("η"), .text("knob"), .number("times the release's"),
        .number("bits on validation", digits: 4), .text("chosen"),
      ],
      rows: points.filter { $0.isChosen || !ofBest }.map { point in
        [
          .text(point.variant), .number(point.learningRate), point.knob.map { .text($0.rawValue) } ?? .missing,
          .optional(point.factor, digits: 2), .optional(point.validationBits, digits: 4),
          .text(point.isChosen ? "yes" : ""),
        ]
      },
      notes: ofBest
        ? [
          "the best of \(points.count) runs, \(points.map(\.variant).distinct.map { variant in "\(points.count { $0.variant == variant }) of \(variant)" }.listed); k = 2"
        ] : [])
  }
}
