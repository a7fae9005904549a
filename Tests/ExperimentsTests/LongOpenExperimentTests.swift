import Corpora
import Foundation
import Hosts
import MixtureOfExperts
import RunFiles
import TestSupport
import Testing

@testable import Experiments
@testable import Jacobian
@testable import Training

@Suite("What the paper leaves open and takes hours: learning the router, longer trainings, the paper's regime")
struct LongOpenExperimentTests {
  private let directory = TemporaryDirectory()
  private let settings = small { settings in
    settings.preset = .smoke
    settings.set(\.training.steps, to: 4)
    settings.set(\.training.batch, to: 4)
    settings.set(\.training.learningRate.peak, to: 0.05)
  }

  /// Planned without a seed, and without what is meant to differ.
  private func applied(_ variant: Variant) throws -> RunConfiguration {
    let applied = try settings.applying(variant, seed: 3).configuration(variant.router)
    try applied.validate()
    return applied
  }

  private func variants(_ experiment: some OpenExperiment, _ settings: RunSettings) throws -> [String: Variant] {
    let all = try experiment.variants(settings).flatMap(\.variants)
    #expect(Set(all.map(\.name)).count == all.count)
    return Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
  }

  @Test(
    "Random rows differ in their scale alone, given ones in where they come from; k is kept by all, tuned as stored")
  func learnedVariants() throws {
    let all = try variants(LearnedExperiment(), settings)
    #expect(
      Set(all.keys) == [
        "smoe", "hyperrouter", "smoe-dropout-1", "smoe-dropout-4", "smoe-dropout-10", "smoe-given", "smoe-restarted",
        "hyperrouter-given", "hyperrouter-restarted",
      ])
    let runs = try all.mapValues { try applied($0) }
    #expect(runs.values.allSatisfy { $0.training.kSchedule == KSchedule(.constant, 2, 2) })
    let base = try #require(runs["smoe-dropout-1"])
    #expect(base.model.routerScale == nil)
    for scale in [4, 10] {
      var other = try #require(runs["smoe-dropout-\(scale)"])
      #expect(other.model.routerScale == .factor(Double(scale)))
      other.model.routerScale = nil
      #expect(other == base)
    }
    for name in ["smoe", "hyperrouter"] {
      let trained = try #require(runs[name])
      for (words, isOfAnotherSeed) in [("given", true), ("restarted", false)] {
        #expect(all["\(name)-\(words)"]?.rows == Variant.Rows(variant: name, isOfAnotherSeed: isOfAnotherSeed))
        var fixed = try #require(runs["\(name)-\(words)"])
        #expect(fixed.model.router == .smoeDropout && fixed.model.routerScale == nil)
        fixed.model.router = trained.model.router
        fixed.training.routerLearningRate = trained.training.routerLearningRate
        #expect(fixed == trained)
      }
    }
    // Where settings were searched.
    let tuned = try variants(LearnedExperiment(), RunSettings(preset: .tiny))
    for router in LearnedExperiment.learning {
      let rate = TunedSettings.stored[.tiny]?[router]?.learningRate
      #expect(rate != nil && tuned[router.rawValue]?.learningRate == rate)
      #expect(tuned[LearnedExperiment.given(router)]?.learningRate == rate)
    }
    #expect(LearnedExperiment().defaultSeeds == 8)
  }

  @Test("Donors come before those that they give rows to, and are of the same seed, or of the one before")
  func donors() throws {
    let corpus = try Corpus(builtin: DialectCorpus(lines: 200))
    let runs = try LearnedExperiment().part(settings, on: corpus, seeds: [4, 5, 6]).runs
    #expect(runs.count == 3 * 9)
    for (name, donor) in [
      ("smoe-given-4", "smoe-6"), ("smoe-given-5", "smoe-4"), ("hyperrouter-given-6", "hyperrouter-5"),
      ("hyperrouter-restarted-4", "hyperrouter-4"),
    ] {
      let place = try #require(runs.firstIndex { $0.name == "learned-\(name)" })
      #expect(runs[place].donor == "learned-\(donor)" && runs[place].configuration.startedFrom == "learned-\(donor)")
      #expect(runs[..<place].contains { $0.name == "learned-\(donor)" })
    }
    #expect(runs.count { $0.donor == nil } == 3 * 5)
    #expect(throws: ConfigurationError.self) { _ = try LearnedExperiment().part(settings, on: corpus, seeds: [4]) }
  }

  @Test(
    "A run is given the rows that another one ended with, and they never move; all else begins as from its seed; stopped, from memory or whole, it ends with the same bits"
  )
  func rows() throws {
    let corpus = try Corpus(builtin: DialectCorpus(lines: 200))
    let part = try LearnedExperiment().part(settings, on: corpus, seeds: [1, 2])
    func results(_ observer: Listener, at path: String?) throws -> [RouterResult] {
      let experiment = try Experiment(settings, [part], observer: observer)
      let whole = try path.map { try experiment.directory(at: $0) }
      return try experiment.finishedRuns(in: whole)[0].results
    }
    let (listener, path) = (Listener(), directory.path + "/learned")
    // Again and again, within runs that give rows and within runs that are given them.
    listener.stopsAfter = 5
    var stops: Set<Bool> = []
    while true {
      do {
        _ = try results(listener, at: path)
        break
      } catch is Listener.Stopped {
        let isWithinGiven = listener.records.last?.contains { $0.value.result == nil && $0.key.contains("-given-") }
        stops.insert(isWithinGiven == true)
        listener.stopsAfter = listener.records.count + 7
      }
    }
    #expect(stops == [true, false])
    let kept = try results(Listener(), at: path)
    let unkept = try results(Listener(), at: nil)
    #expect(kept.map { $0.test.map(\.loss) } == unkept.map { $0.test.map(\.loss) })

    for run in part.runs {
      guard let name = run.donor else { continue }
      let own = try RunDirectory.open("\(path)/\(run.name)")
      let donor = try StoredRun(RunDirectory.open("\(path)/\(name)")).model()
      let first = try run.configuration.initialModel(in: own)
      let last = try StoredRun(own).model()
      func rows(_ model: LanguageModel<Float>) throws -> [[Float]] {
        try model.mixtures.flatMap { mixture in
          let (W_r, b_r) = try #require(mixture.router as? any LinearRouter<Float>).weights(on: .evaluating())
          return [W_r.value.scalars, b_r.value.scalars]
        }
      }
      #expect(try rows(first) == rows(donor) && rows(last) == rows(donor), "\(run.name)")
      let new = LanguageModel<Float>(run.configuration.model, seed: run.seed)
      #expect(try rows(new) != rows(donor))
      #expect(first.parameters.map(\.name) == new.parameters.map(\.name))
      #expect(zip(first.parameters, new.parameters).allSatisfy { $0.value.scalars == $1.value.scalars })
      #expect(!zip(last.parameters, new.parameters).allSatisfy { $0.value.scalars == $1.value.scalars })
    }
    let moved = kept.filter { $0.router == "smoe-dropout" }.compactMap { $0.mean(\.displacement) }
    #expect(moved.allSatisfy { $0 == 0 })
    // What is given is not what is random.
    func losses(_ variant: String) -> [Double] { kept.filter { $0.variant == variant }.map { $0.test[0].loss } }
    #expect(losses("smoe-given") != losses("smoe-dropout-1") && losses("smoe-given") != losses("smoe-restarted"))
  }

  /// Runs with these bits; entropy and mixtures have nothing to say.
  private func runs(_ variant: String, bits: Double, displacement: Double = 0) throws -> [RouterResult] {
    try [1, 2, 3].map { (seed: UInt64) -> RouterResult in
      let mixture = try JSON.decode(
        MixtureMeasures.self,
        from: Data(
          (#"{"expert_similarity":0,"unpaired_expert_similarity":0,"output_effective_rank":1,"#
            + #""variance_share_chance_baseline":0.1,"displacement":\#(displacement),"#
            + #""embedding_displacement":\#(displacement / 10)}"#).utf8))
      let all = Array(repeating: bits + 10 * Double(seed), count: 4)
      return RouterResult(variant, seed, test: all, mixtures: [mixture])
    }
  }

  private func expect(
    _ found: [Finding], _ id: String, _ mean: Double, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let difference = found.first { $0.id == id }?.measured.first?.difference.mean
    #expect(abs((difference ?? .nan) - mean) < 1e-9, "\(id): \(difference ?? .nan)", sourceLocation: sourceLocation)
  }

  @Test("Learning: the other's bits less those of what is better if the statement is right")
  func learnedQuestions() throws {
    let bits = [
      ("smoe", 2.0), ("hyperrouter", 2.1), ("smoe-dropout-1", 3), ("smoe-dropout-4", 2.6), ("smoe-dropout-10", 2.5),
      ("smoe-given", 2.7), ("smoe-restarted", 2.3),
    ]
    let found = LearnedExperiment().findings(try FinishedRuns(bits.flatMap { try runs($0, bits: $1) }))
    #expect(found.count == 2 + 7 + 3 && found.allSatisfy { $0.judgement == nil })
    expect(found, "smoe-dropout-4-smoe-dropout-1", 0.4)
    expect(found, "smoe-smoe-dropout-10", 0.5)
    expect(found, "hyperrouter-smoe-dropout-1", 0.9)
    expect(found, "smoe-smoe-given", 0.7)
    expect(found, "smoe-smoe-restarted", 0.3)
    expect(found, "smoe-given-smoe-dropout-1", 0.3)
    expect(found, "smoe-restarted-smoe-given", 0.4)
  }

  @Test("Trainings are 1, 4 and 16 times as long, whatever --steps says, and published in all else")
  func lengths() throws {
    let all = try variants(LengthExperiment(), settings)
    #expect(all.count == 9)
    for router in RouterKind.compared {
      let published = try applied(Variant(router))
      for factor in [1, 4, 16] {
        var run = try applied(#require(all["\(router)-\(factor)x"]))
        #expect(run.training.steps == 4 * factor)
        run.training.steps = 4
        #expect(run == published)
      }
    }
    let longest = try #require(all["smoe-16x"])
    #expect(
      try LengthExperiment().settings(RunSettings(preset: .tiny)).applying(longest).configuration(.smoe).training.steps
        == 24_000)
    let results = try all.keys.flatMap { name in
      try runs(
        name, bits: name.hasPrefix("smoe-16") ? 2 : 1,
        displacement: name.hasSuffix("16x") ? 0.75 : name.hasSuffix("4x") ? 0.5 : 0.25)
    }
    let found = LengthExperiment().findings(try FinishedRuns(results))
    #expect(found.count == 2 * 6 + 6)
    expect(found, "hyperrouter-16-embedding", 0.05)
    expect(found, "hyperrouter-4-rows", 0.25)
    expect(found, "smoe-16-rows", 0.5)
    expect(found, "smoe-16-bits", 1)
  }

  @Test("How far e moved is measured where there is one")
  func embedding() throws {
    let corpus = try Corpus(builtin: DialectCorpus(lines: 200))
    let part = try LengthExperiment().part(settings, on: corpus, seeds: [1])
    let few = ExperimentPart(title: "few", corpus: corpus, runs: Array(part.runs.prefix(3)))
    let results = try Experiment(settings, [few], observer: Listener()).finishedRuns(in: nil)[0].results
    for result in results {
      let moved = result.mean(\.embeddingDisplacement)
      #expect((moved != nil) == (result.router == "hyperrouter") && moved.map { $0 > 0 } ?? true, "\(result.router)")
    }
  }

  @Test(
    "The regime: as published, with settings of a search at k = 2 that never stand in others' place, and twice as deep")
  func regime() throws {
    let all = try variants(RegimeExperiment(), settings)
    #expect(all.count == 9)
    let layers = try applied(Variant(.smoe)).model.layers
    for router in RouterKind.compared {
      let published = try applied(Variant(router))
      #expect(try applied(#require(all[router.rawValue])) == published)
      var deep = try applied(#require(all["\(router)-deep"]))
      #expect(deep.model.layers == 2 * layers && all["\(router)-deep"]?.seeds == 1)
      deep.model.layers = layers
      #expect(deep == published)
      var searched = try applied(#require(all["\(router)-searched"]))
      #expect(searched.training.kSchedule == KSchedule(.linearIncrease, 2, 8))
      searched.training.kSchedule = published.training.kSchedule
      #expect(searched == published)
    }
    let standard = RegimeExperiment().settings(RunSettings())
    let model = try standard.configuration(.hyperRouter)
    #expect(model.model.layers == 4 && model.training.kSchedule == KSchedule(.linearIncrease, 2, 16))
    #expect(try standard.evaluationKs(model.model) == [1, 2, 4, 8, 16])
    #expect(RegimeExperiment().settings(settings).preset == .smoke)

    let corpus = try Corpus(builtin: DialectCorpus(lines: 200))
    let search = try SettingsSearch(
      settings, .short(of: settings), of: RegimeExperiment().searched(settings), on: corpus, observer: Listener())
    #expect(search.experiment.runs.count == 3 * 6)
    #expect(
      search.experiment.runs.allSatisfy {
        $0.configuration.training.kSchedule == KSchedule(.constant, 2, 2) && $0.configuration.training.steps == 4
      })
    #expect(SettingsSearch.Size.short(of: standard).steps == 500)
    let points = [(variant: "smoe-searched", settings: TunedSettings(learningRate: 0.25, knob: 3))]
    let found = SearchResult(try FinishedRuns([RouterResult("one", 1001, test: [1])]), points)
    let runs = try RegimeExperiment().part(settings, on: corpus, seeds: [1, 2, 3], tuned: found).runs
    #expect(runs.count == 2 * 9 + 3)
    for run in runs {
      let isTuned = run.variant.name == "smoe-searched"
      #expect(run.configuration.training.learningRate.peak == (isTuned ? 0.25 : 0.05))
      #expect(run.configuration.training.routerLearningRate == (isTuned ? 3 : nil))
    }
    #expect(runs.count { $0.variant.name.hasSuffix("-deep") } == 3)
  }

  @Test("The regime's questions: bits at the best k and areas, in each group on its own")
  func regimeQuestions() throws {
    let all = try variants(RegimeExperiment(), settings).keys.flatMap { name in
      try runs(name, bits: name == "smoe-searched" ? 3 : name == "smoe-deep" ? 2.5 : 2)
    }
    let found = RegimeExperiment().findings(try FinishedRuns(all))
    #expect(found.count == 3 * 4 && found.allSatisfy { $0.judgement == nil })
    for (id, mean) in [("smoe", 0.0), ("smoe-searched", 1), ("smoe-deep", 0.5), ("smoe-dropout-deep", 0)] {
      expect(found, "\(id)-bits", mean)
      expect(found, "\(id)-area", mean)
    }
  }

  @Test("Long parts are run only where they are named")
  func long() {
    #expect(OpenExperiments.all.filter(\.isLong).map(\.id) == ["learned", "length", "regime"])
  }
}
