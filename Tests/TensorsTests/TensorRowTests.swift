import Foundation
import TestSupport
import Testing

@testable import Tensors

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

  @Test(
    "Top-k equals sorting by value and index, on random rows with many equal entries", arguments: [1, 2, 5, 16, 33])
  func bruteForce(_ columns: Int) {
    var random = Random(seed: UInt64(columns))
    for levels in [2, 4, 1000] {
      let x = Tensor<Float>([40, columns], (0..<40 * columns).map { _ in Float(random.below(levels)) })
      for k in Set([1, min(2, columns), (columns + 1) / 2, columns]) {
        let expected = (0..<40).flatMap { row in
          let entries = x.scalars[row * columns..<(row + 1) * columns].enumerated()
          let sorted = entries.sorted { ($1.element, $0.offset) < ($0.element, $1.offset) }
          return sorted.prefix(k).map { Int32($0.offset) }
        }
        #expect(x.topK(k) == expected, "\(levels) levels, k = \(k)")
      }
    }
  }
}
