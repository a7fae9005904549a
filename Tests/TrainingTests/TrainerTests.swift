import Autograd
import Layers
import MixtureOfExperts
import Tensors
import TestSupport
import Testing

@testable import Training

@Suite("Trainer")
struct TrainerTests {
  @Test("Forty steps lower the loss, whatever the router", arguments: RouterKind.allCases)
  func learns(router: RouterKind) throws {
    let run = try smallRun(router, shards: 1, steps: 40, learningRate: 0.02)
    let trainer = try run.trainer(run.model(Float.self))
    let losses = try (0..<40).map { _ in try trainer.step().loss }
    #expect(losses[0] > 2.9)
    #expect(losses.suffix(3).allSatisfy { $0 < 2.5 })
    #expect(mismatch(trainer.recentLosses, Array(losses.suffix(4))) == nil)
  }

  @Test("A step reports its number, its loss before the update, its learning rate and its k")
  func reports() throws {
    let run = try smallRun(steps: 10)
    let trainer = try run.trainer(run.model(Double.self))
    let reports = try (0..<10).map { _ in try trainer.step() }
    #expect(reports.map(\.step) == Array(1...10))
    #expect(reports.map(\.k) == (0..<10).map { run.training.kSchedule(step: $0, of: 10) })
    #expect(reports.map(\.learningRate) == (0..<10).map { run.training.learningRate(step: $0, of: 10) })
    #expect(reports.allSatisfy { $0.gradientNorm > 0 && $0.gradientNorm.isFinite })
    #expect(trainer.finishedSteps == 10)
  }

  @Test("The same bits for any number of threads", arguments: [1, 2, 3], RouterKind.allCases)
  func threads(shards: Int, router: RouterKind) throws {
    let run = try smallRun(router, dropout: 0.2, shards: shards)
    let one = try run.trainer(run.model(Float.self))
    let expected = try (0..<5).map { _ in try one.step() }
    for workers in [2, 3, 8] {
      let many = try run.trainer(run.model(Float.self), workers: workers)
      let reports = try (0..<5).map { _ in try many.step() }
      #expect(reports.map(\.loss) == expected.map(\.loss))
      #expect(reports.map(\.gradientNorm) == expected.map(\.gradientNorm))
      #expect(many.bits == one.bits)
    }
  }

  @Test("Shards give the loss and the gradient of the whole batch", arguments: [2, 3, 4, 5, 9])
  func shards(count: Int) throws {
    // Adam's first moment after one unclipped step is a tenth of the gradient.
    func firstStep(_ shards: Int) throws -> (loss: Double, gradients: [Double]) {
      let run = try smallRun(shards: shards, clip: 1e9)
      let trainer = try run.trainer(run.livelyModel(Double.self))
      let loss = try trainer.step().loss
      return (loss, trainer.model.parameters.flatMap { trainer.state.optimiser.moments[$0.name]?.first.scalars ?? [] })
    }
    let (whole, parts) = (try firstStep(1), try firstStep(count))
    #expect(mismatch([parts.loss], [whole.loss], relative: 1e-13) == nil)
    #expect(mismatch(parts.gradients, whole.gradients, absolute: 1e-14, relative: 1e-11) == nil)
  }

  @Test("A memory that is emptied at every step is none; at none, nothing changes; when, is up to seed and step")
  func emptiedMemory() throws {
    func losses(memory: Int = 5, reset: Double?, workers: Int = 1) throws -> [Double] {
      var run = try smallRun()
      (run.model.memory, run.training.memoryReset) = (memory, reset)
      let trainer = try run.trainer(run.model(Double.self), workers: workers)
      return try (0..<8).map { _ in try trainer.step().loss }
    }
    #expect(mismatch(try losses(reset: 1.nextDown), try losses(memory: 0, reset: nil), relative: 1e-12) == nil)
    let (plain, some) = (try losses(reset: nil), try losses(reset: 0.5))
    #expect(try losses(reset: 0) == plain && some != plain)
    #expect(try losses(reset: 0.5, workers: 3) == some)
    var options = try smallRun().training
    options.memoryReset = 0.05
    let steps = (0..<20_000).filter { options.resetsMemory(step: $0) }
    // Six standard deviations of a binomial.
    #expect(abs(Double(steps.count) - 1000) < 6 * (1000 * 0.95).squareRoot())
    options.seed += 1
    #expect((0..<20_000).filter { options.resetsMemory(step: $0) } != steps)
  }

