import Corpora
import Hosts
import MixtureOfExperts
import TestSupport
import Testing
import Training

@testable import Experiments

/// Settings of a small model: N = 8, d = 16.
func small(_ change: (inout RunSettings) -> Void = { _ in }) -> RunSettings {
  var settings = RunSettings(preset: .small)
  settings.set(\.model.layers, to: 2)
  settings.set(\.model.modelWidth, to: 16)
  settings.set(\.model.heads, to: 2)
  settings.set(\.model.headWidth, to: 8)
  settings.set(\.model.expertWidth, to: 8)
  settings.set(\.model.experts, to: 8)
  settings.set(\.model.segment, to: 8)
  settings.set(\.model.memory, to: 8)
  settings.set(\.training.batch, to: 2)
  settings.set(\.training.steps, to: 10)
  change(&settings)
  return settings
}

@Suite("What the suite of the paper compares")
struct PaperSuiteTests {
  private let corpus: Corpus

  init() throws { corpus = try Corpus(builtin: DialectCorpus(lines: 200)) }

  private func parts(_ settings: RunSettings, tuned: SearchResult? = nil, seeds: [UInt64] = [1, 2, 3, 4]) throws
    -> [ExperimentPart]
  {
    try PaperSuite.parts(
      settings, on: (corpus, settings.data, "standard"), seeds: seeds, tuned: tuned, withOthers: true)
  }

  @Test("Models are the paper's routers with k kept, and dense networks of equal work and of equal size")
  func models() throws {
    let settings = small()
    let models = try PaperSuite.models(settings)
    #expect(models.map(\.name) == ["smoe", "smoe-dropout", "hyperrouter", "dense-2f", "dense-8f"])
    let runs = try models.map { try settings.applying($0).configuration($0.router) }
    #expect(runs.prefix(3).allSatisfy { $0.training.kSchedule == KSchedule(.constant, 2, 2) })
    func work(_ place: Int) -> Double { runs[place].model.feedForwardMultiplyAdds(k: 2) }
    #expect(work(0) - work(3) == 16 * 8, "but for the router's")
    #expect(runs[4].model.feedForwardMultiplyAdds(k: 8) == 4 * work(3))
    #expect(try PaperSuite.models(small { $0.set(\.model.experts, to: 2) }).count == 4, "one width")
  }

  @Test("Tuned parts have the chosen settings, k kept and grown; published ones what their authors have")
  func conditions() throws {
    let settings = small()
    let point = (variant: "smoe", settings: TunedSettings(learningRate: 0.01, knob: 3))
    let found = try search([point], validation: [1])
    let parts = try parts(settings, tuned: found)
    #expect(parts.map(\.conditions) == [.tuned, .published, nil] && parts.map(\.isJudged) == [true, true, false])
    func run(_ part: Int, _ name: String) throws -> RunConfiguration {
      try #require(parts[part].runs.first { $0.variant.name == name }).configuration
    }
    for name in ["smoe", "smoe-growing"] {
      let own = try run(0, name).training
      #expect(own.learningRate.peak == 0.01 && own.routerLearningRate == 3)
      #expect(own.kSchedule == (name == "smoe" ? KSchedule(.constant, 2, 2) : KSchedule(.linearIncrease, 2, 8)))
    }
    let other = try run(0, "hyperrouter").training
    #expect(other.learningRate.peak == Preset.small.sizes.learningRate && other.routerLearningRate == nil)
    for router in RouterKind.compared {
      let own = try run(1, router.rawValue)
      var authors = try settings.run(router, on: corpus)
      authors.training.seed = own.training.seed
      #expect(own == authors)
    }
    // The others stand beside the paper's with as many seeds.
    #expect(Set(parts[2].runs.map(\.seed)) == [1, 2, 3] && parts[2].runs.count % 3 == 0)
    #expect(Set(parts[2].runs.map(\.variant.name)).isSuperset(of: ["smoe", "cosine", "random"]))
    let all = parts.flatMap(\.runs)
    let names = Set(all.map(\.name))
    #expect(names.count == 4 * 8 + 4 * 5 + 3 * 5)
    #expect(all.allSatisfy { $0.name.hasSuffix("-\($0.seed)") })
  }

