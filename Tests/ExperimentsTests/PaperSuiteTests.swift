import Hosts
import MixtureOfExperts
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
  @Test("Twelve variants: every router with k kept and growing, at the release's and at the matched scale or speed")
  func factorial() {
    let all = PaperSuite.factorial
    #expect(Set(all).count == 12 && Set(all.map(\.name)).count == 12)
    for router in RouterKind.compared {
      let own = all.filter { $0.router == router }
      #expect(own.count == 4 && own.count { $0.growsK == true } == 2)
      #expect(own.count { $0.routerScale == .matched || $0.embeddingScale == .matched } == 2)
    }
    #expect(Set(all).isSuperset(of: PaperSuite.published + PaperSuite.matched))
    #expect(PaperSuite.published.map(\.router) == RouterKind.compared)
    #expect(PaperSuite.matched.map(\.router) == RouterKind.compared)
  }

  @Test(
    "The original variants are what --conditions published trains, also where a preset bounds k",
    arguments: [Preset.small, .book, .tiny])
  func original(preset: Preset) throws {
    let settings = RunSettings(preset: preset)
    for (variant, router) in zip(PaperSuite.published, RouterKind.compared) {
      let plain = Conditions.published.variant(router, settings)
      let runs = try [variant, plain].map { try settings.applying($0, seed: 77).configuration(router) }
      #expect(runs[0] == runs[1] && runs[0].training.seed == 77, "\(router)")
      let grows = router.facts?.growsK == true
      #expect(
        runs[0].training.kSchedule == preset.kSchedule(grows: grows, from: 2, experts: preset.sizes.experts))
    }
    let equal = try PaperSuite.matched.map { try settings.applying($0).configuration($0.router).training.kSchedule }
    #expect(Set(equal) == [KSchedule(.linearIncrease, 2, preset.sizes.largestK ?? preset.sizes.experts)])
  }

  @Test(
    "At matched conditions all three have one k schedule, and the matched scale of W_r and speed where they have it")
  func matched() throws {
    let settings = small()
    let runs = try PaperSuite.matched.map { try settings.applying($0, seed: 1).configuration($0.router) }
    #expect(runs.allSatisfy { $0.training.kSchedule == KSchedule(.linearIncrease, 2, $0.model.experts) })
    #expect(runs.map(\.model.routerScale) == [.matched, .matched, nil])
    #expect(runs.map(\.model.embeddingScale) == [nil, nil, .matched])
    // What the default comparison asks for is the same model, to the bit: HyperRouter's scale is the matched one.
    for (run, router) in zip(runs, RouterKind.compared) {
      let variant = try settings.applying(.matched(router), seed: 1).configuration(router)
      #expect(variant.training == run.training)
      let models = [variant, run].map { LanguageModel<Float>($0.model, seed: 1) }
      #expect(models[0].parameters.map(\.value) == models[1].parameters.map(\.value))
      #expect(models[0].frozen.map(\.value) == models[1].frozen.map(\.value))
    }
  }

  @Test("Confounders that settings name are theirs and not those of the conditions")
  func given() {
    let settings = small {
      $0.set(\.training.kSchedule, to: KSchedule(.constant, 3, 3))
      $0.set(\.model.routerScale, to: .factor(2))
    }
    let variant = Conditions.matched.variant(.smoe, settings)
    #expect(variant.growsK == nil && variant.routerScale == .release && variant.embeddingScale == .matched)
    #expect(throws: Never.self) {
      let run = try settings.applying(variant).configuration(.smoe)
      #expect(run.training.kSchedule == KSchedule(.constant, 3, 3) && run.model.routerScale == .factor(2))
    }
    #expect(Conditions.matched.summary(settings).hasSuffix("but for the given k schedule and initialisation scale"))
  }

  @Test("Every step of a chain changes one cause of one side", arguments: [RouterKind.smoe, .smoeDropout])
  func chain(rival: RouterKind) throws {
    let chain = Confounders.chain(rival)
    let place = rival == .smoe ? 0 : 1
    #expect(chain.count == 4 && chain.allSatisfy { $0.rival.router == rival && $0.hyperRouter.router == .hyperRouter })
    #expect(chain[0].rival == PaperSuite.published[place] && chain[0].hyperRouter == PaperSuite.published[2])
    #expect(chain[3].rival == PaperSuite.matched[place] && chain[3].hyperRouter == PaperSuite.matched[2])
    #expect(
      chain.allSatisfy { PaperSuite.factorial.contains($0.rival) && PaperSuite.factorial.contains($0.hyperRouter) })
    for (step, (before, after)) in zip(chain, chain.dropFirst()).enumerated() {
      var changes = 0
      for (one, other) in [(before.rival, after.rival), (before.hyperRouter, after.hyperRouter)] {
        if one.growsK != other.growsK { changes += 1 }
        if one.routerScale != other.routerScale { changes += 1 }
        if one.embeddingScale != other.embeddingScale { changes += 1 }
      }
      // SMoE-Dropout's schedule grows as published; nothing is left to make equal there.
      #expect(changes == (rival == .smoeDropout && step == 0 ? 0 : 1))
    }
  }

  /// Runs of all variants whose bits say which cause they have: three seeds.
  ///
  /// k growing costs SMoE 0.1, a matched scale 0.2; a fast W_r gives HyperRouter 0.4 and a grown k 0.05.
  private func runs(_ variants: [Variant] = PaperSuite.factorial) throws -> FinishedRuns {
    func bits(_ variant: Variant) -> Double {
      variant.router == .hyperRouter
        ? 2.5 - (variant.growsK == true ? 0.05 : 0) - (variant.embeddingScale == .matched ? 0.4 : 0)
        : 2 + (variant.growsK == true ? 0.1 : 0) + (variant.routerScale == .matched ? 0.2 : 0)
    }
    return try FinishedRuns(
      variants.enumerated().flatMap { index, variant in
        (1...3).map { seed in
          let value = bits(variant) + 0.001 * Double((seed * seed * (index + 3)) % 7)
          return RouterResult(variant.name, UInt64(seed), test: [value, value, value, value])
        }
      })
  }

  @Test("Shares name the cause that a variant has, at every k, add up, and are averaged seed by seed")
  func shares() throws {
    let all = Confounders.all(in: try runs())
    #expect(all.map(\.rival) == ["smoe", "smoe-dropout"])
    #expect(all[0].shares.map(\.k) == [1, 2, 4, 8, nil])
    let expected = [-0.45, -0.1, -0.2, -0.4, 0.25]
    for shares in all[0].shares {
      for (found, mean) in zip(shares.named, expected) {
        #expect(abs(found.share.mean - mean) < 0.006, "\(found.name): \(found.share.mean) \(mean)")
      }
      let parts = [shares.schedule, shares.scale, shares.speed, shares.router].map(\.mean).reduce(0, +)
      #expect(abs(parts - shares.published.mean) < 1e-12)
    }
    let table = all[0].table(unit: "bits")
    #expect(
      table.rows.count == 5 && table.rows[4].dropFirst() == table.rows[0].dropFirst(), "bits are the same at every k")
    #expect(Confounders.all(in: try runs(PaperSuite.factorial.filter { $0 != PaperSuite.matched[2] })).isEmpty)
  }

  @Test("Claims are judged at the conditions that were run: as published, and where only routers differ")
  func conditions() throws {
    let found = PaperClaims.findings(try runs()).filter { $0.id == "beats-smoe" }
    // SMoE 2.0 against 2.45 as published, 2.3 against 2.05 at matched conditions.
    #expect(found.map(\.conditions) == ["published", "matched"] && found.map(\.verdict) == [.disagrees, .agrees])
    #expect(abs(found[0].measured[0].difference.mean + 0.45) < 0.006)
    #expect(abs(found[1].measured[0].difference.mean - 0.25) < 0.006)
    let some = PaperClaims.findings(try runs(PaperSuite.published))
    #expect(Set(some.map(\.conditions)) == ["published"] && some.count == 8)
  }
}
