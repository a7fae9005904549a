import Tensors

/// The gradients of a training step, by parameter, in the order in which the parameters were first used.
public struct Gradients<Scalar: Real> {
  private var tensors: [Tensor<Scalar>]
  private let parameters: [Parameter<Scalar>]
  private let positions: [ObjectIdentifier: Int]

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  init(_ entries: [(Parameter<Scalar>, Tensor<Scalar>)]) {
    parameters = entries.map(\.0)
    tensors = entries.map(\.1)
    positions = Dictionary(
      uniqueKeysWithValues: parameters.enumerated().map { (ObjectIdentifier($0.element), $0.offset) })
  }

  /// The names of the parameters that have a gradient.
  public var names: [String] { parameters.map(\.name) }

  /// The gradient of a parameter, or nil if the output does not depend on it.
  ///
  /// - Parameter parameter: A parameter.
  public subscript(parameter: Parameter<Scalar>) -> Tensor<Scalar>? {
    positions[ObjectIdentifier(parameter)].map { tensors[$0] }
  }

  /// The gradient of the parameter of a name, or nil if there is none.
  ///
  /// - Parameter name: A parameter's name.
  public subscript(name: String) -> Tensor<Scalar>? {
    parameters.firstIndex { $0.name == name }.map { tensors[$0] }
  }

  /// Adds the gradients of another part of the same batch.
  ///
  /// - Parameter other: Gradients of the same parameters.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func add(_ other: Gradients, workers: Workers) {
    precondition(
      parameters.count == other.parameters.count && zip(parameters, other.parameters).allSatisfy { $0 === $1 },
      "Gradients.add: parts used different parameters")
    for index in tensors.indices { tensors[index].add(other.tensors[index], workers: workers) }
  }

  /// The Euclidean norm over all gradients together.
  ///
  /// - Returns: √Σ g².
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func norm(workers: Workers = .one) -> Double {
    tensors.reduce(0) { $0 + Double($1.sumOfSquares(workers: workers)) }.squareRoot()
  }
}
