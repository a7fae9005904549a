import Hosts
import MixtureOfExperts
import Tensors
import TestSupport
import Testing
import Training

@testable import Experiments
@testable import Jacobian

@Suite("What is varied where the paper leaves something open")
struct OpenVariantsTests {
  /// d = 64 as in `tiny`, so that the base has m = 64, s = 256 and two maps.
  private let settings = small { settings in
    settings.set(\.model.modelWidth, to: 64)
  }

  private func applied(_ variant: Variant) throws -> RunConfiguration {
    let applied = try settings.applying(variant, seed: 3).configuration(variant.router)
    try applied.validate()
    return applied
  }

  @Test(
    "Every shape differs from the base in one size, besides the scale that keeps W_r as it is; the base is none of them"
  )
  func shapes() throws {
    let base = try applied(ShapeExperiment.base)
    let changes = ShapeExperiment.changes(around: base.model)
    #expect(
      changes.map(\.variant.name) == [
        "shared", "coordinate-wise", "m-2", "m-8", "m-256", "s-16", "s-64", "s-1024", "depth-3", "depth-4",
      ])
    for change in changes {
      let run = try applied(change.variant)
      #expect(run.training == base.training)
      func sizes(_ model: Configuration) -> [String] {
        [
          model.router.rawValue, "\(model.embeddingWidth)", "\(model.hypernetworkWidth)", "\(model.hypernetworkDepth)",
          "\(model.sharesHypernetwork)",
        ]
      }
      #expect(zip(sizes(run.model), sizes(base.model)).count { $0 != $1 } == 1, "\(change.variant.name)")
      var same = run.model
      (same.embeddingWidth, same.hypernetworkWidth) = (base.model.embeddingWidth, base.model.hypernetworkWidth)
      (same.hypernetworkDepth, same.sharesHypernetwork) = (base.model.hypernetworkDepth, false)
      (same.router, same.routerScale) = (base.model.router, base.model.routerScale)
      #expect(same == base.model, "\(change.variant.name) changes nothing else")
    }
    var other = base.model
    other.embeddingWidth = 8
    #expect(!ShapeExperiment.changes(around: other).contains { $0.variant.name == "m-8" })
    #expect(ShapeExperiment.changes(around: other).contains { $0.variant.name == "m-64" })
  }

  @Test("Whatever the shape of 𝓗, W_r begins as large as the base's, and e moves it as fast, in expectation")
  func scales() throws {
    let base = try applied(ShapeExperiment.base).model
    func meanSquare(_ model: Configuration) -> Double {
      let squares = (1...16).map { seed in
        LanguageModel<Double>(model, seed: UInt64(seed)).mixtures.map { mixture in
          (mixture.router as? any LinearRouter<Double>).map { $0.rootMeanSquare * $0.rootMeanSquare } ?? .nan
        }
      }.joined()
      return squares.reduce(0, +) / Double(squares.count)
    }
    let expected = meanSquare(base).squareRoot()
    #expect(expected > 0.02)
    for change in ShapeExperiment.changes(around: base) {
      let model = try applied(change.variant).model
      let found = meanSquare(model).squareRoot()
      // m = 2 makes |e| a matter of luck; sixteen seeds of two layers tell a factor of 1.5 from 1.
      #expect(found / expected > 0.66 && found / expected < 1.5, "\(change.variant.name): \(found) \(expected)")
      let sizes = model.routerSizes
      let gain = try #require(model.router.facts?.hypernetwork(sizes)).gain
      #expect(mismatch([sizes.embeddingScale], [gain * sizes.weightScale], relative: 1e-12) == nil)
      #expect(abs(sizes.embeddingScale / base.routerSizes.embeddingScale - 1) < 1e-12, "\(change.variant.name)")
    }
  }

  @Test("However many experts there are, tokens have k of them, k is kept, and only the router's work grows")
  func experts() throws {
    #expect(ExpertCountExperiment.variants.count == 12 && Set(ExpertCountExperiment.variants.map(\.name)).count == 12)
    for variant in ExpertCountExperiment.variants {
      let run = try applied(variant)
      let count = try #require(variant.experts)
      #expect(run.model.experts == count && variant.name == "\(variant.router.rawValue)-\(count)")
      #expect(run.training.kSchedule == KSchedule(.constant, 2, 2))
      var few = run.model
      few.experts = 16
      let more = run.model.multiplyAddsPerToken(batch: 2, k: 2) - few.multiplyAddsPerToken(batch: 2, k: 2)
      #expect(more == Double(run.model.layers * run.model.modelWidth * (count - 16)))
    }
  }

  @Test(
    "Routers whose balance is compared have one k, and the initialisation scale and effective learning rate of W_r in common"
  )
  func balance() throws {
    #expect(
      BalanceExperiment.variants.map(\.router) == [.smoe, .smoeBalanced, .expertChoice, .hyperRouter, .smoeDropout])
    let runs = try BalanceExperiment.variants.map { try applied($0) }
    #expect(Set(runs.map(\.training)).count == 1 && runs[0].training.kSchedule == KSchedule(.constant, 2, 2))
    #expect(runs.allSatisfy { $0.model.routerScale == .matched && $0.model.embeddingScale == .matched })
  }
}
