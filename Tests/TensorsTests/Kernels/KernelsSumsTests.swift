import Foundation
import Testing

@testable import Tensors

@Suite("Sums and other reductions")
struct KernelsSumsTests {
  @Test("sum, dot and sumOfSquares equal their definition, for any number of workers", arguments: lengths + [300_001])
  func sums(count: Int) {
    checkSums(Float.self, count)
    checkSums(Double.self, count)
  }

  /// The sum with the rounding error of every addition carried along (Neumaier 1974).
  static func exactSum(_ x: [Double]) -> Double {
    var (sum, lost) = (0.0, 0.0)
    for value in x {
      let next = sum + value
      lost += abs(sum) >= abs(value) ? (sum - next) + value : (value - next) + sum
      sum = next
    }
    return sum + lost
  }

  func checkSums<S: Real>(_ type: S.Type, _ count: Int) {
    let (x, y): ([S], [S]) = (normals(count, seed: 21), normals(count, seed: 22))
    let sums = sameForAnyWorkers([S](repeating: 0, count: 3)) {
      $0[0] = Kernels.sum(x, count: count, workers: $1)
      $0[1] = Kernels.dot(x, y, count: count, workers: $1)
      $0[2] = Kernels.sumOfSquares(x, count: count, workers: $1)
    }
    let (a, b) = (x.map { Double($0) }, y.map { Double($0) })
    let products: [Double] = zip(a, b).map { $0 * $1 }
    let squares: [Double] = a.map { $0 * $0 }
    let expected = [a, products, squares].map { S(Self.exactSum($0)) }
    let scale = S(a.reduce(1) { $0 + abs($1) } + squares.reduce(0, +))
    expectEqual(sums, expected, absolute: 4 * S.ulpOfOne * scale, "sum, dot, sumOfSquares")
  }

  @Test("A sum of a million equal Floats keeps six digits")
  func accuracy() {
    let x = [Float](repeating: 0.1, count: 1_000_000)
    let sum = Kernels.sum(x, count: x.count, workers: .one)
    #expect(abs(Double(sum) / (1e6 * Double(Float(0.1))) - 1) < 1e-6)
  }

  @Test("maximum finds the largest element wherever it is, and passes over NaN")
  func maximum() {
    checkMaximum(Float.self)
    checkMaximum(Double.self)
  }

  func checkMaximum<S: Real>(_ type: S.Type) {
    for count in [1, 7, 8, 15, 16, 17, 63, 64, 100] {
      for place in 0..<count {
        var x = normals(count, seed: 23).map { (value: S) in -1 - abs(value) }
        x[place] = -0.5
        #expect(Kernels.maximum(x, count: count) == -0.5)
        if count > 1 {
          x[(place + 1) % count] = .nan
          #expect(Kernels.maximum(x, count: count) == -0.5)
        }
      }
    }
    #expect(Kernels.maximum([S](), count: 0) == -.infinity)
    #expect(Kernels.maximum([S](repeating: -.infinity, count: 5), count: 5) == -.infinity)
  }

  @Test("allFinite notices one infinity or NaN anywhere")
  func finiteness() {
    checkFiniteness(Float.self)
    checkFiniteness(Double.self)
  }

  func checkFiniteness<S: Real>(_ type: S.Type) {
    #expect(Kernels.allFinite([S](), count: 0))
    for count in [1, 7, 8, 15, 16, 17, 63, 64, 100] {
      var x = [S](repeating: .greatestFiniteMagnitude, count: count)
      #expect(Kernels.allFinite(x, count: count))
      for place in 0..<count {
        for bad in [S.infinity, -.infinity, .nan] {
          x[place] = bad
          #expect(!Kernels.allFinite(x, count: count))
        }
        x[place] = -.greatestFiniteMagnitude
      }
    }
  }

  @Test("rowSums, columnSums and addRow equal their definition", arguments: widths)
  func rowsAndColumns(columns: Int) {
    for rows in [0, 1, 9, rowsOfTwoTiles(columns)] {
      checkRowsAndColumns(Float.self, rows, columns)
      checkRowsAndColumns(Double.self, rows, columns)
    }
  }

  func checkRowsAndColumns<S: Real>(_ type: S.Type, _ rows: Int, _ columns: Int) {
    let x: [S] = normals(rows * columns, seed: 24)
    let bias: [S] = normals(columns, seed: 25)
    let tolerance = 4 * S.ulpOfOne

    let rowSums = sameForAnyWorkers([S](repeating: 7, count: rows)) {
      Kernels.rowSums(x, rows: rows, columns: columns, into: $0, workers: $1)
    }
    let expectedRows = (0..<rows).map { r in (0..<columns).map { x[r * columns + $0] }.reduce(0, +) }
    expectEqual(rowSums, expectedRows, absolute: tolerance * S(columns + 4), "rowSums")

    let biased = sameForAnyWorkers(x) { Kernels.addRow(bias, to: $0, rows: rows, columns: columns, workers: $1) }
    expectEqual(biased, x.indices.map { x[$0] + bias[$0 % columns] }, "addRow")

    for padding in [0, 3] {
      let stride = columns + padding
      var wide = [S](repeating: .nan, count: max(0, rows * stride - padding))
      for index in x.indices { wide[index / columns * stride + index % columns] = x[index] }
      var columnSums = [S](repeating: 0, count: columns)
      for index in x.indices { columnSums[index % columns] += x[index] }
      for accumulate in [false, true] {
        let actual = sameForAnyWorkers(bias) {
          Kernels.columnSums(
            wide, rows: rows, columns: columns, rowStride: stride, into: $0, accumulate: accumulate, workers: $1)
        }
        let expected = accumulate ? zip(bias, columnSums).map { $0 + $1 } : columnSums
        expectEqual(actual, expected, absolute: tolerance * S(rows + 4), "columnSums")
      }
    }
  }
}
