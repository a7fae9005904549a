import Autograd
import Tensors
import TestSupport

/// Operations that move elements: views, joins, gathers, sums.
let structureCases: [GradientCase] = [
  GradientCase("Reshaping", "2×6 to 3×4, squared", [[2, 6]]) { x in
    let y = x[0].reshaped([3, 4])
    return y * y
  },
  GradientCase("Reshaping", "of a transposed view", [[2, 3]]) { exp($0[0].transposed(0, 1).reshaped([6])) },
  GradientCase("Reshaping", "to a scalar", [[1, 1]]) { exp($0[0].reshaped([])) },
  GradientCase("Transposition", "the last axes", [[2, 3, 4]]) { exp($0[0].transposed(-1, -2)) },
  GradientCase("Transposition", "outer axes", [[2, 3, 4]]) { exp($0[0].transposed(0, 2)) },
  GradientCase("Transposition", "an axis with itself", [[2, 3]]) { exp($0[0].transposed(1, 1)) },
  GradientCase("Transposition", "x·xᵀ + xᵀ", [[3, 3]]) { $0[0] * $0[0].transposed(0, 1) + $0[0].transposed(0, 1) },
  GradientCase("Slicing", "middle of the last axis", [[2, 5]]) { exp($0[0].sliced(-1, 1..<4)) },
  GradientCase("Slicing", "the beginning of the first axis", [[4, 3]]) { exp($0[0].sliced(0, 0..<2)) },
  GradientCase("Slicing", "the end of a middle axis", [[2, 3, 2]]) { exp($0[0].sliced(1, 2..<3)) },
  GradientCase("Slicing", "everything", [[2, 3]]) { exp($0[0].sliced(1, 0..<3)) },
  GradientCase("Slicing", "overlapping slices of one variable", [[5]]) {
    $0[0].sliced(0, 0..<4) * $0[0].sliced(0, 1..<5)
  },
  GradientCase("Slicing", "a slice of a slice of a view", [[4, 5]]) {
    exp($0[0].transposed(0, 1).sliced(0, 1..<4).sliced(1, 2..<4))
  },
  GradientCase("Concatenation", "along rows", [[2, 3], [1, 3]]) { exp(concatenated($0[0], $0[1], axis: 0)) },
  GradientCase("Concatenation", "along the last axis", [[2, 3], [2, 2]]) { exp(concatenated($0[0], $0[1], axis: -1)) },
  GradientCase("Concatenation", "along a middle axis", [[2, 1, 2], [2, 3, 2]]) {
    exp(concatenated($0[0], $0[1], axis: 1))
  },
  GradientCase("Concatenation", "x with itself", [[2, 3]]) { exp(concatenated($0[0], $0[0], axis: 0)) },
  GradientCase("Concatenation", "x with a transposed view of itself", [[3, 3]]) {
    exp(concatenated($0[0], $0[0].transposed(0, 1), axis: 1))
  },
  GradientCase("RowGathering", "rows repeated and left out", [[4, 3]]) { exp(gatherRows($0[0], [2, 0, 2, 2, 3])) },
  GradientCase("RowGathering", "one row, one column", [[1, 1]]) { exp(gatherRows($0[0], [0, 0])) },
  GradientCase("RowGathering", "blocks of a rank-3 tensor", [[3, 2, 2]]) { exp(gatherRows($0[0], [1, 1, 0])) },
  GradientCase("RowGathering", "of a transposed view", [[3, 4]]) {
    exp(gatherRows($0[0].transposed(0, 1), [3, 3, 1]))
  },
  GradientCase("Selection", "two of four columns", [[3, 4]]) { exp(select($0[0], [1, 3, 0, 2, 3, 1], k: 2)) },
  GradientCase("Selection", "k = 1", [[3, 4]]) { exp(select($0[0], [1, 3, 0], k: 1)) },
  GradientCase("Selection", "k = N, in another order", [[2, 3]]) { exp(select($0[0], [2, 0, 1, 1, 2, 0], k: 3)) },
  GradientCase("Selection", "a column twice", [[2, 3]]) { exp(select($0[0], [2, 2, 0, 1], k: 2)) },
  GradientCase("Summation", "all of x·x", [[3, 4]]) { sum($0[0] * $0[0]) },
  GradientCase("Summation", "one element", [[1]]) { exp(sum($0[0])) },
  GradientCase("Summation", "times x", [[2, 3]]) { sum($0[0]) * $0[0] },
  GradientCase("Summation", "of a transposed view", [[2, 3]]) { exp(sum($0[0].transposed(0, 1))) },
  GradientCase("AxisSummation", "first axis", [[3, 4]]) { exp(sum($0[0], axis: 0)) },
  GradientCase("AxisSummation", "middle axis", [[2, 3, 2]]) { exp(sum($0[0], axis: 1)) },
  GradientCase("AxisSummation", "last axis, counted from the end", [[3, 4]]) { exp(sum($0[0], axis: -1)) },
  GradientCase("AxisSummation", "an axis of length 1", [[3, 1]]) { exp(sum($0[0], axis: 1)) },
  GradientCase("AxisSummation", "of a transposed view", [[3, 4]]) { exp(sum($0[0].transposed(0, 1), axis: 1)) },
  GradientCase("AxisSummation", "x minus its mean", [[3, 4]]) { $0[0] - 0.25 * sum($0[0], axis: 1).reshaped([3, 1]) },
]