  /// What a search finds of points with these bits on the validation part, the test part in the reverse order.
  private func search(
    _ points: [(variant: String, settings: TunedSettings)], validation: [Double?]
  ) throws -> SearchResult {
    let runs = try FinishedRuns(
      validation.enumerated().map { place, bits in
        RouterResult(
          "run \(place)", 1001, test: bits.map { [-$0, -$0] } ?? [], validation: bits.map { [$0, $0] } ?? [])
      })
    return SearchResult(runs, points)
  }

  @Test(
    "The search chooses each variant's point by the validation part, whatever the test part says; of equal ones the first"
  )
  func choice() throws {
    let points = [("a", 0.1, 1.0), ("a", 0.2, 1), ("a", 0.2, 3), ("b", 0.1, 1), ("b", 0.2, 1)].map {
      (variant: $0.0, settings: TunedSettings(learningRate: $0.1, knob: $0.2))
    }
    let found = try search(points, validation: [3, 1, 2, 2, 2])
    #expect(found["a"] == TunedSettings(learningRate: 0.2, knob: 1))
    #expect(found["b"] == TunedSettings(learningRate: 0.1, knob: 1) && found["c"] == nil)
    #expect(found.points.map(\.isChosen) == [false, true, false, true, false])
    #expect(found.table(ofBest: false).rows.count == 5 && found.table(ofBest: true).rows.count == 2)
    #expect(found.seed == 1001)
  }

