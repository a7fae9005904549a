import Hosts
import MixtureOfExperts
import Testing
import Training

@testable import Experiments
@testable import Jacobian

@Suite("Factorial")
struct FactorialCellTests {
  @Test("Twelve cells: every router with k kept and growing, at the release's and at the matched scale or speed")
  func cells() {
    let cells = FactorialCell.factorial
    #expect(Set(cells).count == 12 && Set(cells.map(\.name)).count == 12)
    for router in RouterKind.compared {
      let own = cells.filter { $0.router == router }
      #expect(own.count == 4 && own.count { $0.growsK } == 2)
      #expect(own.count { $0.isScaleMatched || $0.isSpeedMatched } == 2)
    }
    #expect(Set(cells).isSuperset(of: FactorialCell.original + FactorialCell.equal))
    #expect(FactorialCell.original.map(\.router) == RouterKind.compared)
    #expect(FactorialCell.equal.map(\.router) == RouterKind.compared)
  }

  @Test("Original cells are what the authors have: nothing of a run changes but the seed", arguments: [0, 1, 2])
  func original(index: Int) throws {
    let cell = FactorialCell.original[index]
    var run = try sampleRun(cell.router)
    run.training.kSchedule = Preset.small.kSchedule(for: cell.router, k: 2, experts: run.model.experts)
    var expected = run
    expected.training.seed = 77
    #expect(cell.variant.applied(to: run, k: 2, seed: 77) == expected)
  }

  @Test("At equal conditions all three have one k schedule, and the matched scale of W_r and speed where they have it")
  func equal() throws {
    let runs = try FactorialCell.equal.map { try $0.variant.applied(to: sampleRun($0.router), k: 2, seed: 1) }
    #expect(runs.allSatisfy { $0.training.kSchedule == KSchedule(.linearIncrease, 2, $0.model.experts) })
    #expect(runs.map(\.model.routerScale) == [.matched, .matched, nil])
    #expect(runs.map(\.model.embeddingScale) == [nil, nil, .matched])
    // What the default comparison asks for is the same model, to the bit: HyperRouter's scale is the matched one.
    for (run, router) in zip(runs, RouterKind.compared) {
      let variant = Variant.equal(router).applied(to: try sampleRun(router), k: 2, seed: 1)
      #expect(variant.training == run.training)
      let models = [variant, run].map { LanguageModel<Float>($0.model, seed: 1) }
      #expect(models[0].parameters.map(\.value) == models[1].parameters.map(\.value))
      #expect(models[0].frozen.map(\.value) == models[1].frozen.map(\.value))
    }
  }

  @Test("Every step of a chain changes one cause of one side", arguments: [RouterKind.smoe, .smoeDropout])
  func chain(rival: RouterKind) throws {
    let cells = try FactorialCell.chain(rival).pairs.map { pair in
      try [pair.a, pair.b].map { name in try #require(FactorialCell.factorial.first { $0.name == name }) }
    }
    #expect(cells.count == 4 && cells.allSatisfy { $0[0].router == rival && $0[1].router == .hyperRouter })
    #expect(cells[0] == [FactorialCell.original[rival == .smoe ? 0 : 1], FactorialCell.original[2]])
    #expect(cells[3] == [FactorialCell.equal[rival == .smoe ? 0 : 1], FactorialCell.equal[2]])
    for (step, (before, after)) in zip(cells, cells.dropFirst()).enumerated() {
      let changes = zip(before, after).reduce(0) { sum, pair in
        sum + (pair.0.growsK != pair.1.growsK ? 1 : 0) + (pair.0.isScaleMatched != pair.1.isScaleMatched ? 1 : 0)
          + (pair.0.isSpeedMatched != pair.1.isSpeedMatched ? 1 : 0)
      }
      // SMoE-Dropout's schedule grows as published; nothing is left to make equal there.
      #expect(changes == (rival == .smoeDropout && step == 0 ? 0 : 1))
    }
  }
}
