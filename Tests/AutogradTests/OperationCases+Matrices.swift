import Autograd
import Tensors
import TestSupport

/// Matrix products, affine maps, and operations on rows.
let matrixCases: [GradientCase] = [
  GradientCase("matmul(_:_:)", "2×3 by 3×4", [[2, 3], [3, 4]]) { matmul($0[0], $0[1]) },
  GradientCase("matmul(_:_:)", "1×1 by 1×1", [[1, 1], [1, 1]]) { matmul($0[0], $0[1]) },
  GradientCase("matmul(_:_:)", "a row by a column", [[1, 5], [5, 1]]) { matmul($0[0], $0[1]) },
  GradientCase("matmul(_:_:)", "a column by a row", [[5, 1], [1, 5]]) { matmul($0[0], $0[1]) },
  GradientCase("matmul(_:_:)", "x·xᵀ", [[3, 4]]) { matmul($0[0], $0[0].transposed(0, 1)) },
  GradientCase("matmul(_:_:)", "xᵀ·x", [[3, 4]]) { matmul($0[0].transposed(0, 1), $0[0]) },
  GradientCase("matmul(_:_:)", "x·x·x", [[3, 3]]) { matmul(matmul($0[0], $0[0]), $0[0]) },
  GradientCase("matmul(_:_:)", "batches", [[2, 2, 3], [2, 3, 2]]) { matmul($0[0], $0[1]) },
  GradientCase("matmul(_:_:)", "batches and heads, by head", [[2, 3, 2, 2], [2, 3, 2, 2]]) {
    matmul($0[0].transposed(1, 2), $0[1].transposed(1, 2).transposed(-1, -2))
  },
  GradientCase("matmul(_:_:)", "both transposed", [[3, 2], [4, 3]]) {
    matmul($0[0].transposed(0, 1), $0[1].transposed(0, 1))
  },
  GradientCase("matmul(_:_:)", "sliced views", [[4, 5], [4, 6]]) {
    matmul($0[0].sliced(1, 1..<4), $0[1].sliced(0, 1..<4).sliced(1, 2..<5))
  },
  affineCase("3 rows, bias", [3, 4], 5, bias: true, .identity),
  affineCase("no bias", [3, 4], 5, bias: false, .identity),
  affineCase("relu", [3, 4], 5, bias: true, .relu), affineCase("relu, no bias", [2, 3], 2, bias: false, .relu),
  affineCase("one of everything", [1, 1], 1, bias: true, .identity),
  affineCase("a vector", [4], 3, bias: true, .identity),
  affineCase("relu, leading axes are rows", [2, 2, 3], 2, bias: true, .relu),
  GradientCase("affine(_:weight:bias:activation:)", "weight is the input", [[3, 3], [3]]) {
    affine($0[0], weight: $0[0], bias: $0[1])
  },
  GradientCase("affine(_:weight:bias:activation:)", "bias is a row of the weight", [[2, 3], [3, 3]]) {
    affine($0[0], weight: $0[1], bias: $0[1].sliced(0, 1..<2).reshaped([3]))
  },
  GradientCase("affine(_:weight:bias:activation:)", "views as input and weight", [[3, 2], [4, 5]]) {
    affine($0[0].transposed(0, 1), weight: $0[1].sliced(1, 1..<4))
  },
  projectedCase("no constant row", constants: 0, rest: 3), projectedCase("two of three rows", constants: 2, rest: 1),
  projectedCase("one row after one", constants: 1, rest: 1),
  GradientCase("affine(_:weight:bias:activation:)", "the input as its own gate", [[2, 3], [3, 3], [3]]) {
    affine($0[0], weight: $0[1], bias: $0[2]) * $0[0]
  },
  rowCase("softmax(_:)", [3, 5], "a matrix", softmax), rowCase("softmax(_:)", [2, 1], "rows of one", softmax),
  rowCase("softmax(_:)", [2, 2, 9], "rank 3, more than a vector's lanes", softmax),
  rowCase("softmax(_:)", [2, 37], "rows of 37", softmax), rowCase("softmax(_:)", [4], "a vector", softmax),
  GradientCase("softmax(_:)", "of a transposed view, times x", [[3, 3]]) { softmax($0[0].transposed(0, 1)) * $0[0] },
  rowCase("logSoftmax(_:)", [3, 5], "a matrix", logSoftmax),
  rowCase("logSoftmax(_:)", [2, 2], "rows of two", logSoftmax),
  rowCase("logSoftmax(_:)", [2, 2, 9], "rank 3, more than a vector's lanes", logSoftmax),
  GradientCase("logSoftmax(_:)", "entropy", [[3, 4]]) { sum(exp(logSoftmax($0[0])) * logSoftmax($0[0]), axis: -1) },
  GradientCase("logSoftmax(_:)", "of a transposed view", [[3, 2]]) { logSoftmax($0[0].transposed(0, 1)) },
  GradientCase("crossEntropy(_:targets:)", "targets repeated and left out", [[4, 5]]) {
    crossEntropy($0[0], targets: [1, 4, 1, 0])
  },
  GradientCase("crossEntropy(_:targets:)", "one row", [[1, 19]]) { crossEntropy($0[0], targets: [18]) },
  GradientCase("crossEntropy(_:targets:)", "squared", [[2, 3]]) { x in
    let loss = crossEntropy(x[0], targets: [2, 0])
    return loss * loss
  },
  GradientCase("crossEntropy(_:targets:)", "of a transposed view", [[3, 2]]) {
    crossEntropy($0[0].transposed(0, 1), targets: [2, 2])
  },
  normCase("a matrix", [3, 5]), normCase("rank 3", [2, 2, 4]), normCase("rows of two", [3, 2]),
  normCase("more than a vector's lanes", [2, 19]), normCase("one row", [1, 8]),
  GradientCase("layerNorm(_:gain:bias:epsilon:)", "gain and bias are the same variable", [[3, 4], [4]]) {
    layerNorm($0[0], gain: $0[1], bias: $0[1], epsilon: 1e-5)
  },
  GradientCase("layerNorm(_:gain:bias:epsilon:)", "of a transposed view", [[4, 3], [4], [4]]) {
    layerNorm($0[0].transposed(0, 1), gain: $0[1], bias: $0[2], epsilon: 1e-5)
  },
  GradientCase("layerNorm(_:gain:bias:epsilon:)", "plus x", [[3, 4], [4], [4]]) {
    layerNorm($0[0], gain: $0[1], bias: $0[2], epsilon: 0.1) + $0[0]
  },
]

