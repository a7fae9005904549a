import Autograd
import Tensors

/// Holds pullbacks against central differences.
///
/// The function's output is projected on a random direction, L = Σ p ⊙ f(x), so that one walk backwards is checked against
/// differences of one number for every element of every input.
package enum GradientCheck {
  package struct Report: Sendable, CustomStringConvertible {
    /// The largest relative error over all elements of all inputs; NaN and shape faults count as infinite.
    package let worstError: Double
    /// Where it was found, or what was wrong.
    package let place: String
    package let compared: Int

    package var description: String { "relative error \(worstError) at \(place), \(compared) derivatives compared" }
  }

  /// Checks a function of several tensors.
  ///
  /// The error of an element is |analytic − numeric| / max(|analytic|, |numeric|, 10⁻³ · largest of its tensor): for
  /// elements that are small beside their neighbours, differences are limited by the rounding of L, not by the element.
  ///
  /// - Parameter step: The first difference step; must not cross a kink.
  package static func run(
    _ inputs: [Tensor<Double>], step: Double = 0x1p-6, seed: UInt64 = 1,
    of function: ([Variable<Double>]) -> Variable<Double>
  ) -> Report {
    run(parameters: [], inputs: inputs, step: step, seed: seed) { _, variables in function(variables) }
  }

  /// Checks a layer: a function of several tensors and of parameters that it puts on the tape itself.
  ///
  /// Parameters are moved one element at a time while the check runs, and hold their own values again afterwards.
  package static func run(
    parameters: [Parameter<Double>], inputs: [Tensor<Double>], step: Double = 0x1p-6, seed: UInt64 = 1,
    of function: (Tape<Double>, [Variable<Double>]) -> Variable<Double>
  ) -> Report {
    let values = parameters.map(\.value)
    func assign(_ values: some Sequence<Tensor<Double>>) {
      for (parameter, value) in zip(parameters, values) { parameter.value = value }
    }
    defer { assign(values) }

    let recorded = JacobianTape<Double>()
    let variables = inputs.map(recorded.tape.variable)
    let output = function(recorded.tape, variables)
    if output.value.count == 0 { return Report(worstError: .infinity, place: "an empty output", compared: 0) }
    var random = Random(seed: seed)
    let projection = Tensor<Double>.normal(output.shape, random: &random)
    let gradients = recorded.vectorJacobianProduct(
      of: output, upstream: projection, withRespectTo: variables + parameters.map { recorded.tape($0) })
    let names = inputs.indices.map { "input \($0)" } + parameters.map(\.name)
    return compare(gradients, at: inputs + values, names: names, step: step) { moved in
      let tape = Tape<Double>.evaluating()
      assign(moved.dropFirst(inputs.count))
      return projection.dot(function(tape, moved.prefix(inputs.count).map(tape.constant)).value)
    }
  }

  /// Compares claimed gradients of a number with differences.
  package static func compare(
    _ gradients: [Tensor<Double>], at inputs: [Tensor<Double>], names: [String]? = nil, step: Double = 0x1p-6,
    of value: ([Tensor<Double>]) -> Double
  ) -> Report {
    guard gradients.count == inputs.count, !inputs.isEmpty else {
      return Report(worstError: .infinity, place: "\(gradients.count) gradients, \(inputs.count) inputs", compared: 0)
    }
    var worst = (error: 0.0, place: "none")
    var compared = 0
    for (position, (gradient, input)) in zip(gradients, inputs).enumerated() {
      let name = names?[position] ?? "input \(position)"
      guard gradient.shape == input.shape, input.count > 0 else {
        let place = "\(name): gradient of shape \(gradient.shape) for \(input.shape)"
        return Report(worstError: .infinity, place: place, compared: compared)
      }
      let analytic = gradient.scalars
      let numeric = analytic.indices.map { index in
        CentralDifferences.derivative(step: step) { h in
          var moved = inputs
          moved[position] = input.moving(index, by: h)
          return value(moved)
        }.value
      }
      let floor = 1e-3 * zip(analytic, numeric).reduce(0) { max($0, abs($1.0), abs($1.1)) }
      for index in analytic.indices {
        let scale = max(abs(analytic[index]), abs(numeric[index]), floor)
        let difference = abs(analytic[index] - numeric[index])
        let error = difference == 0 ? 0 : difference / scale
        compared += 1
        if !(error <= worst.error) {
          let found = "\(name), element \(index): \(analytic[index]) against \(numeric[index])"
          worst = (error.isNaN ? .infinity : error, found)
        }
      }
    }
    return Report(worstError: worst.error, place: worst.place, compared: compared)
  }
}
