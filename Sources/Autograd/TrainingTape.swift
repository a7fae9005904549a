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
  /// - Parameters:
  ///   - workers: The threads that operations use.
  ///   - report: Receives what each operation took, behind the walk; without it no clock is read.
  public init(workers: Workers = .one, report: ((OperationTimes) -> Void)? = nil) {
    tape = Tape(workers: workers, isRecording: true)
    self.report = report
    if report != nil { tape.times = OperationTimes() }
  }

  /// Returns the gradients of a scalar with respect to every parameter that it depends on.
  ///
  /// - Parameters:
  ///   - output: A variable of one element.
  ///   - seed: The gradient of the final result with respect to `output`.
  /// - Returns: The gradients of the parameters that were used on this tape.
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
