import Corpora
import MixtureOfExperts
import Testing
import Training

@Suite("Presets")
struct PresetTests {
  @Test("The published settings, their width with short segments, one for a book, and three small ones")
  func sizes() {
    // L, d, H, d_h, f, N, k, T, M, B, S, shards.
    let expected: [Preset: [Int]] = [
      .smoke: [1, 32, 2, 16, 64, 4, 2, 32, 32, 8, 200, 2],
      .tiny: [2, 64, 4, 16, 128, 8, 2, 64, 64, 16, 1500, 2],
      .book: [3, 128, 4, 32, 256, 8, 2, 128, 128, 8, 8000, 2],
      .small: [4, 128, 4, 32, 256, 16, 2, 128, 128, 16, 5000, 2],
      .paperSmall: [4, 256, 8, 64, 512, 16, 2, 128, 128, 8, 10_000, 1],
      .paper4: [4, 256, 8, 64, 512, 16, 2, 512, 512, 22, 400_000, 1],
      .paper8: [8, 256, 8, 64, 512, 16, 2, 512, 512, 22, 400_000, 1],
      .paper12: [12, 256, 8, 64, 512, 16, 2, 512, 512, 22, 400_000, 1],
    ]
    #expect(Set(expected.keys) == Set(Preset.allCases))
    for preset in Preset.allCases {
      let s = preset.sizes
      let found = [
        s.layers, s.modelWidth, s.heads, s.headWidth, s.expertWidth, s.experts, s.k, s.segment, s.memory, s.batch,
        s.steps, s.shards,
      ]
      #expect(found == expected[preset], "\(preset.rawValue)")
      let isPublished = preset.rawValue.hasPrefix("paper")
      #expect(
        s.dropout == (isPublished || preset == .book ? 0.1 : 0) && s.clip == (isPublished ? 0.25 : 1),
        "\(preset.rawValue)")
      let own: [Preset: Double] = [.smoke: 2e-3, .tiny: 6e-3, .book: 3e-3, .small: 1e-3]
      #expect(s.learningRate == own[preset] ?? 2.5e-4, "\(preset.rawValue)")
    }
  }

  @Test("The paper's schedules: plain SMoE keeps k, fixed and generated routers grow it to N")
  func presets() {
    for router in RouterKind.allCases {
      let schedule = Preset.small.kSchedule(grows: router.facts?.growsK == true, from: 2, experts: 16)
      let grows = [RouterKind.smoeDropout, .hyperRouter, .coordinateWise].contains(router)
      #expect(schedule == (grows ? KSchedule(.linearIncrease, 2, 16) : KSchedule(.constant, 2, 2)))
    }
  }

  @Test("For a book k grows to four of eight experts, to fewer where there are fewer, and never shrinks")
  func book() {
    func schedule(k: Int, experts: Int) -> KSchedule {
      Preset.book.kSchedule(grows: true, from: k, experts: experts)
    }
    #expect(schedule(k: 2, experts: 8) == KSchedule(.linearIncrease, 2, 4))
    #expect(schedule(k: 2, experts: 3) == KSchedule(.linearIncrease, 2, 3))
    #expect(schedule(k: 6, experts: 8) == KSchedule(.linearIncrease, 6, 6))
  }
}

@Suite("Settings of a run: a preset, and what is to differ from it")
struct RunSettingsTests {
  @Test("Nothing set is the preset with what the release does", arguments: Preset.allCases)
  func preset(_ preset: Preset) throws {
    let (run, sizes) = (try RunSettings(preset: preset).configuration(.hyperRouter), preset.sizes)
    #expect(run.model.layers == sizes.layers && run.model.embeddingWidth == sizes.modelWidth)
    #expect(run.model.dropout == sizes.dropout && run.training.steps == sizes.steps)
    #expect(run.model.routerScale == nil && run.training.weightDecay == nil && run.model.balanceCoefficient == nil)
    #expect(run.training.kSchedule == KSchedule(.linearIncrease, 2, sizes.largestK ?? sizes.experts))
  }

  @Test("What is set holds, and what depends on it follows unless it is set, too")
  func changes() throws {
    var settings = RunSettings(preset: .smoke)
    settings.set(\.model.modelWidth, to: 48)
    settings.set(\.training.batch, to: 1)
    settings.set(\.model.routerScale, to: .release)
    settings.set(\.training.seed, to: 7)
    settings.expertsPerToken = 1
    var run = try settings.configuration(.smoe)
    #expect(run.model.embeddingWidth == 48 && run.training.shards == 1 && run.model.routerScale == nil)
    #expect(run.training.kSchedule == KSchedule(.constant, 1, 1) && run.training.seed == 7)
    #expect(settings.isSet(\.training.seed) && !settings.isSet(\.training.steps))
    #expect(settings[\.training.batch] == 1 && settings[\.training.steps] == nil && settings.seeds(2) == [7, 8])
    settings.set(\.model.embeddingWidth, to: 3)
    settings.set(\.training.seed, to: 8)
    settings.growsK = true
    run = try settings.configuration(.smoe)
    #expect(run.model.embeddingWidth == 3 && run.training.seed == 8)
    #expect(run.training.kSchedule == KSchedule(.linearIncrease, 1, 4))
  }

  @Test("The preset's largest k bounds growth, whoever asks for it")
  func largestK() throws {
    var settings = RunSettings(preset: .book)
    settings.growsK = true
    for router in [RouterKind.smoe, .smoeDropout, .hyperRouter] {
      #expect(try settings.configuration(router).training.kSchedule == KSchedule(.linearIncrease, 2, 4))
    }
  }

  @Test("The model of another run stays as it is")
  func otherModel() throws {
    var other = try RunSettings(preset: .smoke).configuration(.hyperRouter).model
    other.embeddingWidth = 5
    let run = try RunSettings().configuration(.hyperRouter, model: other)
    #expect(run.model == other && run.training.steps == Preset.tiny.sizes.steps)
    #expect(run.training.kSchedule.maximum == other.experts)
  }

  @Test("More experts for each token than there are is refused by name")
  func tooMany() throws {
    var settings = RunSettings(preset: .smoke)
    settings.evaluationKs = [1, 9]
    let model = try settings.configuration(.smoe).model
    #expect(throws: ConfigurationError("k", found: 9, expected: "at most the number of experts, 4")) {
      try settings.evaluationKs(model)
    }
    settings.expertsPerToken = 5
    #expect(throws: ConfigurationError("expertsPerToken", found: 5, expected: "at most the number of experts, 4")) {
      try settings.configuration(.smoe)
    }
  }
}