  @Test("A search is as large for every router, at k = 2, with a seed that no figure has")
  func grid() throws {
    let settings = small { $0.set(\.training.seed, to: 7) }
    var size = SettingsSearch.Size()
    size.steps = 3
    let search = try SettingsSearch(
      settings, size, of: PaperSuite.models(settings), on: corpus, observer: Listener())
    let runs = search.experiment.runs
    #expect(runs.count == 3 * 16 + 2 * 4 && Set(runs.map(\.name)).count == runs.count)
    for seeds in [1, 12, 1000] {
      #expect(!settings.seeds(seeds).contains { seed in runs.contains { $0.seed == seed } })
    }
    #expect(
      runs.allSatisfy {
        $0.configuration.training.steps == 3
          && $0.ks == [$0.variant.router.isSparse ? 2 : $0.configuration.model.experts]
      })
    for router in RouterKind.compared {
      let own = runs.filter { $0.variant.router == router }.map(\.configuration)
      #expect(own.count == 16 && own.allSatisfy { $0.training.kSchedule == KSchedule(.constant, 2, 2) })
      let peak = Preset.small.sizes.learningRate
      #expect(Set(own.map(\.training.learningRate.peak)) == [peak / 2, peak, 2 * peak, 4 * peak])
      let knobs = Set(
        own.map {
          router.knob == .scale ? $0.model.routerScale?.rawValue ?? "release" : "\($0.training.routerLearningRate ?? 1)"
        })
      #expect(knobs.count == 4 && knobs.contains(router.knob == .scale ? "release" : "1.0"), "\(router): \(knobs)")
    }
    (size.rates, size.knobs) = (3, 2)
    let six = try SettingsSearch(settings, size, of: PaperSuite.models(settings), on: corpus, observer: Listener())
    #expect(six.experiment.runs.count { $0.variant.router == .hyperRouter } == 6)
  }

  @Test("A knob is varied on both sides of the release's for W_r that is trained, from it on for e and a frozen W_r")
  func knobs() {
    func factors(_ router: RouterKind) -> [[Double]] { (1...5).map { router.knobs($0).map { $0 ?? .nan } } }
    let (third, ninth) = (1.0 / 3, 1.0 / 9)
    #expect(
      factors(.smoe) == [[1], [third, 1], [third, 1, 3], [ninth, third, 1, 3], [ninth, third, 1, 3, 9]])
    for router in [RouterKind.hyperRouter, .smoeDropout] {
      #expect(factors(router) == [[1], [1, 3], [1, 3, 9], [1, 3, 9, 27], [1, 3, 9, 27, 81]])
    }
    #expect(RouterKind.dense.knobs(3) == [nil])
  }

  @Test("Settings at which the loss is not finite are never chosen and do not end a search; none at all do")
  func divergence() throws {
    let points = [("a", 0.1, 1.0), ("a", 0.2, 1)].map {
      (variant: $0.0, settings: TunedSettings(learningRate: $0.1, knob: $0.2))
    }
    let found = try search(points, validation: [nil, 2])
    #expect(found["a"]?.learningRate == 0.2 && found.points.map(\.validationBits) == [nil, 2])
    #expect(try search(points, validation: [nil, nil])["a"] == nil)

    var size = SettingsSearch.Size()
    (size.rates, size.knobs, size.steps) = (9, 1, 2)
    func result(learningRate: Double) throws -> SearchResult {
      let settings = small { $0.set(\.training.learningRate.peak, to: learningRate) }
      let models = try PaperSuite.models(settings).filter { $0.router == .smoe }
      let search = try SettingsSearch(settings, size, of: models, on: corpus, observer: Listener())
      let directory = TemporaryDirectory()
      return try search.result(in: search.experiment.directory(at: directory.path + "/search"))
    }
    let mixed = try result(learningRate: 4e9)
    let bits = mixed.points.map(\.validationBits)
    #expect(
      bits.contains { $0 == nil } && mixed["smoe"]?.learningRate == mixed.points.first { $0.isChosen }?.learningRate)
    #expect(mixed.points.first { $0.isChosen }?.validationBits == bits.compactMap(\.self).min())
    #expect(throws: ExperimentFailure.self) { _ = try result(learningRate: 1e18) }
  }

  @Test(
    "Stored settings are of real presets, of the paper's routers at least, and make runs; a knob is where there is one")
  func stored() throws {
    #expect(!TunedSettings.stored.isEmpty)
    for (preset, settings) in TunedSettings.stored {
      #expect(Set(settings.keys).isSuperset(of: RouterKind.compared + [.dense]))
      for (router, own) in settings {
        #expect((own.knob == nil) == (router.knob == nil), "\(router)")
        let run = RunSettings(preset: preset)
        let configuration = try run.applying(Conditions.tuned.variant(router, run)).configuration(router)
        #expect(configuration.training.learningRate.peak == own.learningRate)
        if router.isSparse { #expect(configuration.training.kSchedule == KSchedule(.constant, 2, 2)) }
        switch router.knob {
        case .scale: #expect(configuration.model.routerScale == (own.knob == 1 ? nil : own.knob.map { .factor($0) }))
        case .learningRate: #expect(configuration.training.routerLearningRate ?? 1 == own.knob)
        case nil: break
        }
      }
    }
    #expect(RouterKind.compared.map(\.knob) == [.learningRate, .scale, .learningRate] && RouterKind.random.knob == nil)
    #expect(Conditions.standard(for: .tiny) == .tuned && Conditions.standard(for: .book) == .published)
  }

  @Test(
    "At matched conditions all three have one k schedule, and the matched scale of W_r and speed where they have it")
  func matched() throws {
    let settings = small()
    let runs = try RouterKind.compared.map { router in
      try settings.applying(Conditions.matched.variant(router, settings), seed: 1).configuration(router)
    }
    #expect(runs.allSatisfy { $0.training.kSchedule == KSchedule(.linearIncrease, 2, $0.model.experts) })
    #expect(runs.allSatisfy { $0.model.routerScale == .matched && $0.model.embeddingScale == .matched })
  }

  @Test("What settings name is theirs and not that of the conditions")
  func given() throws {
    let settings = small {
      $0.set(\.training.kSchedule, to: KSchedule(.constant, 3, 3))
      $0.set(\.model.routerScale, to: .factor(2))
    }
    let variant = Conditions.matched.variant(.smoe, settings)
    #expect(variant.growsK == nil && variant.routerScale == .release && variant.embeddingScale == .matched)
    let run = try settings.applying(variant).configuration(.smoe)
    #expect(run.training.kSchedule == KSchedule(.constant, 3, 3) && run.model.routerScale == .factor(2))
    #expect(Conditions.matched.summary(settings).hasSuffix("but for the given k schedule and initialisation scale"))
    var tuned = RunSettings(preset: .tiny)
    tuned.set(\.training.learningRate.peak, to: 0.5)
    #expect(
      try tuned.applying(Conditions.tuned.variant(.smoe, tuned)).configuration(.smoe).training.learningRate.peak == 0.5)
    #expect(Conditions.tuned.summary(tuned) == "tuned conditions but for the given learning rate")
  }
}
