import Foundation
import TestSupport
import Testing

@testable import Tensors

@Suite("Tensors: arithmetic")
struct TensorArithmeticTests {
  static let shapes: [(Shape, Shape, Shape)] = [
    ([2, 3], [2, 3], [2, 3]), ([], [], []), ([2, 3], [3], [2, 3]), ([3], [2, 3], [2, 3]), ([4, 1], [1, 5], [4, 5]),
    ([2, 1, 3], [4, 1], [2, 4, 3]), ([], [2, 2], [2, 2]), ([1, 1, 1], [2], [1, 1, 2]),
    ([2, 3, 17], [3, 1], [2, 3, 17]),
    ([1], [0], [0]), ([2, 0], [1, 1], [2, 0]),
  ]

  @Test("Element-wise operations broadcast as index by index", arguments: shapes)
  func broadcasting(_ shapes: (Shape, Shape, Shape)) {
    let (a, b): (Tensor<Double>, Tensor<Double>) = (sample(shapes.0, seed: 1), sample(shapes.1, seed: 2))
    for workers in [Workers.one, Workers(count: 2)] {
      check(a, b, a.adding(b, workers: workers), shapes.2, +)
      check(a, b, a.subtracting(b, workers: workers), shapes.2, -)
      check(a, b, a.multiplied(by: b, workers: workers), shapes.2, *)
      check(a, b, a.divided(by: b, workers: workers), shapes.2, /)
    }
    for view in shapes.2.count > 0 ? a.asViews() : [] { #expect(view + b == a + b && b * view == b * a) }
  }

  /// Element (i, j, …) of the result is the operation on elements whose indices are 0 where an axis is repeated.
  private func check(
    _ a: Tensor<Double>, _ b: Tensor<Double>, _ found: Tensor<Double>, _ shape: Shape,
    _ operation: (Double, Double) -> Double
  ) {
    #expect(found.shape == shape)
    var index = [Int](repeating: 0, count: shape.rank)
    func element(_ x: Tensor<Double>) -> Double {
      let own = zip(index.suffix(x.shape.rank), x.shape.dimensions).map { $1 == 1 ? 0 : $0 }
      return x.scalars[zip(own, x.shape.rowMajorStrides).reduce(0) { $0 + $1.0 * $1.1 }]
    }
    let scalars = found.scalars
    for position in 0..<shape.count {
      for axis in 0..<shape.rank { index[axis] = position / shape.rowMajorStrides[axis] % shape[axis] }
      #expect(scalars[position] == operation(element(a), element(b)))
    }
  }

  @Test("Functions of one tensor equal the C library's, views too")
  func functions() {
    let x: Tensor<Double> = sample([3, 7], seed: 3)
    let positive = x * x + Tensor([1], repeating: 0.1)
    for (x, positive) in [(x, positive), (x.transposed(0, 1), positive.transposed(0, 1))] {
      #expect(mismatch(x.exponential().scalars, x.scalars.map { exp($0) }, relative: 1e-14) == nil)
      #expect(mismatch(positive.logarithm().scalars, positive.scalars.map { log($0) }, absolute: 1e-14) == nil)
      #expect(x.relu().scalars == x.scalars.map { max(0, $0) } && (-x).scalars == x.scalars.map { -$0 })
      #expect(x.scaled(by: 3).scalars == x.scalars.map { 3 * $0 })
      #expect(positive.maskedByPositive(x).scalars == zip(positive.scalars, x.scalars).map { $1 > 0 ? $0 : 0 })
    }
  }

  @Test("Sums and means along every axis equal loops, of views too")
  func reductions() {
    let x: Tensor<Double> = sample([3, 4, 5], seed: 4)
    for axis in 0..<3 {
      let shape = x.shape.removing(axis)
      var expected = [Double](repeating: 0, count: shape.count)
      for i in 0..<3 {
        for j in 0..<4 {
          for k in 0..<5 {
            let kept = [i, j, k].enumerated().filter { $0.offset != axis }.map(\.element)
            expected[kept[0] * shape[1] + kept[1]] += x[i, j, k]
          }
        }
      }
      for view in [x] + x.asViews() {
        #expect(view.sum(axis: axis).shape == shape)
        #expect(mismatch(view.sum(axis: axis - 3).scalars, expected, absolute: 1e-14) == nil)
      }
      let count = Double(x.shape[axis])
      #expect(mismatch(x.mean(axis: axis).scalars, expected.map { $0 / count }, absolute: 1e-14) == nil)
    }
    let numbers = x.scalars
    #expect(mismatch([x.sum()], [numbers.reduce(0, +)], absolute: 1e-13) == nil)
    #expect(mismatch([x.mean()], [numbers.reduce(0, +) / 60], absolute: 1e-14) == nil)
    #expect(mismatch([x.sumOfSquares()], [numbers.reduce(0) { $0 + $1 * $1 }], relative: 1e-14) == nil)
    #expect(x.dot(x) == x.sumOfSquares())
  }

  @Test("Summing to a smaller shape is the transpose of broadcasting", arguments: shapes.filter { $0.2.count > 0 })
  func summed(_ shapes: (Shape, Shape, Shape)) {
    let (a, large): (Tensor<Double>, Tensor<Double>) = (sample(shapes.0, seed: 5), sample(shapes.2, seed: 6))
    let summed = large.summed(to: shapes.0)
    #expect(summed.shape == shapes.0)
    #expect(mismatch([summed.dot(a)], [large.dot(a.broadcast(to: shapes.2))], absolute: 1e-13) == nil)
  }

  @Test("Infinite and missing numbers are noticed")
  func finite() {
    #expect(Tensor<Double>([3], [1, -1e308, 0]).isFinite)
    for bad in [Double.nan, .infinity, -.infinity] { #expect(!Tensor<Double>([2, 2], [1, 2, bad, 3]).isFinite) }
    #expect(Tensor<Double>([1], [.nan]) != Tensor([1], [.nan]))
  }

  @Test("Dropout drops the same elements for the same key in Float and Double, wherever they lie")
  func dropout() {
    let (x, y): (Tensor<Double>, Tensor<Float>) = (sample([7, 9], seed: 8), sample([7, 9], seed: 8))
    let dropped = x.droppingOut(rate: 0.3, key: 5)
    #expect(x.transposed(0, 1).contiguous().transposed(0, 1).droppingOut(rate: 0.3, key: 5) == dropped)
    #expect(dropped.scalars.map { $0 == 0 } == y.droppingOut(rate: 0.3, key: 5).scalars.map { $0 == 0 })
    for (found, before) in zip(dropped.scalars, x.scalars) where found != 0 {
      #expect(abs(found - before / 0.7) <= 1e-15 * abs(before) * 4)
    }
    #expect(x.droppingOut(rate: 0, key: 5) == x)
  }
}
