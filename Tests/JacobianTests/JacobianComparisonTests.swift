import Corpora
import Hosts
import MixtureOfExperts
import RunFiles
import Tensors
import Testing
import Training

@testable import Jacobian

@Suite("Jacobian, the whole comparison")
struct JacobianComparisonTests {
  private static let names = JacobianComparison.routers.map(\.rawValue)

  /// L 1, d 24, three steps, one seed, one training of the curve.
  private func plan(_ gate: GateOrder) -> [JacobianComparison.Plan] {
    JacobianComparison.routers.map { router in
      var configuration = sizes(router)
      configuration.gateOrder = gate
      return (
        configuration,
        TrainingOptions(
          batch: 4, steps: 3, learningRate: LearningRateSchedule(peak: 2e-3),
          kSchedule: KSchedule(.linearIncrease, 2, 4), seed: 5, shards: 1)
      )
    }
  }

  @Test(
    "Theorems hold for all three routers, measures have no verdict, every claim is decided",
    arguments: GateOrder.allCases)
  func holds(_ gate: GateOrder) throws {
    var (begun, steps, curves): ([String], Int, [Int]) = ([], 0, [])
    let outcome = try JacobianComparison(workers: .one)(
      plan(gate), seeds: 1, embeddingWidths: [2], on: corpus
    ) { progress in
      switch progress {
      case .begins(let configuration, let training):
        begun.append("\(configuration.router.rawValue) \(training.seed)")
      case .step: steps += 1
      case .curve(let trainings): curves.append(trainings)
      }
    }
    #expect(begun == Self.names.map { "\($0) 5" } && steps == 9 && curves == [1])
    #expect(outcome.gateOrder == gate && outcome.inconclusive.isEmpty)
    #expect(outcome.verdicts.map(\.claim) == Claim.all && Claim.all.map(\.number) == Array(1...7))
    #expect(outcome.verdicts.allSatisfy { $0.holds == true && $0.failed == 0 && $0.compared > 0 })
    let numbers = outcome.claims.compactMap { $0.claim?.number }
    #expect(numbers.count == outcome.claims.count && numbers == numbers.sorted() && Set(numbers) == Set(1...7))
    #expect(outcome.claims.allSatisfy { $0.holds == nil || $0.bound != nil }, "a verdict only where there is a bound")
    #expect(outcome.claims.allSatisfy { $0.holds ?? true && $0.measured.isFinite })
    #expect(outcome.collapse.count == 6 && outcome.collapse.allSatisfy { $0.holds == nil && $0.claim == nil })
    let proven = outcome.claims.filter { $0.holds != nil }
    for router in JacobianComparison.routers {
      let own = proven.filter { $0.router == router.rawValue }.compactMap { $0.claim?.number }
      #expect(Set(own) == router.provableClaims, "\(router)")
    }
    // Every cosine that stands for something stands beside its chance baseline.
    let cosines = (outcome.claims + outcome.collapse).filter {
      $0.quantity.contains("cosine") || $0.quantity.contains("alignment")
    }
    #expect(cosines.count >= 9 && cosines.allSatisfy { !$0.levels.isEmpty })
    // Three ways, or said to be fewer: counted, or terms of every snapshot without differences.
    for claim in proven {
      let fewer =
        ["frozen ", "trainable ", "√"].contains(where: claim.quantity.hasPrefix)
        ? 1 : ["rank of all", "largest angle"].contains(where: claim.quantity.hasPrefix) ? 2 : 3
      #expect(claim.findings.count == fewer, "\(claim.quantity)")
    }
    #expect(outcome.claims.contains { $0.statement == ModelClaims.tokensLookedAt })
    let disagreement = outcome.claims.first { $0.claim == .decomposition && $0.bound != nil }
    #expect(
      disagreement?.findings.map(\.way) == ["closed to autodiff", "closed to differences", "autodiff to differences"])
    #expect(outcome.subject.models.map(\.k) == [3, 3, 3] && outcome.subject.seed == 5)
    #expect(outcome.tables.map(\.title).last == "Collapse: do experts become alike?" && outcome.tables.count == 8)
    // What is written is read back: nothing but how a number compares with its bound is left out.
    let written = try JSON.encode(outcome)
    let read = try JSON.decode(JacobianOutcome.self, from: written)
    #expect(try JSON.encode(read) == written)
  }

  @Test("A stored model is looked at beside what it began as; frozen weights that changed refute claims 4 and 7")
  func stored() throws {
    let configuration = sizes(.smoeDropout)
    let training = plan(.softmaxThenTopK)[0].training
    let initial = LanguageModel<Double>(configuration, seed: 1)
    for isTampered in [false, true] {
      let model = LanguageModel<Double>(configuration, seed: 1)
      if isTampered {
        let other = LanguageModel<Double>(configuration, seed: 2)
        for (weight, value) in zip(model.frozen, other.frozen) { weight.restore(value.value) }
      }
      let comparison = JacobianComparison(workers: .one)
      let found = try comparison.snapshots(of: model, initial: initial, after: 2, of: training, on: corpus)
      let outcome = JacobianComparison.outcome(of: [found], in: "runs/one")
      #expect(outcome.subject.models.map(\.k) == [3], "k of the last step, which is not yet N")
      #expect(outcome.verdicts.map(\.claim.number) == [1, 2, 3, 4, 7] && outcome.inconclusive.isEmpty)
      #expect(outcome.verdicts.filter { $0.holds == false }.map(\.claim.number) == (isTampered ? [4, 7] : []))
      #expect(outcome.subject.heading.contains("smoe-dropout after 2 of 3 steps, k = 3"))
    }
  }

  @Test("Bytes, by hand for 256 tokens: three matrices of 12 tokens three ways, outputs, and what every snapshot keeps")
  func bytes() {
    func bytes(_ router: RouterKind, snapshots: Int) -> Double {
      var configuration = sizes(router, layers: 3, width: 10)
      configuration.embeddingWidth = 5
      return JacobianComparison.bytes(for: configuration, snapshots: snapshots)
    }
    let (matrices, outputs): (Int, Int) = (9 * 12 * 10 * 10, 3 * 4 * 256 * 10)
    // In each of three layers W_r, and two numbers for each token and coordinate.
    let snapshot: Int = 3 * (4 * 10 + 2 * 256 * 10)
    // Five matrices of N(d + 1) rows and m columns.
    let generated: Int = 5 * 44 * 5
    func expected(snapshots: Int) -> Int { 8 * (matrices + outputs + snapshots * snapshot) }
    #expect(bytes(.smoe, snapshots: 0) == Double(expected(snapshots: 0)))
    #expect(bytes(.smoe, snapshots: 11) == Double(expected(snapshots: 11)))
    #expect(bytes(.hyperRouter, snapshots: 2) == Double(expected(snapshots: 2) + 8 * generated))
  }
}
