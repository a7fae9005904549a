import Autograd
import Hosts
import MixtureOfExperts
import Synchronization
import Tensors
import Testing
import Training

@testable import Benchmarks

/// A layer of every kind, with dropout everywhere, in two shards.
private func trainer(_ router: RouterKind, _ norm: NormPlacement) throws -> Trainer<Float> {
  var configuration = Configuration(
    vocabulary: 11, layers: 2, modelWidth: 8, heads: 2, headWidth: 4, expertWidth: 16, experts: 4, segment: 6,
    memory: 6, router: router)
  (configuration.dropout, configuration.attentionDropout, configuration.norm) = (0.1, 0.1, norm)
  let options = TrainingOptions(
    batch: 2, steps: 10, learningRate: LearningRateSchedule(peak: 1e-3), kSchedule: KSchedule(.constant, 2, 2),
    seed: 1, shards: 2)
  return try Trainer(
    LanguageModel<Float>(configuration, seed: 1), options, symbols: (0..<200).map { Int32($0 % 11) }, workers: .one)
}

/// What one shard of the second step records: it has a memory.
private func operations(_ router: RouterKind, _ norm: NormPlacement) throws -> [OperationTimes.Operation] {
  let trainer = try trainer(router, norm)
  let tapes = Mutex<[OperationTimes]>([])
  _ = try trainer.step()
  _ = try trainer.step { times in tapes.withLock { $0.append(times) } }
  let all = tapes.withLock { $0 }
  #expect(all.count == 2 && all[0].operations.map(\.name) == all[1].operations.map(\.name))
  return all[0].operations
}

@Suite("Parts of a training step")
struct StepPartTests {
  @Test("Operations belong to the layer that computes them", arguments: NormPlacement.allCases)
  func wholeModel(_ norm: NormPlacement) throws {
    let operations = try operations(.hyperRouter, norm)
    let parts = zip(operations, StepPart.parts(of: operations)).map { "\($0.name.prefix { $0 != "(" }) \($1.rawValue)" }
    let attention =
      [
        "affine attention", "projected attention", "affine attention", "relativeAttention attention",
        "affine attention",
      ]
    let router =
      ["reshaped router", "affine router", "affine router", "reshaped router", "sliced router", "sliced router"]
      + ["reshaped router", "affine router", "softmax router", "select router"]
    let mixture =
      ["reshaped other"] + router + ["dispatched dispatch", "groupedAffine experts", "dropout experts"]
      + ["groupedAffine experts", "combined dispatch", "reshaped other"]
    let residual = ["dropout other", "+ other"]
    let layer =
      norm == .post
      ? ["concatenated other"] + attention + residual + ["layerNorm norms"] + mixture + residual + ["layerNorm norms"]
      : ["concatenated other", "layerNorm norms", "sliced other"] + attention + residual + ["layerNorm norms"] + mixture
        + residual
    let expected =
      ["dropout other", "gatherRows embedding_and_loss", "* embedding_and_loss", "reshaped other", "dropout other"]
      + layer + layer + ["reshaped other", "dropout other", "affine embedding_and_loss"]
      + ["crossEntropy embedding_and_loss"]
    #expect(parts == expected)
  }

  @Test(
    "Whatever routes, only routing and the adding of its loss differ, and its products are the router's",
    arguments: RouterKind.allCases, NormPlacement.allCases)
  func routers(_ router: RouterKind, _ norm: NormPlacement) throws {
    func split(_ router: RouterKind) throws -> [StepPart: [String]] {
      let operations = try operations(router, norm)
      return Dictionary(grouping: zip(operations, StepPart.parts(of: operations)), by: \.1)
        .mapValues { $0.map(\.0.name) }
    }
    var (parts, reference) = (try split(router), try split(.smoe))
    let own = parts.removeValue(forKey: .router)
    reference[.router] = nil
    if router.isSparse {
      let products = own?.filter { $0.hasPrefix("affine") } ?? []
      #expect(try #require(own).count >= 4 && own?.contains { $0.hasPrefix("select") } == true)
      #expect(products.isEmpty == (router == .random))
      if router == .smoeBalanced { parts[.other]?.removeAll { $0.hasPrefix("+") } }
      if router == .smoeBalanced { reference[.other]?.removeAll { $0.hasPrefix("+") } }
    } else {
      #expect(own == nil && parts[.experts]?.filter { $0.hasPrefix("affine") }.count == 4)
      (reference[.dispatch], reference[.experts], parts[.experts]) = (nil, nil, nil)
    }
    #expect(parts == reference)
  }

  @Test(
    "A step has time in every part, forward and backward, and all shares add up to 1",
    arguments: [RouterKind.smoe, .random, .dense])
  func shares(_ router: RouterKind) throws {
    let trainer = try trainer(router, .post)
    let parts = StepParts()
    for _ in 0..<2 { try parts.measure { _ = try trainer.step(report: $0) } }
    let expected = Set(StepPart.allCases).subtracting(router.isSparse ? [] : [.router, .dispatch])
    #expect(Set(parts.seconds.keys) == expected && parts.seconds.values.allSatisfy { $0 > 0 })
    #expect(parts.fractions.count == StepPart.allCases.count)
    #expect(abs(parts.fractions.values.reduce(0, +) - 1) < 1e-9)
  }
}
