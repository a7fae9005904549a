import Testing

@testable import Kernels
@testable import Tensors

enum SumCase: LengthCase {
  static let statement = "Sums, dot products and sums of squares equal their definition"
  static let kernels = [
    "Kernel.sum(_:count:workers:)", "Kernel.dot(_:_:count:workers:)", "Kernel.sumOfSquares(_:count:workers:)",
  ]
  static let sizes = KernelSizes.lengths + [300_001]

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ count: Int, _ ledger: Ledger) {
    let (x, y): ([S], [S]) = (normals(count, seed: 21), normals(count, seed: 22))
    let sums = sameForAnyWorkers([S](repeating: 0, count: 3)) {
      $0[0] = Kernel.sum(x, count: count, workers: $1)
      $0[1] = Kernel.dot(x, y, count: count, workers: $1)
      $0[2] = Kernel.sumOfSquares(x, count: count, workers: $1)
    }
    // Blocks are added in lanes, blocks and tiles in pairs: a number takes part in far fewer additions than there are.
    let roundings = S(min(count, 64) + 4)
    for (index, name) in ["sum", "dot", "sumOfSquares"].enumerated() {
      let terms = (0..<count).map { i -> Double in
        let (a, b) = (Double(x[i]), Double(y[i]))
        return index == 0 ? a : index == 1 ? a * b : a * a
      }
      let scale = S(terms.reduce(0) { $0 + abs($1) })
      ledger.expectEqual([sums[index]], [S(exactSum(terms))], absolute: roundings * S.ulpOfOne * scale, name)
    }
  }

  /// The sum with the rounding error of every addition carried along (Neumaier 1974).
  private static func exactSum(_ x: [Double]) -> Double {
    var (sum, lost) = (0.0, 0.0)
    for value in x {
      let next = sum + value
      lost += abs(sum) >= abs(value) ? (sum - next) + value : (value - next) + sum
      sum = next
    }
    return sum + lost
  }
}

enum ExtremeCase: LengthCase {
  static let statement = "The largest element is found wherever it is, and so is one that is not finite"
  static let kernels = ["Kernel.largestLogit(_:count:)", "Kernel.allFinite(_:count:)"]

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ count: Int, _ ledger: Ledger) {
    var x: [S] = normals(count, seed: 23).map { -1 - abs($0) }
    let places = Set([0, 1, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, count / 2, count - 2, count - 1])
    for place in places.sorted() where x.indices.contains(place) {
      let before = x[place]
      x[place] = -0.5
      ledger.expectEqual([Kernel.largestLogit(x, count: count)], [-0.5], "largestLogit at \(place)")
      // What lies behind the last element is not looked at.
      let shorter = x[..<place].max() ?? -.infinity
      ledger.expectEqual([Kernel.largestLogit(x, count: place)], [shorter], "largestLogit before \(place)")
      for bad in [S.infinity, -.infinity, .nan] {
        x[place] = bad
        ledger.expectEqual(
          [Kernel.allFinite(x, count: count), Kernel.allFinite(x, count: place)].map { $0 ? 1 : 0 as S }, [0, 1],
          "allFinite, \(bad) at \(place)")
      }
      x[place] = before
    }
    if count == 0 {
      ledger.expectEqual([Kernel.largestLogit(x, count: 0)], [-.infinity], "none")
    }
  }
}

enum RowSumCase: RowsCase {
  static let statement = "Sums over rows and over columns equal their definition"
  static let kernels = [
    "Kernel.rowSums(_:rows:columns:into:workers:)",
    "Kernel.columnSums(_:rows:columns:rowStride:into:accumulate:workers:)",
    // How these go over rows, and add up what tiles found.
    "Kernel.forEachTile(rows:columns:workers:_:)", "Kernel.rowsInTile(columns:)",
    "Kernel.sumPairwise(_:height:width:)",
  ]

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ size: (rows: Int, columns: Int), _ ledger: Ledger) {
    let (rows, columns) = size
    let x: [S] = normals(rows * columns, seed: 24)
    let bias: [S] = normals(columns, seed: 25)
    var byRow = [PlainSum](repeating: PlainSum(), count: rows)
    for index in x.indices { byRow[index / columns].add(Double(x[index])) }
    let rowSums = sameForAnyWorkers([S](repeating: 7, count: rows)) {
      Kernel.rowSums(x, rows: rows, columns: columns, into: $0, workers: $1)
    }
    ledger.expectSums(rowSums, byRow, "rowSums")

    for padding in [0, 3] {
      let stride = columns + padding
      var wide = [S](repeating: .nan, count: max(0, rows * stride - padding))
      for index in x.indices { wide[index / columns * stride + index % columns] = x[index] }
      for accumulate in [false, true] {
        var byColumn = [PlainSum](repeating: PlainSum(), count: columns)
        for index in x.indices { byColumn[index % columns].add(Double(x[index])) }
        if accumulate { for column in 0..<columns { byColumn[column].add(Double(bias[column])) } }
        let actual = sameForAnyWorkers(bias) {
          Kernel.columnSums(
            wide, rows: rows, columns: columns, rowStride: stride, into: $0, accumulate: accumulate, workers: $1)
        }
        ledger.expectSums(actual, byColumn, "columnSums, stride \(stride), accumulate \(accumulate)")
      }
    }
  }
}
