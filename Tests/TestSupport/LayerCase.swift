import Autograd
import Layers
import MixtureOfExperts
import Tensors

/// A layer with random weights at a random input, to be held against central differences.
package struct LayerCase: Sendable, CustomStringConvertible {
  /// A layer and the function that is differentiated.
  package struct Problem {
    let layer: any Layer<Double>
    let inputs: [Tensor<Double>]
    let step: Double
    let margin: Double
    let state: ([Tensor<Double>]) -> [Int32]
    let function: (Tape<Double>, [Variable<Double>]) -> Variable<Double>

    /// - Parameters:
    ///   - margin: How far the least chosen logit is above the best of the others; the check demands more than 10⁻³.
    ///   - state: All discrete decisions (signs of hidden units, chosen experts) at the layer's present weights; the
    ///     check demands that no difference changes them.
    package init(
      _ layer: any Layer<Double>, inputs: [Tensor<Double>], step: Double = 0x1p-8, margin: Double = .infinity,
      state: @escaping ([Tensor<Double>]) -> [Int32] = { _ in [] },
      function: @escaping (Tape<Double>, [Variable<Double>]) -> Variable<Double>
    ) {
      (self.layer, self.inputs, self.step, self.margin) = (layer, inputs, step, margin)
      (self.state, self.function) = (state, function)
    }

    /// Whether any element, moved by the first difference step, changes a discrete decision.
    ///
    /// Hidden units are linear in every one element, logits nearly: the ends of the interval speak for its inside.
    var crossesKink: Bool {
      let decisions = state(inputs)
      func changes(_ tensor: Tensor<Double>, _ moved: (Tensor<Double>) -> [Int32]) -> Bool {
        (0..<tensor.count).contains { index in
          [-step, step].contains { amount in
            var neighbour = tensor
            neighbour.withUnsafeMutablePointer { $0[index] += amount }
            return moved(neighbour) != decisions
          }
        }
      }
      for (position, input) in inputs.enumerated() {
        let found = changes(input) { neighbour in
          state(inputs.enumerated().map { $0.offset == position ? neighbour : $0.element })
        }
        if found { return true }
      }
      return layer.parameters.contains { parameter in
        let value = parameter.value
        defer { parameter.value = value }
        return changes(value) { neighbour in
          parameter.value = neighbour
          return state(inputs)
        }
      }
    }
  }

  /// The name of the layer's type.
  package let layer: String
  package let name: String
  let problem: @Sendable (UInt64) -> Problem

  package init(_ layer: String, _ name: String, problem: @escaping @Sendable (UInt64) -> Problem) {
    (self.layer, self.name, self.problem) = (layer, name, problem)
  }

  package var description: String { "\(layer): \(name)" }

  /// Says how the derivatives by inputs and parameters differ from central differences, or nothing if they do not: A
  /// sentence, or nil.
  package func disagreement(seed: UInt64, bound: Double) -> String? {
    let problem = problem(seed)
    let before = problem.layer.parameters.map(\.value)
    let frozen = problem.layer.frozen.map(\.value)
    if !(problem.margin > 1e-3) { return "seed \(seed): two logits are only \(problem.margin) apart" }
    if problem.crossesKink { return "seed \(seed): differences cross a kink" }
    let report = GradientCheck.run(
      parameters: problem.layer.parameters, inputs: problem.inputs, step: problem.step, seed: seed,
      of: problem.function)
    if problem.layer.parameters.map(\.value) != before { return "seed \(seed): the check changed a parameter" }
    if problem.layer.frozen.map(\.value) != frozen { return "seed \(seed): a frozen weight changed" }
    if report.compared != (problem.inputs + before).reduce(0, { $0 + $1.count }) { return "seed \(seed): \(report)" }
    return report.worstError <= bound ? nil : "seed \(seed): \(report)"
  }

  /// Says which weights the layer does not list, or lists though it does not hold them, or nothing: A sentence, or nil.
  package func listingFault() -> String? {
    let layer = problem(1).layer
    let held = HeldWeights(of: layer)
    if Set(layer.parameters.map(ObjectIdentifier.init)) != held.parameters
      || layer.parameters.count < held.parameters.count
    {
      return "parameters \(layer.parameters.map(\.name)), but the layer holds \(held.names)"
    }
    if Set(layer.frozen.map(ObjectIdentifier.init)) != held.frozen {
      return "frozen \(layer.frozen.map(\.name)), but the layer holds \(held.names)"
    }
    if Set(layer.parameters.map(\.name) + layer.frozen.map(\.name)).count != held.parameters.count + held.frozen.count {
      return "names repeat: \(held.names)"
    }
    return nil
  }
}

/// The weights that reflection finds in a layer, at any depth.
private struct HeldWeights {
  var parameters: Set<ObjectIdentifier> = []
  var frozen: Set<ObjectIdentifier> = []
  var names: [String] = []

  init(of layer: Any) {
    visit(layer)
  }

  private mutating func visit(_ value: Any) {
    if let parameter = value as? Parameter<Double> {
      parameters.insert(ObjectIdentifier(parameter))
      names.append(parameter.name)
    } else if let weight = value as? Frozen<Double> {
      frozen.insert(ObjectIdentifier(weight))
      names.append(weight.name)
    } else {
      for child in Mirror(reflecting: value).children { visit(child.value) }
    }
  }
}

extension Layer where Scalar == Double {
  /// Gives every weight random values of order one, so that no derivative is lost beside another.
  package func randomized(seed: UInt64, scale: Double = 0.7) -> Self {
    for (index, parameter) in parameters.enumerated() {
      parameter.value = sample(parameter.value.shape, seed: seed &* 100 &+ UInt64(index), scale: scale)
    }
    for (index, weight) in frozen.enumerated() {
      weight.restore(sample(weight.value.shape, seed: seed &* 100 &+ 50 &+ UInt64(index), scale: scale))
    }
    return self
  }
}

/// A sublayer whose tokens are shown to somebody.
package struct Watched<Scalar: Real>: FeedForward {
  let sublayer: any FeedForward<Scalar>
  let show: (Tensor<Scalar>) -> Void

  package init(sublayer: any FeedForward<Scalar>, show: @escaping (Tensor<Scalar>) -> Void) {
    (self.sublayer, self.show) = (sublayer, show)
  }

  package var parameters: [Parameter<Scalar>] { sublayer.parameters }
  package var frozen: [Frozen<Scalar>] { sublayer.frozen }
  package var routerParameters: [Parameter<Scalar>] { sublayer.routerParameters }

  package func callAsFunction(_ h: Variable<Scalar>, k: Int, random: Random?) -> LayerOutput<Scalar> {
    show(h.value)
    return sublayer(h, k: k, random: random)
  }
}
