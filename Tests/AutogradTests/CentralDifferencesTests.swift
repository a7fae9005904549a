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

  @Test("Entries that agree by chance are not taken for the derivative: 1,000 averages under a softmax")
  func chanceAgreement() {
    let drawn: Tensor<Double> = sample([1000, 3, 6], seed: 2)
    var worst = 0.0
    for row in 0..<1000 {
      let numbers = drawn.sliced(0, row..<row + 1).scalars
      let (a, b, c) = (numbers[0..<6], numbers[6..<12], numbers[12..<18])
      // f(x) = Σ p_i c_i with p = softmax(3 a x + b): f′(0) = Σ p_i c_i (3 a_i − Σ_j p_j 3 a_j)
      func weights(_ x: Double) -> [Double] { zip(a, b).map { Foundation.exp(3 * $0 * x + $1) } }
      func mean(_ values: [Double], _ w: [Double]) -> Double {
        zip(values, w).map { $0 * $1 }.reduce(0, +) / w.reduce(0, +)
      }
      let slope = mean(a.map { 3 * $0 }, weights(0))
      let expected = mean(zip(a, c).map { (3 * $0 - slope) * $1 }, weights(0))
      let found = CentralDifferences.derivative(step: 0.25) { mean(Array(c), weights($0)) }.value
      worst = max(worst, abs(found - expected))
    }
    #expect(worst < 1e-10)
  }

  @Test("No smaller step is tried once it could not do better: a constant is asked for six values")
  func calls() {
    var count = 0
    let found = CentralDifferences.derivative { _ in
      count += 1
      return 4
    }
    // The third step is the first that confirms an entry; all agree, so the error is 0 already.
    #expect(found.value == 0 && found.error == 0 && count == 6)
  }

  @Test("A kink is reported by a large error estimate, a function without values by NaN")
  func kink() {
    #expect(CentralDifferences.derivative { abs($0 - 0.001) }.error > 1e-4)
    let nothing = CentralDifferences.derivative { _ in .nan }
    #expect(nothing.value.isNaN && nothing.error == .infinity)
    #expect(abs(CentralDifferences.derivative { abs($0) > 0.01 ? .nan : 3 * $0 }.value - 3) < 1e-10, "found further in")
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
