import Kernels
import Synchronization
import Testing

@testable import Kernels
@testable import Tensors

enum LoopCase: LengthCase {
  static let statement = "Loops over vectors meet every element once, and read and write nothing else"
  static let kernels = [
    "Kernel.forEachVector(of:count:_:)", "Kernel.read(_:_:_:fill:)", "Kernel.write(_:_:_:_:)",
    "Kernel.fold(count:from:step:combine:)", "Kernel.accumulate(count:step:)",
  ]

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ count: Int, _ ledger: Ledger) {
    let x: [S] = (0..<count).map { S($0 % 251) - 100 }
    // The elements behind the last are NaN: one that is read shows in the result.
    let longer = x + [S](repeating: .nan, count: 2 * S.Vector.scalarCount)
    var fills = 0
    let copy = guarded([S](repeating: 7, count: count)) { target in
      Kernel.forEachVector(of: S.self, count: count) { i, n in
        let vector = Kernel.read(longer, i, n, fill: -3)
        for lane in n..<max(n, S.Vector.scalarCount) where vector[lane] == -3 { fills += 1 }
        Kernel.write(vector, target, i, n)
      }
    }
    ledger.expectEqual(copy, x, "a copy")
    let lanes = S.Vector.scalarCount
    ledger.expectEqual([S(fills)], [S((lanes - count % lanes) % lanes)], "lanes without an element")

    let sum = Kernel.accumulate(count: count) { (sum: S.Vector, i, n) in
      S.Vector.plus(sum, Kernel.read(longer, i, n))
    }
    let total = x.reduce(0) { $0 + Int($1) }
    ledger.expectEqual([(0..<lanes).reduce(0) { $0 + Int(sum[$1]) }].map { S($0) }, [S(total)], "accumulate")
    let largest = Kernel.fold(count: count, from: S.Vector.splat(-1000)) { (best: S.Vector, i, n) in
      S.Vector.larger(Kernel.read(longer, i, n, fill: -1000), best)
    } combine: {
      S.Vector.larger($0, $1)
    }
    ledger.expectEqual([(0..<lanes).map { largest[$0] }.max() ?? 0], [x.max() ?? -1000], "fold")
  }
}

enum TileLoopCase: LengthCase {
  static let statement = "Tiles of a length follow one another without gap or overlap, for any number of workers"
  static let kernels = ["Kernel.forEachTile(of:workers:_:)"]

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ count: Int, _ ledger: Ledger) {
    for workers in 1...3 {
      let tiles = Mutex<[Range<Int>]>([])
      Kernel.forEachTile(of: count, workers: Workers(count: workers)) { start, count in
        tiles.withLock { $0.append(start..<start + count) }
      }
      let sorted = tiles.withLock { $0.sorted { $0.lowerBound < $1.lowerBound } }
      ledger.expectEqual(
        sorted.flatMap { [S($0.lowerBound), S($0.count)] },
        stride(from: 0, to: count, by: 16384).flatMap { [S($0), S(min(16384, count - $0))] }, "\(workers) workers")
    }
  }
}

enum RowTileLoopCase: RowsCase {
  static let statement =
    "Tiles of rows follow one another, numbered in order, of 1 to 512 rows and at most 16,384 elements"
  static let kernels = ["Kernel.forEachTile(rows:columns:workers:_:)", "Kernel.rowsInTile(columns:)"]

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ size: (rows: Int, columns: Int), _ ledger: Ledger) {
    let height = Kernel.rowsInTile(columns: size.columns)
    ledger.expectEqual([S(height)], [S(min(512, 16384 / size.columns))], "rowsInTile")
    ledger.expectEqual(
      [Kernel.rowsInTile(columns: 16385), Kernel.rowsInTile(columns: 0)].map { S($0) }, [1, 512], "ends")
    for workers in 1...3 {
      let tiles = Mutex<[(Int, Range<Int>)]>([])
      Kernel.forEachTile(rows: size.rows, columns: size.columns, workers: Workers(count: workers)) { tile, rows in
        tiles.withLock { $0.append((tile, rows)) }
      }
      let sorted = tiles.withLock { $0.sorted { $0.0 < $1.0 } }
      let starts = stride(from: 0, to: size.rows, by: height).enumerated()
      ledger.expectEqual(
        sorted.flatMap { [S($0.0), S($0.1.lowerBound), S($0.1.upperBound)] },
        starts.flatMap { [S($0.offset), S($0.element), S(min(size.rows, $0.element + height))] }, "\(workers) workers")
    }
  }
}

enum PairwiseSumCase: RowsCase {
  static let statement = "Rows added in pairs leave their sum in the first row"
  static let kernels = ["Kernel.sumPairwise(_:height:width:)"]

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ size: (rows: Int, columns: Int), _ ledger: Ledger) {
    if size.rows == 0 { return }
    let x: [S] = normals(size.rows * size.columns, seed: 54)
    var sums = [PlainSum](repeating: PlainSum(), count: size.columns)
    for index in x.indices { sums[index % size.columns].add(Double(x[index])) }
    let found = guarded(x) { Kernel.sumPairwise($0, height: size.rows, width: size.columns) }
    ledger.expectSums(Array(found.prefix(size.columns)), sums, "the first row")
  }
}
