import MixtureOfExperts
import Tensors
import TestSupport
import Testing

@testable import Training
import Hosts

@Suite("Learning rate of routers")
struct RouterLearningRateTests {
  @Test(
    "The factor multiplies the first step of what the router trains, and of nothing else",
    arguments: [RouterKind.smoe, .hyperRouter, .coordinateWise, .cosine])
  func factor(router: RouterKind) throws {
    func steps(_ factor: Double?) throws -> [String: [Double]] {
      var run = try smallRun(router, clip: 1e9)
      run.training.routerLearningRate = factor
      let trainer = try run.trainer(run.model(Double.self))
      let before = Dictionary(uniqueKeysWithValues: trainer.model.parameters.map { ($0.name, $0.value.scalars) })
      _ = try trainer.step()
      return Dictionary(
        uniqueKeysWithValues: trainer.model.parameters.map { parameter in
          (parameter.name, zip(parameter.value.scalars, before[parameter.name] ?? []).map { $0 - $1 })
        })
    }
    let (plain, scaled) = (try steps(nil), try steps(4))
    let routing = Set(try smallRun(router).model(Double.self).routerParameters.map(\.name))
    #expect(!routing.isEmpty && routing.allSatisfy { plain[$0] != nil })
    for (name, step) in plain {
      let found = try #require(scaled[name])
      if routing.contains(name) {
        #expect(step.contains { $0 != 0 })
        #expect(mismatch(found, step.map { 4 * $0 }, absolute: 1e-15, relative: 1e-9) == nil, "\(name)")
      } else {
        #expect(found == step, "\(name)")
      }
    }
    #expect(try steps(1) == plain)
  }

  @Test("A factor that is no positive number is refused", arguments: [0, -1, .nan, .infinity])
  func refused(factor: Double) throws {
    var run = try smallRun()
    run.training.routerLearningRate = factor
    #expect(throws: ConfigurationError.self) { try run.validate() }
  }
}
