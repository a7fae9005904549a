import Foundation
import Tensors
import TestSupport
import Testing

@testable import Autograd

@Suite("Tapes")
struct TapeTests {
  let w = Parameter<Double>("w", sample([3, 3], seed: 1))
  let b = Parameter<Double>("b", sample([3], seed: 2))
  let frozen = Frozen<Double>("frozen", sample([3, 3], seed: 3))

  private func loss(_ tape: Tape<Double>) -> Variable<Double> {
    let x = tape.constant(sample([4, 3], seed: 4))
    let h = affine(x, weight: tape(w), bias: tape(b))
    return crossEntropy(matmul(h, tape(frozen)) + matmul(h, tape(w)), targets: [0, 1, 2, 0])
  }

  private func gradients() -> Gradients<Double> {
    let tape = TrainingTape<Double>()
    let output = loss(tape.tape)
    return tape.gradients(of: output)
  }

  @Test("Training and Jacobian tapes give the same gradients; those of a parameter used twice add up")
  func sameGradients() {
    let trained = gradients()
    let recorded = JacobianTape<Double>()
    let output = loss(recorded.tape)
    let expected = recorded.vectorJacobianProduct(
      of: output, upstream: Tensor(1), withRespectTo: [recorded.tape(w), recorded.tape(b)])
    #expect(trained[w] == expected[0] && trained[b] == expected[1])
    #expect(trained.names == ["w", "b"])
    #expect(trained["w"] == trained[w] && trained["frozen"] == nil)
    #expect(GradientCheck.run(parameters: [w, b], inputs: []) { tape, _ in loss(tape) }.worstError <= 1e-8)
  }

  @Test("A parameter is one leaf however often it is used; a frozen weight is none")
  func leaves() {
    let tape = TrainingTape<Double>()
    _ = (tape.tape(w), tape.tape(w), tape.tape(frozen))
    #expect(tape.tape.nodes.count == 1)
    #expect(!tape.tape(frozen).needsGradient)
    #expect(!(tape.tape(frozen) * tape.tape(frozen)).needsGradient)
    #expect(tape.tape.nodes.count == 1)
  }

  @Test("An evaluating tape records nothing and computes the same values")
  func evaluating() {
    let tape = Tape<Double>.evaluating()
    let value = loss(tape)
    #expect(!value.needsGradient && tape.nodes.isEmpty && tape.parameters.isEmpty)
    #expect(value.value == loss(JacobianTape<Double>().tape).value)
  }

  @Test("A detached variable passes no gradient on")
  func detached() {
    let recorded = JacobianTape<Double>()
    let x = recorded.tape.variable(sample([3], seed: 5))
    #expect(!x.detached().needsGradient)
    let diagonal = sum(recorded.tape.variable(recorded.jacobian(of: x.detached() * x, withRespectTo: x)), axis: 0)
    #expect(diagonal.value == x.value)
  }

  @Test("Activations are freed while the backward pass runs, and all of them with the tape")
  func releases() {
    final class Marker {}
    weak var later: Marker?
    weak var earlier: Marker?
    var laterFreed: Bool?
    var earlierKept: Bool?
    func backward() -> Tensor<Double>? {
      let tape = TrainingTape<Double>()
      let record = tape.tape
      func marked(_ x: Variable<Double>, _ marker: Marker, _ observe: @escaping () -> Void) -> Variable<Double> {
        let dx = Place(x)
        return x.tape.record(x.value, from: x) { dy, gradients in
          withExtendedLifetime(marker) { observe() }
          gradients.add(dy, to: dx)
        }
      }
      func forward() -> Variable<Double> {
        let (first, second) = (Marker(), Marker())
        (earlier, later) = (first, second)
        let h = marked(record(w), first) { (laterFreed, earlierKept) = (later == nil, earlier != nil) }
        return sum(marked(h, second) {})
      }
      let output = forward()
      #expect(earlier != nil && later != nil)
      return tape.gradients(of: output)[w]
    }
    #expect(backward() == Tensor([3, 3], repeating: 1))
    #expect(laterFreed == true && earlierKept == true)
    #expect(earlier == nil && later == nil)
  }