  @Test("A balancing loss is learned from and not reported: with α = 0 the training is plain SMoE's, bit for bit")
  func balancing() throws {
    func trained(_ router: RouterKind, _ coefficient: Double?) throws -> (losses: [Double], bits: [[Float]]) {
      var run = try smallRun(router, shards: 2)
      run.model.balanceCoefficient = coefficient
      let trainer = try run.trainer(run.model(Float.self))
      let losses = try (0..<5).map { _ in try trainer.step().loss }
      return (losses, trainer.model.parameters.map(\.value.scalars))
    }
    let plain = try trained(.smoe, nil)
    let (none, some) = (try trained(.smoeBalanced, 0), try trained(.smoeBalanced, 0.5))
    #expect(none == plain)
    #expect(some.losses[0] == plain.losses[0] && some.losses[4] != plain.losses[4] && some.bits != plain.bits)
    // Unless another coefficient is given it is the router's own.
    #expect(try trained(.smoeBalanced, nil) == trained(.smoeBalanced, 0.01))
  }

  @Test("Frozen weights keep their bits, and the optimiser holds nothing for them", arguments: RouterKind.allCases)
  func frozen(router: RouterKind) throws {
    let run = try smallRun(router, dropout: 0.1)
    let model = run.model(Float.self)
    let before = model.frozen.map(\.value.scalars)
    let trained = model.parameters.map(\.value.scalars)
    let trainer = try run.trainer(model)
    for _ in 0..<4 { _ = try trainer.step() }
    #expect(model.frozen.map(\.value.scalars) == before)
    #expect(model.frozen.isEmpty == ![.smoeDropout, .hyperRouter, .coordinateWise].contains(router))
    #expect(Set(trainer.state.optimiser.moments.keys) == Set(model.parameters.map(\.name)))
    #expect(zip(model.parameters, trained).allSatisfy { $0.value.scalars != $1 })
  }

  @Test("Memory is carried from step to step, and emptied where the data begin again")
  func memory() throws {
    // A step so small that no weight changes: what a pass costs is then the same every time.
    var run = try smallRun(.smoe, learningRate: 1e-300)
    run.training.kSchedule = KSchedule(.constant, 2, 2)
    let trainer = try run.trainer(run.livelyModel(Double.self))
    let losses = try (0..<9).map { _ in try trainer.step().loss }
    #expect(losses[3..<6] == losses[0..<3] && losses[6..<9] == losses[0..<3])

    run.model.memory = 0
    let forgetful = try run.trainer(run.livelyModel(Double.self))
    let without = try (0..<3).map { _ in try forgetful.step().loss }
    #expect(without[0] == losses[0] && without[1] != losses[1] && without[2] != losses[2])
    #expect(forgetful.state.host.tensors.isEmpty)
  }

  @Test("A loss that is not finite stops the run, names the step, and leaves everything as it was")
  func notFinite() throws {
    let run = try smallRun()
    let trainer = try run.trainer(run.model(Float.self))
    _ = try trainer.step()
    _ = try trainer.step()
    try trainer.check()
    let bias = try #require(trainer.model.parameters.first { $0.name == "output.bias" })
    bias.value = Tensor(bias.value.shape, repeating: .nan)
    let before = trainer.bits
    #expect(throws: TrainingError.notFinite(step: 3, what: "loss")) { try trainer.check() }
    #expect(throws: TrainingError.notFinite(step: 3, what: "loss")) { _ = try trainer.step() }
    #expect(trainer.bits == before)
    #expect(TrainingError.notFinite(step: 3, what: "loss").description == "step 3: the loss is not finite")
  }

  @Test("Looking ahead before a checkpoint changes nothing")
  func check() throws {
    let run = try smallRun(dropout: 0.3)
    let (plain, careful) = (try run.trainer(run.model(Float.self)), try run.trainer(run.model(Float.self)))
    for _ in 0..<5 {
      try careful.check()
      #expect(try plain.step().loss == careful.step().loss)
    }
    #expect(plain.bits == careful.bits)
  }

  @Test("Too few symbols for one segment in every row are refused")
  func tooShort() throws {
    let run = try smallRun()
    #expect(throws: (any Error).self) {
      _ = try Trainer(run.model(Float.self), run.training, symbols: Array(repeating: 0, count: 34), workers: .one)
    }
  }
}

@Suite("Shards")
struct ShardsTests {
  @Test("Every row is in exactly one shard, in order, and shards differ by one row at most")
  func partition() {
    for rows in 1...9 {
      for count in 1...12 {
        let shards = Shards(rows: rows, count: count)
        #expect(shards.count == min(rows, count))
        #expect(shards.flatMap(Array.init) == Array(0..<rows))
        #expect(shards.allSatisfy { $0.count == rows / shards.count || $0.count == rows / shards.count + 1 })
      }
    }
  }
}
