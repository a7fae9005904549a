import Autograd
import Foundation
import Tensors
import TestSupport
import Testing

@Suite("Central differences and Jacobians")
struct CentralDifferencesTests {
  @Test("The derivative of known functions is found to 1e-10")
  func derivative() {
    let functions: [(Double, (Double) -> Double)] = [
      (1, { Foundation.exp($0) }), (1, { Foundation.sin($0) }), (0, { Foundation.cos($0) }),
      (0.5, { (1 + $0).squareRoot() }), (-1, { 1 / (1 + $0) }), (3, { 3 * $0 + 7 }), (2, { $0 * $0 * $0 + 2 * $0 }),
      (0, { _ in 4 }), (1, { Foundation.log(1 + $0) }), (0.25, { 1 / (1 + Foundation.exp(-$0)) }),
    ]
    for (index, (expected, function)) in functions.enumerated() {
      let found = CentralDifferences.derivative(of: function)
      #expect(abs(found.value - expected) <= 1e-10, "function \(index)")
      #expect(abs(found.value - expected) <= max(1e-12, 100 * found.error), "error estimate of function \(index)")
    }
  }

  @Test("A kink is reported by a large error estimate, a function without values by NaN")
  func kink() {
    #expect(CentralDifferences.derivative { abs($0 - 0.001) }.error > 1e-4)
    #expect(CentralDifferences.derivative { _ in .nan }.value.isNaN)
  }

  @Test("Both Jacobians of A·x, of x², and of softmax equal their closed forms")
  func jacobians() {
    let A: Tensor<Double> = sample([3, 4], seed: 1)
    let x: Tensor<Double> = sample([4], seed: 2)
    let square = Tensor<Double>([4, 4]) { target in
      for i in 0..<4 { for j in 0..<4 { target[i * 4 + j] = i == j ? 2 * x[i] : 0 } }
    }
    let s = x.softmax()
    let softmaxJacobian = Tensor<Double>([4, 4]) { target in
      for i in 0..<4 { for j in 0..<4 { target[i * 4 + j] = s[i] * ((i == j ? 1 : 0) - s[j]) } }
    }
    let cases: [(Tensor<Double>, (Variable<Double>) -> Variable<Double>)] = [
      (A, { matmul($0.tape.constant(A), $0.reshaped([4, 1])) }), (square, { $0 * $0 }), (softmaxJacobian, softmax),
    ]
    for (expected, function) in cases {
      let recorded = JacobianTape<Double>()
      let input = recorded.tape.variable(x)
      let found = recorded.jacobian(of: function(input), withRespectTo: input)
      let again = recorded.jacobian(of: function(input), withRespectTo: input)
      #expect(found.shape == expected.shape && again == found)
      #expect(mismatch(found.scalars, expected.scalars, absolute: 1e-14) == nil)
      let numeric = CentralDifferences.jacobian(at: x) { function(Tape.evaluating().constant($0)).value }
      #expect(numeric.shape == expected.shape)
      #expect(mismatch(numeric.scalars, expected.scalars, absolute: 1e-10) == nil)
    }
  }

  @Test("A Jacobian by an intermediate result stops there; by what is not used it is zero")
  func intermediate() {
    let recorded = JacobianTape<Double>()
    let x = recorded.tape.variable(sample([3], seed: 1))
    let unused = recorded.tape.variable(sample([2], seed: 1))
    let y = x * x
    let z = 3 * y
    #expect(recorded.jacobian(of: z, withRespectTo: y).scalars == [3, 0, 0, 0, 3, 0, 0, 0, 3])
    #expect(recorded.jacobian(of: z, withRespectTo: unused) == .zeros([3, 2]))
    #expect(recorded.jacobian(of: z, withRespectTo: z).scalars == [1, 0, 0, 0, 1, 0, 0, 0, 1])
    #expect(recorded.jacobian(of: recorded.tape.constant(.zeros([0])), withRespectTo: x).shape == [0, 3])
  }
}
