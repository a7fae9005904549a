import Autograd
import Tensors
import TestSupport
import Testing

/// The referee itself: what it must accept, and every kind of wrong derivative that it must reject.
@Suite("The gradient check")
struct GradientCheckTests {
  /// x·y² with a derivative that a test may spoil.
  private func planted(
    _ x: Variable<Double>, _ y: Variable<Double>,
    spoil: @escaping (_ dx: Tensor<Double>, _ dy: Tensor<Double>) -> (Tensor<Double>, Tensor<Double>)
  ) -> Variable<Double> {
    let (dx, dy, xValue, yValue) = (Place(x), Place(y), x.value, y.value)
    return x.tape.record(xValue * yValue * yValue, from: x, y) { dz, gradients in
      let (first, second) = spoil(dz * yValue * yValue, 2 * (dz * xValue * yValue))
      gradients.add(first, to: dx)
      gradients.add(second, to: dy)
    }
  }

  private func error(
    _ spoil: @escaping (_ dx: Tensor<Double>, _ dy: Tensor<Double>) -> (Tensor<Double>, Tensor<Double>)
  ) -> Double {
    GradientCheck.run([sample([3, 3], seed: 1), sample([3, 3], seed: 2)]) { planted($0[0], $0[1], spoil: spoil) }
      .worstError
  }

  @Test("accepts the right derivative")
  func right() {
    #expect(error { ($0, $1) } <= 1e-10)
  }

  @Test("rejects a wrong sign, a transposed pullback, a scale 1 % off, one wrong element, NaN and infinity")
  func wrong() {
    #expect(error { ($0, -$1) } > 1)
    #expect(error { ($0.transposed(0, 1), $1) } > 0.1)
    #expect(error { ($0, 1.01 * $1) } > 0.005)
    for value in [0, Double.nan, .infinity, -.infinity] {
      let error = error { dx, dy in
        var spoiled = dx
        spoiled.withUnsafeMutablePointer { $0[4] = value }
        return (spoiled, dy)
      }
      #expect(error >= 1, "an element of \(value)")
    }
    #expect(error { dx, _ in (dx, Tensor([3, 3], repeating: .nan)) } == .infinity)
  }

  @Test("rejects a missing contribution: an aliased input counted once")
  func missing() {
    let once = GradientCheck.run([sample([4], seed: 3)]) { x in
      let (dx, value) = (Place(x[0]), x[0].value)
      return x[0].tape.record(value * value, from: x[0]) { dz, gradients in gradients.add(dz * value, to: dx) }
    }
    #expect(once.worstError > 0.4)
    let detached = GradientCheck.run([sample([4], seed: 3)]) { $0[0] * $0[0].detached() }
    #expect(detached.worstError > 0.4)
  }

  @Test("rejects gradients of a wrong shape, of a wrong number, and empty tensors")
  func shapes() {
    let x: Tensor<Double> = sample([2, 3], seed: 4)
    func compare(_ gradients: [Tensor<Double>], _ inputs: [Tensor<Double>]) -> GradientCheck.Report {
      GradientCheck.compare(gradients, at: inputs) { $0.reduce(0) { $0 + $1.sum() } }
    }
    let ones = Tensor<Double>([2, 3], repeating: 1)
    #expect(compare([ones], [x]).worstError <= 1e-10)
    #expect(compare([ones], [x]).compared == 6)
    #expect(compare([ones.reshaped([3, 2])], [x]).worstError == .infinity)
    #expect(compare([ones.reshaped([6])], [x]).worstError == .infinity)
    #expect(compare([], [x]).worstError == .infinity)
    #expect(compare([ones, ones], [x]).worstError == .infinity)
    #expect(compare([], []).worstError == .infinity)
    #expect(compare([.zeros([0])], [.zeros([0])]).worstError == .infinity)
    #expect(compare([ones, .zeros([2, 0])], [x, .zeros([2, 0])]).worstError == .infinity)
    #expect(GradientCheck.run([x]) { $0[0].sliced(0, 1..<1) }.worstError == .infinity)
    #expect(GradientCheck.run([x]) { _ in Tape.evaluating().constant(.zeros([0])) }.worstError == .infinity)
  }

  @Test("rejects values that are not numbers")
  func values() {
    let report = GradientCheck.compare([Tensor([1], [1.0])], at: [Tensor([1], [2.0])]) { _ in .nan }
    #expect(report.worstError == .infinity)
    let infinite = GradientCheck.compare([Tensor([1], [1.0])], at: [Tensor([1], [2.0])]) { _ in .infinity }
    #expect(infinite.worstError == .infinity)
  }

  @Test("moves parameters, names the one at fault, and gives each its value back")
  func parameters() {
    let (w, v) = (Parameter<Double>("w", sample([2, 3], seed: 5)), Parameter<Double>("v", sample([3], seed: 6)))
    let (wValue, vValue) = (w.value, v.value)
    let right = GradientCheck.run(parameters: [w, v], inputs: [sample([3], seed: 7)]) { tape, x in
      (tape(w) * x[0] + tape(v)) * tape(w)
    }
    #expect(right.worstError <= 1e-9)
    #expect(right.compared == 12)
    let wrong = GradientCheck.run(parameters: [w, v], inputs: []) { tape, _ in
      tape(w) * tape(v) + tape(v).detached()
    }
    #expect(wrong.worstError > 1e-3)
    #expect(wrong.place.hasPrefix("v"))
    #expect(w.value == wValue && v.value == vValue)
    let unused = GradientCheck.run(parameters: [w, v], inputs: []) { tape, _ in exp(tape(w)) }
    #expect(unused.worstError <= 1e-9)
  }
}

@Suite("The comparator of all tests")
struct MismatchTests {
  @Test("accepts equal numbers, numbers inside the bound, and equal infinities")
  func accepts() {
    #expect(mismatch([1.0, -2], [1, -2]) == nil)
    #expect(mismatch([1.1], [1.0], absolute: 0.11) == nil)
    #expect(mismatch([110.0], [100], relative: 0.11) == nil)
    #expect(mismatch([Double.infinity, -.infinity], [.infinity, -.infinity]) == nil)
    #expect(mismatch([0.0], [-0.0]) == nil)
  }

  @Test("rejects numbers beyond the bound and names the worst")
  func rejects() throws {
    let found = try #require(mismatch([1, 2.5, 3.2], [1.0, 2, 3], absolute: 0.1))
    #expect(found.hasPrefix("index 1"))
    #expect(mismatch([1.0], [Double(1).nextUp]) != nil)
    #expect(mismatch([-1.0], [1], absolute: 1) != nil)
  }

  @Test("rejects NaN, infinity against a number, unequal counts and empty lists, however wide the bound")
  func rejectsWhatIsNoNumber() {
    let wide = Double.infinity
    #expect(mismatch([Double.nan], [1], absolute: wide) != nil)
    #expect(mismatch([1], [Double.nan], absolute: wide) != nil)
    #expect(mismatch([Double.nan], [.nan], absolute: wide) != nil)
    #expect(mismatch([Double.infinity], [1], absolute: wide) != nil)
    #expect(mismatch([Double.infinity], [-.infinity], absolute: wide) != nil)
    #expect(mismatch([1, 2.0], [1], absolute: wide) != nil)
    #expect(mismatch([Double](), [], absolute: wide) != nil)
  }
}
