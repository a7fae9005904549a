import Tensors

/// A tape that is kept, to be walked once for each output.
public struct JacobianTape<Scalar: Real> {
  /// The record, to be handed to the function under study.
  public let tape: Tape<Scalar>

  /// Creates an empty tape.
  ///
  /// - Parameter workers: The threads that operations use.
  public init(workers: Workers = .one) {
    tape = Tape(workers: workers, isRecording: true)
  }

  /// Returns gᵀ ∂output/∂input for several inputs: one walk backwards.
  ///
  /// - Parameters:
  ///   - output: A variable on this tape.
  ///   - upstream: g, of the output's shape.
  ///   - inputs: Leaves or intermediate results on this tape.
  /// - Returns: One tensor for each input, of the input's shape; zeros where the output does not depend on it.
  public func vectorJacobianProduct(
    of output: Variable<Scalar>, upstream: Tensor<Scalar>, withRespectTo inputs: [Variable<Scalar>]
  ) -> [Tensor<Scalar>] {
    precondition(
      inputs.allSatisfy { $0.tape === tape } && output.tape === tape, "vectorJacobianProduct: variables of another tape"
    )
    precondition(upstream.shape == output.shape, "vectorJacobianProduct: \(upstream.shape) for \(output.shape)")
    var cotangents = Cotangents<Scalar>(count: tape.nodes.count, workers: tape.workers)
    var found: [Int: Tensor<Scalar>] = [:]
    let wanted = Set(inputs.compactMap(\.node))
    if let node = output.node { cotangents.seed(node, with: upstream) }
    for node in tape.nodes.indices.reversed() {
      guard let gradient = cotangents.take(node) else { continue }
      if wanted.contains(node) { found[node] = gradient }
      tape.nodes[node].pullback?(gradient, &cotangents)
    }
    return inputs.map { input in input.node.flatMap { found[$0] } ?? .zeros(input.shape) }
  }

  /// Returns the matrix ∂output/∂input, one walk backwards for each of its rows.
  ///
  /// - Parameters:
  ///   - output: A variable on this tape.
  ///   - input: Another variable on this tape.
  /// - Returns: A matrix with `output.count` rows and `input.count` columns.
  public func jacobian(of output: Variable<Scalar>, withRespectTo input: Variable<Scalar>) -> Tensor<Scalar> {
    let rows = (0..<output.value.count).map { row in
      var unit = Tensor<Scalar>.zeros(output.shape)
      unit.withUnsafeMutablePointer { $0[row] = 1 }
      return vectorJacobianProduct(of: output, upstream: unit, withRespectTo: [input])[0].reshaped([
        1, input.value.count,
      ])
    }
    return rows.isEmpty ? .zeros([0, input.value.count]) : .concatenated(rows, axis: 0)
  }
}
