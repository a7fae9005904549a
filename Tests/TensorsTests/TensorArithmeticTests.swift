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

@Suite("Tensors: matrix products")
struct TensorMatrixProductTests {
  @Test("Products of all views and batches equal three loops, in Double and in Float")
  func definition() {
    check(Double.self, bound: 1e-13)
    check(Float.self, bound: 2e-5)
  }

  private func check<Scalar: Real>(_ type: Scalar.Type, bound: Scalar) {
    for leading in [[], [3], [2, 2]] {
      for (m, k, n) in [(1, 1, 1), (2, 3, 4), (5, 1, 3), (1, 7, 1), (9, 17, 33), (3, 0, 2)] {
        let a: Tensor<Scalar> = sample(Shape(leading + [m, k]), seed: 1)
        let b: Tensor<Scalar> = sample(Shape(leading + [k, n]), seed: 2)
        let expected = definition(a, b)
        for x in forms(a) {
          for y in forms(b) {
            let found = x.matrixProduct(y, workers: Workers(count: 2))
            #expect(found.shape == Shape(leading + [m, n]))
            #expect(
              mismatch(found.scalars, expected, absolute: bound) == nil,
              "\(leading) \(m)×\(k)×\(n), \(x.strides) \(y.strides)")
          }
        }
        let matrix: Tensor<Scalar> = sample([k, n], seed: 3)
        let repeated = definition(a, matrix.broadcast(to: Shape(leading + [k, n])).contiguous())
        #expect(mismatch(a.matrixProduct(matrix).scalars, repeated, absolute: bound) == nil, "one matrix for all")
      }
    }
  }

  /// The same tensor in every memory order that views can give it.
  private func forms<Scalar: Real>(_ x: Tensor<Scalar>) -> [Tensor<Scalar>] {
    if x.count == 0 { return [x] }
    var forms = [x, x.transposed(-1, -2).contiguous().transposed(-1, -2)] + x.asViews()
    if x.shape.rank > 2 { forms.append(x.transposed(0, -2).contiguous().transposed(0, -2)) }
    return forms
  }

  private func definition<Scalar: Real>(_ a: Tensor<Scalar>, _ b: Tensor<Scalar>) -> [Scalar] {
    let (m, k, n) = (a.shape[-2], a.shape[-1], b.shape[-1])
    let (x, y) = (a.scalars, b.scalars)
    let batches = a.shape.dimensions.dropLast(2).reduce(1, *)
    var result = [Scalar](repeating: 0, count: batches * m * n)
    for batch in 0..<batches {
      for i in 0..<m {
        for j in 0..<n {
          for l in 0..<k { result[(batch * m + i) * n + j] += x[(batch * m + i) * k + l] * y[(batch * k + l) * n + j] }
        }
      }
    }
    return result
  }
}

@Suite("Tensors: softmax and top-k")
struct TensorRowTests {
  @Test("Softmax and its logarithm equal their definitions, of views too")
  func softmax() {
    for width in [1, 2, 7, 8, 9, 40] {
      let x: Tensor<Double> = sample([2, 3, width], seed: UInt64(width))
      var (probabilities, logarithms): ([Double], [Double]) = ([], [])
      for row in 0..<6 {
        let entries = x.scalars[row * width..<(row + 1) * width]
        let total = entries.reduce(0) { $0 + exp($1) }
        probabilities += entries.map { exp($0) / total }
        logarithms += entries.map { $0 - log(total) }
      }
      for view in [x] + x.asViews() {
        #expect(mismatch(view.softmax().scalars, probabilities, relative: 1e-13) == nil)
        #expect(mismatch(view.logSoftmax().scalars, logarithms, absolute: 1e-13) == nil)
      }
    }
  }

  @Test("Logits of ±10 000 and −∞ give exact probabilities and finite or −∞ logarithms")
  func extremes() {
    let x = Tensor<Double>([4, 3], [1e4, -1e4, 1e4, -1e4, -1e4, -1e4, -.infinity, 0, 0, -.infinity, -1e4, -.infinity])
    let expected: [Double] = [0.5, 0, 0.5, 1 / 3, 1 / 3, 1 / 3, 0, 0.5, 0.5, 0, 1, 0]
    #expect(mismatch(x.softmax().scalars, expected, relative: 1e-15) == nil)
    let half = -log(2.0)
    let logarithms: [Double] = [
      half, -2e4 + half, half, -log(3.0), -log(3.0), -log(3.0), -.infinity, half, half, -.infinity, 0, -.infinity,
    ]
    #expect(mismatch(x.logSoftmax().scalars, logarithms, relative: 1e-14) == nil)
    let single = Tensor<Float>([1, 3], [1e4, -1e4, 1e4])
    #expect(single.softmax().scalars == [0.5, 0, 0.5])
    #expect(!Tensor<Double>([1, 2], [.nan, 1]).softmax().isFinite)
  }

  @Test("Top-k lists the largest first; of equal entries the lower index wins")
  func ties() {
    let x = Tensor<Double>([3, 4], [1, 3, 3, 2, 5, 5, 5, 5, -1, -2, -1, -3])
    #expect(x.topK(1) == [1, 0, 0])
    #expect(x.topK(2) == [1, 2, 0, 1, 0, 2])
    #expect(x.topK(4) == [1, 2, 3, 0, 0, 1, 2, 3, 0, 2, 1, 3])
    #expect(Tensor<Double>([1, 3], [0, -0.0, 0]).topK(3) == [0, 1, 2], "zeros are equal whatever their sign")
    #expect(x.transposed(0, 1).topK(1) == [1, 1, 1, 1])
  }

  @Test("NaN and −∞ are chosen last, by index")
  func missing() {
    let x = Tensor<Double>([2, 4], [.nan, 1, -.infinity, 2, -.infinity, .nan, .nan, .infinity])
    #expect(x.topK(4) == [3, 1, 0, 2, 3, 0, 1, 2])
    #expect(x.topK(1) == [3, 3])
    #expect(Tensor<Double>([3], repeating: .nan).topK(2) == [0, 1])
  }
}
