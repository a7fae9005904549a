import Tensors

/// A tape for one training step: walked once, and gone.
///
/// Being noncopyable and consumed by ``gradients(of:seed:)``, it cannot be walked twice; in exchange every activation is freed
/// as soon as its pullback has run.
public struct TrainingTape<Scalar: Real>: ~Copyable {
  /// The record, to be handed to the model.
  public let tape: Tape<Scalar>

  private let report: ((OperationTimes) -> Void)?

  /// Creates an empty tape.
  ///
  /// - Parameter report: Receives what each operation took, behind the walk; without it no clock is read.
  public init(workers: Workers = .one, report: ((OperationTimes) -> Void)? = nil) {
    tape = Tape(workers: workers, isRecording: true)
    self.report = report
    if report != nil { tape.times = OperationTimes() }
  }

  /// The gradients of a variable of one element with respect to every parameter in use; `seed` is its own gradient.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public consuming func gradients(of output: Variable<Scalar>, seed: Scalar = 1) -> Gradients<Scalar> {
    precondition(output.value.count == 1, "gradients: the output has shape \(output.shape), not one element")
    var cotangents = Cotangents<Scalar>(count: tape.nodes.count, workers: tape.workers)
    let parameters = tape.parameters
    tape.parameters = []
    tape.leaves = [:]
    if let node = output.node { cotangents.seed(node, with: Tensor(output.shape, repeating: seed)) }
    while let node = tape.nodes.popLast() {
      guard let pullback = node.pullback, let upstream = cotangents.take(tape.nodes.count) else { continue }
      pullback(upstream, &cotangents)
      tape.times?.pulledBack(tape.nodes.count)
    }
    if let times = tape.times { report?(times) }
    return Gradients(
      parameters.map { entry in
        (entry.parameter, cotangents.take(entry.node) ?? Tensor.zeros(entry.parameter.value.shape))
      })
  }
}

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
  public subscript(parameter: Parameter<Scalar>) -> Tensor<Scalar>? {
    positions[ObjectIdentifier(parameter)].map { tensors[$0] }
  }

  /// The gradient of the parameter of a name, or nil if there is none.
  public subscript(name: String) -> Tensor<Scalar>? {
    parameters.firstIndex { $0.name == name }.map { tensors[$0] }
  }

  /// Adds the gradients of another part of the same batch.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func add(_ other: Gradients, workers: Workers) {
    precondition(
      parameters.count == other.parameters.count && zip(parameters, other.parameters).allSatisfy { $0 === $1 },
      "Gradients.add: parts used different parameters")
    for index in tensors.indices { tensors[index].add(other.tensors[index], workers: workers) }
  }

  /// The Euclidean norm over all gradients together.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func norm(workers: Workers = .one) -> Double {
    tensors.reduce(0) { $0 + Double($1.sumOfSquares(workers: workers)) }.squareRoot()
  }
}
