import Testing

@testable import Kernels
@testable import Tensors

/// A case over matrix products.
protocol ProductCase: KernelCase {}

extension ProductCase {
  static var sizes: [(rows: Int, depth: Int, columns: Int)] { KernelSizes.products }
}

/// A case that has one size only.
protocol SingleCase: KernelCase {}

extension SingleCase {
  static var sizes: [Void] { [()] }
}

/// Small integers, so every sum is exact; NaN around the operands, marks around the result.
enum MatrixProductCase: ProductCase {
  static let statement =
    "Products in all four transpositions, with and without epilogue, are exactly three loops' numbers"
  static let kernels =
    [
      "MatrixProduct.multiply(workers:)", "MatrixProduct.multiply(_:workers:)", "MatrixProduct.definition(_:)",
      "Tile.compute()",
      // What a product is made of: panels, register tiles, blocks of rows and strips, at sizes around all of them.
      "Panel.multiply(packingInto:upcoming:)", "Panel.multiplyEdge(_:)",
      "RegisterTile.multiply(rows:packingInto:upcoming:)", "PanelPointer.packedStrips(_:_:)",
      "RegisterTileShape.takesTallest(_:)", "Packing.pack(_:depth:columns:into:)", "Packing.size(depth:columns:)",
      "Packing.copyFew(_:to:count:)", "MatrixOperand.packed(_:panelStride:)", "MatrixOperand.at(_:_:)",
      "MatrixOperand.from(_:_:)",
    ]
    + ["TwoRows", "FourRows", "StackedRows"].flatMap { block in
      ["add(_:_:times:)", "multiply(by:)", "add(_:)", "add(_:) 2", "store(to:)"].map { "\(block).\($0)" }
    }
    + ["OneVector", "TwoVectors"].flatMap { strip in
      ["add(_:times:)", "add(_:)", "multiply(by:)", "rectify()", "store(to:)"].map { "\(strip).\($0)" }
    }

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ size: (rows: Int, depth: Int, columns: Int), _ ledger: Ledger) {
    let (rows, depth, columns) = size
    for transposition in 0..<4 {
      for epilogue in [false, true] {
        let bench = MatrixWorkbench<S>(
          rows, depth, columns, transposedA: transposition & 1 != 0, transposedB: transposition & 2 != 0,
          gap: epilogue ? 3 : 0, scale: epilogue ? -0.5 : 1, accumulate: epilogue, bias: epilogue, relu: epilogue)
        let expected = bench.loops()
        let what = "\(rows)×\(depth)×\(columns), transposition \(transposition), epilogue \(epilogue)"
        ledger.expectEqual(bench.result { MatrixProduct.definition($0) }, expected, "definition of \(what)")
        ledger.expectEqual(bench.result { $0.multiply(workers: Workers(count: 2)) }, expected, what)
        ledger.expectEqual(
          bench.result { MatrixProduct.multiply([$0], workers: Workers(count: 2)) }, expected, "group of \(what)")
        let tiles = bench.result {
          let tiling = Tiling($0)
          for index in (0..<tiling.count).reversed() { Tile(index, of: $0, tiling).compute() }
        }
        ledger.expectEqual(tiles, expected, "tiles of \(what)")
      }
    }
  }
}

enum OneRowCase: ProductCase {
  static let statement = "One row times contiguous columns equals three loops, for any part of the columns"
  static let kernels = ["OneRow.suits(_:)", "OneRow.multiply()"]

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ size: (rows: Int, depth: Int, columns: Int), _ ledger: Ledger) {
    for rows in [1, 2] {
      for transposedB in [false, true] {
        let bench = MatrixWorkbench<S>(
          rows, size.depth, size.columns, transposedB: transposedB, gap: 3, scale: -0.5, accumulate: true, bias: true,
          relu: true)
        let suits = OneRow.suits(bench.product)
        ledger.expectEqual([suits ? 1 : 0 as S], [rows == 1 && transposedB ? 1 : 0], "suits")
        guard suits else { continue }
        let found = bench.result { product in
          let (tiling, middle) = (Tiling(product), size.columns / 2)
          OneRow(product, tiling, columns: middle..<size.columns).multiply()
          OneRow(product, tiling, columns: 0..<middle).multiply()
        }
        ledger.expectEqual(found, bench.loops(), "1×\(size.depth)×\(size.columns)")
      }
    }
  }
}

enum PeakCase: SingleCase {
  static let statement = "The measured multiply-add peak is a positive rate"
  static let kernels = ["MultiplyAddPeak.gigaflops(_:repeats:workers:)"]

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ size: Void, _ ledger: Ledger) {
    let peak = MultiplyAddPeak.gigaflops(type, repeats: 1)
    ledger.expectEqual([peak > 0.05 && peak.isFinite ? 1 : 0], [1 as S], "\(peak) GFLOP/s")
  }
}

enum PrefetchCase: SingleCase {
  static let statement = "Fetching ahead changes no memory, ends when all rows were fetched, and may point anywhere"
  static let kernels = [
    "Prefetch.line(_:)", "Prefetch.distantLine(_:)", "Prefetch.lineForWriting(_:)", "PrefetchedRows.fetch(_:)",
    "Upcoming.fetchShare()",
  ]

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ size: Void, _ ledger: Ledger) {
    let x: [S] = normals(40, seed: 96)
    let after = guarded(x) { memory in
      for distance in [0, 39, 40, 1 << 20, -(1 << 40)] {
        Prefetch.line(memory + distance)
        Prefetch.distantLine(memory + distance)
        Prefetch.lineForWriting(memory + distance)
      }
      let matrix = MatrixOperand(UnsafePointer(memory), rowStride: 10)
      var byRow = PrefetchedRows(matrix, rows: 4, columns: 10)
      var byColumn = PrefetchedRows(matrix.transposed, rows: 10, columns: 4)
      var neither = PrefetchedRows(
        MatrixOperand(UnsafePointer(memory), rowStride: 7, columnStride: 2), rows: 4, columns: 3)
      var left: [S] = [S(neither.count)]
      for wanted in [3, 0, 8, 1] {
        byRow.fetch(wanted)
        byColumn.fetch(wanted)
        neither.fetch(wanted)
        left += [S(byRow.count), S(byColumn.count)]
      }
      ledger.expectEqual(left, [0, 1, 1, 1, 1, 0, 0, 0, 0], "rows left to fetch")
      var upcoming = Upcoming(
        a: PrefetchedRows(matrix, rows: 4, columns: 10), b: PrefetchedRows(matrix, rows: 4, columns: 10), tiles: 3)
      for _ in 0..<5 { upcoming.fetchShare() }
    }
    ledger.expectEqual(after, x, "memory")
  }
}
