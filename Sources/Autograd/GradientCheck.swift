import Tensors

/// Holds pullbacks against central differences.
///
/// The function's output is projected on a random direction, L = Σ p ⊙ f(x), so that one walk backwards is checked against
/// differences of one number for every element of every input.
public enum GradientCheck {
  /// The outcome of a check.
  public struct Report: Sendable, CustomStringConvertible {
    /// The largest relative error over all elements of all inputs; NaN and shape faults count as infinite.
    public let worstError: Double
    /// Where it was found, or what was wrong.
    public let place: String
    /// How many derivatives were compared.
    public let compared: Int

    /// The error and its place.
    public var description: String { "relative error \(worstError) at \(place), \(compared) derivatives compared" }
  }

  /// Checks a function of several tensors.
  ///
  /// The error of an element is |analytic − numeric| / max(|analytic|, |numeric|, 10⁻³ · largest of its tensor): for
  /// elements that are small beside their neighbours, differences are limited by the rounding of L, not by the element.
  ///
  /// - Parameters:
  ///   - inputs: Where to differentiate; at least one, none empty.
  ///   - step: The first difference step; must not cross a kink.
  ///   - seed: Chooses the projection.
  ///   - function: The function; called once on a recording tape and many times on evaluating ones.
  /// - Returns: The worst disagreement.
  public static func run(
    _ inputs: [Tensor<Double>], step: Double = 0x1p-6, seed: UInt64 = 1,
    of function: ([Variable<Double>]) -> Variable<Double>
  ) -> Report {
    let recorded = JacobianTape<Double>()
    let variables = inputs.map(recorded.tape.variable)
    let output = function(variables)
    var random = Random(seed: seed)
    let projection = Tensor<Double>.normal(output.shape, random: &random)
    let gradients = recorded.vectorJacobianProduct(of: output, upstream: projection, withRespectTo: variables)
    return compare(gradients, at: inputs, step: step) { moved in
      let tape = Tape<Double>.evaluating()
      return projection.dot(function(moved.map(tape.constant)).value)
    }
  }

  /// Compares claimed gradients of a number with differences.
  ///
  /// - Parameters:
  ///   - gradients: The claimed gradients, one for each input.
  ///   - inputs: Where they were taken.
  ///   - step: The first difference step.
  ///   - value: The number as a function of the inputs.
  /// - Returns: The worst disagreement.
  public static func compare(
    _ gradients: [Tensor<Double>], at inputs: [Tensor<Double>], step: Double = 0x1p-6,
    of value: ([Tensor<Double>]) -> Double
  ) -> Report {
    guard gradients.count == inputs.count, !inputs.isEmpty else {
      return Report(worstError: .infinity, place: "\(gradients.count) gradients, \(inputs.count) inputs", compared: 0)
    }
    var worst = (error: 0.0, place: "none")
    var compared = 0
    for (position, (gradient, input)) in zip(gradients, inputs).enumerated() {
      guard gradient.shape == input.shape, input.count > 0 else {
        let place = "input \(position): gradient of shape \(gradient.shape) for \(input.shape)"
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
          let found = "input \(position), element \(index): \(analytic[index]) against \(numeric[index])"
          worst = (error.isNaN ? .infinity : error, found)
        }
      }
    }
    return Report(worstError: worst.error, place: worst.place, compared: compared)
  }
}