  @Test("A walked tape holds nothing, neither operations nor parameters, though a variable keeps the tape itself")
  func spent() {
    weak var parameter: Parameter<Double>?
    func walked() -> Variable<Double> {
      let tape = TrainingTape<Double>()
      let own = Parameter<Double>("own", sample([3], seed: 1))
      parameter = own
      let output = sum(tape.tape(own))
      #expect(tape.gradients(of: output)[own] == Tensor([3], repeating: 1))
      return output
    }
    let output = walked()
    #expect(output.tape.nodes.isEmpty && output.tape.leaves.isEmpty && output.tape.parameters.isEmpty)
    #expect(parameter == nil)
  }

  @Test("A tape is freed with its last variable: pullbacks do not hold it")
  func noCycle() {
    weak var tape: Tape<Double>?
    do {
      let recorded = JacobianTape<Double>()
      tape = recorded.tape
      let output = loss(recorded.tape)
      #expect(output.needsGradient && tape != nil)
    }
    #expect(tape == nil)
  }

  @Test("Gradients of parts add up, their norm is over all parameters, and the seed scales them")
  func adding() throws {
    let one = gradients()
    var two = one
    two.add(gradients(), workers: Workers(count: 2))
    #expect(two[w] == one[w].map { 2 * $0 } && two[b] == one[b].map { 2 * $0 })
    let numbers = try #require(one[w]).scalars + #require(one[b]).scalars
    let norm = numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(mismatch([one.norm(), two.norm()], [norm, 2 * norm], relative: 1e-14) == nil)
    let tape = TrainingTape<Double>()
    let output = loss(tape.tape)
    #expect(tape.gradients(of: output, seed: 2)[w] == two[w])
  }

  @Test("A parameter on the tape that the output does not depend on has a gradient of zeros, others have none")
  func unused() {
    let tape = TrainingTape<Double>()
    _ = tape.tape(b)
    let output = sum(tape.tape(w))
    let gradients = tape.gradients(of: output)
    #expect(gradients[b] == .zeros([3]))
    #expect(gradients[Parameter("other", .zeros([1]))] == nil)
    let constant = TrainingTape<Double>()
    let number = constant.tape.constant(Tensor(1))
    #expect(constant.gradients(of: number).names.isEmpty)
  }

  @Test(
    "Every operation is told with its parameters and its time by the clock, forward and backward; nothing counts twice")
  func times() throws {
    var report: OperationTimes?
    let before = DispatchTime.now().uptimeNanoseconds
    let training = TrainingTape<Double> { report = $0 }
    let tape = training.tape
    usleep(20_000)
    let c = exp(tape.constant(Tensor(1)))
    let h = affine(tape.constant(sample([4, 3], seed: 4)), weight: tape(w), bias: tape(b))
    let y = h.tape.record(c.value, from: h) { _, gradients in
      usleep(20_000)
      gradients.add(.zeros([4, 3]), to: Place(h))
    }
    _ = training.gradients(of: y)
    let elapsed = Double(DispatchTime.now().uptimeNanoseconds - before) * 1e-9
    let times = try #require(report)
    let operations = times.operations
    #expect(operations.map(\.name) == ["exp(_:)", "affine(_:weight:bias:activation:)", "times()"])
    #expect(operations.map(\.parameters) == [[], ["w", "b"], []] && operations.map(\.shape) == [[], [4, 3], []])
    #expect(operations[0].forward >= 0.02 && operations[0].backward == 0, "what is slept counts for the next operation")
    #expect(operations[2].backward >= 0.02 && operations[1].backward > 0)
    let measured = operations.reduce(0) { $0 + $1.forward + $1.backward }
    #expect(measured >= 0.04 && measured <= elapsed)
  }
}

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
