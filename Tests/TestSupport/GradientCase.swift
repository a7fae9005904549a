import Autograd
import Tensors

/// An operation at random points, to be held against central differences.
package struct GradientCase: Sendable, CustomStringConvertible {
  /// The operation's function, as `SourceTree.operations` names it.
  package let operation: String
  package let name: String
  package let shapes: [Shape]
  let step: Double
  let domain: @Sendable (Double) -> Double
  let kink: (@Sendable ([Tensor<Double>]) -> Double)?
  let function: @Sendable ([Variable<Double>]) -> Variable<Double>

  /// - Parameter kink: The distance of the nearest kink, in units of the inputs; nil for smooth functions.
  package init(
    _ operation: String, _ name: String, _ shapes: [Shape], step: Double = 0x1p-6,
    domain: @escaping @Sendable (Double) -> Double = { $0 }, kink: (@Sendable ([Tensor<Double>]) -> Double)? = nil,
    function: @escaping @Sendable ([Variable<Double>]) -> Variable<Double>
  ) {
    (self.operation, self.name, self.shapes) = (operation, name, shapes)
    (self.step, self.domain, self.kink, self.function) = (step, domain, kink, function)
  }

  package var description: String { "\(operation): \(name)" }

  package func inputs(seed: UInt64) -> [Tensor<Double>] {
    shapes.enumerated().map { position, shape in
      let normal: Tensor<Double> = sample(shape, seed: seed &* 1000 &+ UInt64(position))
      return Tensor(shape, normal.scalars.map(domain))
    }
  }

  /// Says how the derivative differs from central differences, or nothing if it does not: A sentence, or nil.
  package func disagreement(seed: UInt64, bound: Double) -> String? {
    let inputs = inputs(seed: seed)
    if let distance = kink?(inputs), !(distance > step) { return "seed \(seed): a kink only \(distance) away" }
    let report = GradientCheck.run(inputs, step: step, seed: seed, of: function)
    if report.compared != shapes.reduce(0, { $0 + $1.count }) { return "seed \(seed): \(report)" }
    return report.worstError <= bound ? nil : "seed \(seed): \(report)"
  }

  /// The value and the gradients where only some inputs are variables, the others constants.
  func outcome(
    of inputs: [Tensor<Double>], variable: (Int) -> Bool, upstream: (Tensor<Double>) -> Tensor<Double> = { $0 }
  ) -> (value: Variable<Double>, gradients: [Tensor<Double>]) {
    let recorded = JacobianTape<Double>()
    let operands = inputs.enumerated().map { position, input in
      variable(position) ? recorded.tape.variable(input) : recorded.tape.constant(input)
    }
    let output = function(operands)
    let seed = upstream(sample(output.shape, seed: 99))
    return (output, recorded.vectorJacobianProduct(of: output, upstream: seed, withRespectTo: operands))
  }

  /// Says what goes wrong when some inputs are constants, or nothing.
  ///
  /// Gradients of the other inputs must be the same bits; and without any variable the result must be a constant.
  package func constantsFault(seed: UInt64) -> String? {
    let inputs = inputs(seed: seed)
    let full = outcome(of: inputs) { _ in true }
    if !full.value.needsGradient { return "the result of variables is a constant" }
    let none = outcome(of: inputs) { _ in false }
    if none.value.needsGradient { return "the result of constants needs a gradient" }
    if none.value.value != full.value.value { return "constants have another value" }
    for position in inputs.indices {
      let only = outcome(of: inputs) { $0 == position }
      if only.gradients[position] != full.gradients[position] { return "input \(position) alone among constants" }
      let others = outcome(of: inputs) { $0 != position }
      for other in inputs.indices where other != position && others.gradients[other] != full.gradients[other] {
        return "input \(other) beside constant \(position)"
      }
    }
    return nil
  }

  /// Says what goes wrong when inputs or the upstream gradient are views, or nothing: A sentence, or nil.
  package func viewsFault(seed: UInt64) -> String? {
    let inputs = inputs(seed: seed)
    let expected = outcome(of: inputs) { _ in true }
    func fault(_ found: (value: Variable<Double>, gradients: [Tensor<Double>]), _ place: String) -> String? {
      let numbers = ([found.value.value] + found.gradients).flatMap(\.scalars)
      let right = ([expected.value.value] + expected.gradients).flatMap(\.scalars)
      return mismatch(numbers, right, absolute: 1e-13, relative: 1e-13).map { "\(place): \($0)" }
    }
    for (position, input) in inputs.enumerated() {
      for (number, view) in input.asViews().enumerated() {
        var moved = inputs
        moved[position] = view
        if let fault = fault(outcome(of: moved) { _ in true }, "input \(position) as view \(number)") { return fault }
      }
    }
    for number in 0..<3 {
      let found = outcome(
        of: inputs, variable: { _ in true },
        upstream: { dy in
          let views = dy.asViews()
          return views[number % views.count]
        })
      if let fault = fault(found, "upstream gradient as view \(number)") { return fault }
    }
    return nil
  }
}
