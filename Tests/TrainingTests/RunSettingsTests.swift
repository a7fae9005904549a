import Corpora
import MixtureOfExperts
import Testing
import Training

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
