import Autograd
import Tensors
import TestSupport

/// Operations that move elements: views, joins, gathers, sums.
let structureCases: [GradientCase] = [
  GradientCase("Variable.reshaped(_:)", "2×6 to 3×4, squared", [[2, 6]]) { x in
    let y = x[0].reshaped([3, 4])
    return y * y
  },
  GradientCase("Variable.reshaped(_:)", "of a transposed view", [[2, 3]]) { exp($0[0].transposed(0, 1).reshaped([6])) },
  GradientCase("Variable.reshaped(_:)", "to a scalar", [[1, 1]]) { exp($0[0].reshaped([])) },
  GradientCase("Variable.transposed(_:_:)", "the last axes", [[2, 3, 4]]) { exp($0[0].transposed(-1, -2)) },
  GradientCase("Variable.transposed(_:_:)", "outer axes", [[2, 3, 4]]) { exp($0[0].transposed(0, 2)) },
  GradientCase("Variable.transposed(_:_:)", "an axis with itself", [[2, 3]]) { exp($0[0].transposed(1, 1)) },
  GradientCase("Variable.transposed(_:_:)", "x·xᵀ + xᵀ", [[3, 3]]) {
    $0[0] * $0[0].transposed(0, 1) + $0[0].transposed(0, 1)
  },
  GradientCase("Variable.sliced(_:_:)", "middle of the last axis", [[2, 5]]) { exp($0[0].sliced(-1, 1..<4)) },
  GradientCase("Variable.sliced(_:_:)", "the beginning of the first axis", [[4, 3]]) { exp($0[0].sliced(0, 0..<2)) },
  GradientCase("Variable.sliced(_:_:)", "the end of a middle axis", [[2, 3, 2]]) { exp($0[0].sliced(1, 2..<3)) },
  GradientCase("Variable.sliced(_:_:)", "everything", [[2, 3]]) { exp($0[0].sliced(1, 0..<3)) },
  GradientCase("Variable.sliced(_:_:)", "overlapping slices of one variable", [[5]]) {
    $0[0].sliced(0, 0..<4) * $0[0].sliced(0, 1..<5)
  },
  GradientCase("Variable.sliced(_:_:)", "a slice of a slice of a view", [[4, 5]]) {
    exp($0[0].transposed(0, 1).sliced(0, 1..<4).sliced(1, 2..<4))
  },
  GradientCase("concatenated(_:_:axis:)", "along rows", [[2, 3], [1, 3]]) { exp(concatenated($0[0], $0[1], axis: 0)) },
  GradientCase("concatenated(_:_:axis:)", "along the last axis", [[2, 3], [2, 2]]) {
    exp(concatenated($0[0], $0[1], axis: -1))
  },
  GradientCase("concatenated(_:_:axis:)", "along a middle axis", [[2, 1, 2], [2, 3, 2]]) {
    exp(concatenated($0[0], $0[1], axis: 1))
  },
  GradientCase("concatenated(_:_:axis:)", "x with itself", [[2, 3]]) { exp(concatenated($0[0], $0[0], axis: 0)) },
  GradientCase("concatenated(_:_:axis:)", "x with a transposed view of itself", [[3, 3]]) {
    exp(concatenated($0[0], $0[0].transposed(0, 1), axis: 1))
  },
  GradientCase("gatherRows(_:_:)", "rows repeated and left out", [[4, 3]]) { exp(gatherRows($0[0], [2, 0, 2, 2, 3])) },
  GradientCase("gatherRows(_:_:)", "one row, one column", [[1, 1]]) { exp(gatherRows($0[0], [0, 0])) },
  GradientCase("gatherRows(_:_:)", "blocks of a rank-3 tensor", [[3, 2, 2]]) { exp(gatherRows($0[0], [1, 1, 0])) },
  GradientCase("gatherRows(_:_:)", "of a transposed view", [[3, 4]]) {
    exp(gatherRows($0[0].transposed(0, 1), [3, 3, 1]))
  },
  GradientCase("select(_:_:k:)", "two of four columns", [[3, 4]]) { exp(select($0[0], [1, 3, 0, 2, 3, 1], k: 2)) },
  GradientCase("select(_:_:k:)", "k = 1", [[3, 4]]) { exp(select($0[0], [1, 3, 0], k: 1)) },
  GradientCase("select(_:_:k:)", "k = N, in another order", [[2, 3]]) { exp(select($0[0], [2, 0, 1, 1, 2, 0], k: 3)) },
  GradientCase("select(_:_:k:)", "a column twice", [[2, 3]]) { exp(select($0[0], [2, 2, 0, 1], k: 2)) },
  GradientCase("sum(_:)", "all of x·x", [[3, 4]]) { sum($0[0] * $0[0]) },
  GradientCase("sum(_:)", "one element", [[1]]) { exp(sum($0[0])) },
  GradientCase("sum(_:)", "times x", [[2, 3]]) { sum($0[0]) * $0[0] },
  GradientCase("sum(_:)", "of a transposed view", [[2, 3]]) { exp(sum($0[0].transposed(0, 1))) },
  GradientCase("sum(_:axis:)", "first axis", [[3, 4]]) { exp(sum($0[0], axis: 0)) },
  GradientCase("sum(_:axis:)", "middle axis", [[2, 3, 2]]) { exp(sum($0[0], axis: 1)) },
  GradientCase("sum(_:axis:)", "last axis, counted from the end", [[3, 4]]) { exp(sum($0[0], axis: -1)) },
  GradientCase("sum(_:axis:)", "an axis of length 1", [[3, 1]]) { exp(sum($0[0], axis: 1)) },
  GradientCase("sum(_:axis:)", "of a transposed view", [[3, 4]]) { exp(sum($0[0].transposed(0, 1), axis: 1)) },
  GradientCase("sum(_:axis:)", "x minus its mean", [[3, 4]]) { $0[0] - 0.25 * sum($0[0], axis: 1).reshaped([3, 1]) },
]
