import Tensors
import TestSupport
import Testing

@testable import Autograd

@Suite("Projections behind constant rows")
struct ProjectedTests {
  @Test(
    "Nothing flows into constant rows, into the others what affine passes on; values and dW are affine's",
    arguments: [0, 1, 3, 4])
  func gradients(constantRows: Int) throws {
    let x = Parameter<Double>("x", sample([2, 4, 3], seed: 1))
    let weight = Parameter<Double>("weight", sample([5, 3], seed: 2))
    func run(_ map: (Tape<Double>) -> Variable<Double>) -> (value: Tensor<Double>, Gradients<Double>) {
      let training = TrainingTape<Double>()
      let y = map(training.tape)
      let value = y.value
      return (value, training.gradients(of: crossEntropy(y.reshaped([8, 5]), targets: [0, 1, 2, 3, 4, 0, 1, 2])))
    }
    let (value, found) = run { projected($0(x), constantRows: constantRows, weight: $0(weight)) }
    let (expectedValue, expected) = run { affine($0(x), weight: $0(weight)) }
    #expect(value == expectedValue && found[weight] == expected[weight])
    let (dx, all) = (try #require(found[x]), try #require(expected[x]))
    #expect(dx.sliced(1, 0..<constantRows).scalars.allSatisfy { $0 == 0 })
    #expect(dx.sliced(1, constantRows..<4).scalars == all.sliced(1, constantRows..<4).scalars)
    #expect(all.scalars.allSatisfy { $0 != 0 })
  }
}
