import Tensors

/// A tape that is kept, to be walked once for each output.
public struct JacobianTape<Scalar: Real> {
  /// The record, to be handed to the function under study.
  public let tape: Tape<Scalar>

  /// Creates an empty tape.
  public init(workers: Workers = .one) {
    tape = Tape(workers: workers, isRecording: true)
  }

  /// gᵀ ∂output/∂input for several inputs, leaves or intermediate results, by one walk backwards.
  ///
  /// Zeros where the output does not depend on an input; g has the output's shape.
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

  /// The matrix ∂output/∂input, output.count × input.count, one walk backwards for each of its rows.
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
