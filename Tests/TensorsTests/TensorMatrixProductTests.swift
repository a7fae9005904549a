import TestSupport
import Testing

@testable import Tensors

@Suite("Tensors: matrix products")
struct TensorMatrixProductTests {
  @Test("Products of all views and batches equal three loops in Double")
  func double() { check(Double.self, bound: 1e-13) }

  @Test("Products of all views and batches equal three loops in Float")
  func float() { check(Float.self, bound: 2e-5) }

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