private func affineCase(
  _ name: String, _ x: Shape, _ outputs: Int, bias: Bool, _ activation: Activation
) -> GradientCase {
  let shapes: [Shape] = [x, [outputs, x[-1]]] + (bias ? [[outputs]] : [])
  return GradientCase(
    "affine(_:weight:bias:activation:)", name, shapes, step: activation == .relu ? 0x1p-12 : 0x1p-6,
    kink: activation == .relu ? nearestKink : nil
  ) { affine($0[0], weight: $0[1], bias: bias ? $0[2] : nil, activation: activation) }
}

/// The smallest |x Wᵀ + b|, divided by how fast it can move with any one number.
@Sendable private func nearestKink(_ inputs: [Tensor<Double>]) -> Double {
  let (x, w) = (inputs[0].scalars, inputs[1].scalars)
  let (outputs, width) = (inputs[1].shape[0], inputs[1].shape[1])
  var smallest = Double.infinity
  for row in 0..<x.count / width {
    for output in 0..<outputs {
      var z = inputs.count > 2 ? inputs[2][output] : 0
      for i in 0..<width { z += x[row * width + i] * w[output * width + i] }
      smallest = min(smallest, abs(z))
    }
  }
  return smallest / max(1, inputs.map { $0.scalars.reduce(0) { max($0, abs($1)) } }.max() ?? 0)
}

private func rowCase(
  _ operation: String, _ shape: Shape, _ name: String,
  _ function: @escaping @Sendable (Variable<Double>) -> Variable<Double>
) -> GradientCase {
  GradientCase(operation, name, [shape]) { function($0[0]) }
}

private func normCase(_ name: String, _ shape: Shape) -> GradientCase {
  GradientCase("layerNorm(_:gain:bias:epsilon:)", name, [shape, [shape[-1]], [shape[-1]]]) {
    layerNorm($0[0], gain: $0[1], bias: $0[2], epsilon: 0.01)
  }
}

/// Constants, then variable rows: what is checked is the gradient of the latter and of the weight.
private func projectedCase(_ name: String, constants: Int, rest: Int) -> GradientCase {
  GradientCase("projected(_:constantRows:weight:)", name, [[2, rest, 4], [5, 4]]) { x in
    let head = x[0].tape.constant(sample([2, constants, 4], seed: 7))
    return projected(concatenated(head, x[0], axis: 1), constantRows: constants, weight: x[1])
  }
}
