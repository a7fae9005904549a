import Hosts
import MixtureOfExperts
import RunFiles
import Tensors
import TestSupport
import Testing

@testable import Autograd
@testable import Training

@Suite("Adam")
struct AdamTests {
  @Test("Five steps, some of them clipped, give the weights and moments that another framework computed")
  func golden() throws {
    let file = try SafetensorsFile(contentsOf: SourceTree.path("Fixtures/adam.safetensors"))
    func golden(_ name: String) throws -> Tensor<Double> {
      Tensor(Shape(try #require(file.entry(named: name)).shape), try file.scalars(of: name, as: Double.self))
    }
    let clip = try #require(file.metadata["clip"].flatMap(Double.init))
    #expect(file.metadata["beta1"].flatMap(Double.init) == Adam<Double>.beta1)
    #expect(file.metadata["beta2"].flatMap(Double.init) == Adam<Double>.beta2)
    #expect(file.metadata["epsilon"].flatMap(Double.init) == Adam<Double>.epsilon)
    let rates = try golden("learningRates").scalars
    let parameters = try ["a", "b"].map { Parameter($0, try golden("start.\($0)")) }
    var adam = Adam<Double>()
    for step in 1...5 {
      let gradients = Gradients(try parameters.map { ($0, try golden("step.\(step).gradient.\($0.name)")) })
      let norm = gradients.norm()
      #expect(mismatch([norm], try golden("step.\(step).gradientNorm").scalars, relative: 1e-14) == nil)
      adam.update(
        parameters, gradients, norm: norm, learningRate: rates[step - 1], clip: clip, workers: Workers(count: 2))
      for parameter in parameters {
        let moments = try #require(adam.moments[parameter.name])
        for (kind, found) in [
          ("", parameter.value), ("firstMoment.", moments.first), ("secondMoment.", moments.second),
        ] {
          let expected = try golden("step.\(step).\(kind)\(parameter.name)").scalars
          let difference = mismatch(found.scalars, expected, absolute: 1e-16, relative: 1e-13)
          #expect(difference == nil, "step \(step) \(kind)\(parameter.name)")
        }
      }
    }
    #expect(adam.updates == 5)
  }

  @Test(
    "Matrices decay by η λ of themselves beside the step, a router's slower if its η is smaller; vectors do not decay")
  func weightDecay() throws {
    func trained(_ decay: Double) -> [Parameter<Double>] {
      let parameters = [
        Parameter("matrix", Tensor<Double>([2, 2], [1, -2, 3, 4])),
        Parameter("router", Tensor<Double>([1, 2], [5, 6])),
        Parameter("vector", Tensor<Double>([2], [7, -8])),
      ]
      var adam = Adam<Double>()
      let gradients = Gradients(parameters.map { ($0, sample($0.value.shape, seed: 3)) })
      adam.update(
        parameters, gradients, norm: 1, learningRate: 0.1, clip: 10, weightDecay: decay, factors: ["router": 0.5])
      return parameters
    }
    let (plain, decayed) = (trained(0), trained(0.2))
    for (index, share) in [0.02, 0.01, 0].enumerated() {
      let start: [Double] = [[1, -2, 3, 4], [5, 6], [7, -8]][index]
      let expected = zip(plain[index].value.scalars, start).map { $0 - share * $1 }
      #expect(mismatch(decayed[index].value.scalars, expected, relative: 1e-14) == nil)
    }
  }

  @Test("A parameter without a gradient is treated as having gradient 0: its moments fade, and they move it on")
  func noGradient() throws {
    let parameter = Parameter("a", Tensor<Double>([1], [1]))
    var adam = Adam<Double>()
    adam.update(
      [parameter], Gradients([(parameter, Tensor([1], [2]))]), norm: 2, learningRate: 0.1, clip: 10, workers: .one)
    #expect(mismatch(parameter.value.scalars, [0.9], relative: 1e-8) == nil)
    adam.update([parameter], Gradients([]), norm: 0, learningRate: 0.1, clip: 10, workers: .one)
    let moments = try #require(adam.moments["a"])
    #expect(mismatch(moments.first.scalars, [0.18], relative: 1e-14) == nil)
    #expect(mismatch(moments.second.scalars, [0.004 * 0.999], relative: 1e-13) == nil)
    #expect(parameter.value.scalars[0] < 0.9)
  }
}

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
}
