import Autograd
import Tensors
import TestSupport

/// Element-wise operations: every way in which operands may broadcast or be the same variable.
let arithmeticCases: [GradientCase] =
  binaryCases("+(x:y:)") { $0 + $1 } + binaryCases("-(x:y:)") { $0 - $1 }
  + binaryCases("*(x:y:)") { $0 * $1 }
  + binaryCases("/(x:y:)", domain: { $0 < 0 ? $0 - 0.7 : $0 + 0.7 }, { $0 / $1 })
  + [
    GradientCase("*(x:y:)", "x·x·x", [[2, 3]]) { $0[0] * $0[0] * $0[0] },
    GradientCase("*(x:y:)", "x·xᵀ, element by element", [[3, 3]]) { $0[0] * $0[0].transposed(0, 1) },
    GradientCase("+(x:y:)", "x + row of x", [[3, 4]]) { $0[0] + $0[0].sliced(0, 1..<2) },
    GradientCase("*(c:x:)", "2.5·x", [[2, 3, 2]]) { 2.5 * $0[0] },
    GradientCase("*(c:x:)", "0·x + x", [[3]]) { 0 * $0[0] + $0[0] },
    GradientCase("*(c:x:)", "−x of one element", [[1]]) { -1 * $0[0] },
    GradientCase("exp(_:)", "a matrix", [[3, 5]]) { exp($0[0]) },
    GradientCase("exp(_:)", "more than a vector's lanes", [[19]]) { exp($0[0]) },
    GradientCase("exp(_:)", "of a transposed view", [[3, 2]]) { exp($0[0].transposed(0, 1)) },
    GradientCase("log(_:)", "a matrix", [[3, 5]], domain: positive) { log($0[0]) },
    GradientCase("log(_:)", "one element, used twice", [[1]], domain: positive) { log($0[0]) * $0[0] },
    GradientCase("relu(_:)", "a matrix", [[4, 5]], domain: awayFromZero, kink: smallest) { relu($0[0]) },
    GradientCase("relu(_:)", "relu(x)·x", [[17]], domain: awayFromZero, kink: smallest) { relu($0[0]) * $0[0] },
    GradientCase("dropout(_:rate:key:)", "rate 0.3", [[4, 6]]) { dropout($0[0], rate: 0.3, key: 11) },
    GradientCase("dropout(_:rate:key:)", "rate 0.3 of a transposed view", [[4, 6]]) {
      dropout($0[0].transposed(0, 1), rate: 0.3, key: 12)
    },
    GradientCase("dropout(_:rate:key:)", "rate 0 of x·x", [[5]]) { dropout($0[0] * $0[0], rate: 0, key: 13) },
  ]

private func binaryCases(
  _ operation: String, domain: @escaping @Sendable (Double) -> Double = { $0 },
  _ function: @escaping @Sendable (Variable<Double>, Variable<Double>) -> Variable<Double>
) -> [GradientCase] {
  let shapes: [(String, Shape, Shape)] = [
    ("equal shapes", [2, 3], [2, 3]), ("one element", [1], [1]), ("scalars", [], []),
    ("row on the right", [4, 3], [3]), ("row on the left", [3], [4, 3]),
    ("column on the right", [4, 3], [4, 1]), ("column on the left", [4, 1], [4, 3]),
    ("both repeated", [4, 1], [1, 3]), ("middle axis", [2, 3, 2], [2, 1, 2]),
    ("scalar on the right", [2, 3], []), ("scalar on the left", [], [2, 3]),
    ("leading axis of one", [1, 3], [2, 1, 3]),
    ("longer than a vector", [2, 21], [21]),
  ]
  return shapes.map { name, x, y in
    GradientCase(operation, name, [x, y], domain: domain) { function($0[0], $0[1]) }
  } + [
    GradientCase(operation, "x with itself", [[2, 3]], domain: domain) { function($0[0], $0[0]) * $0[0] },
    GradientCase(operation, "transposed views", [[3, 2], [2, 3]], domain: domain) {
      function($0[0].transposed(0, 1), $0[1])
    },
  ]
}

@Sendable private func positive(_ x: Double) -> Double { abs(x) + 0.5 }

@Sendable private func awayFromZero(_ x: Double) -> Double { x < 0 ? x - 0.05 : x + 0.05 }

@Sendable private func smallest(_ inputs: [Tensor<Double>]) -> Double {
  inputs.flatMap(\.scalars).reduce(.infinity) { min($0, abs($1)) }
}
