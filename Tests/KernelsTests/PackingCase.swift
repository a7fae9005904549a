import Kernels
import Testing

@testable import Kernels
@testable import Tensors

enum PackingCase: RowsCase {
  static let statement = "Packed panels hold every element of a matrix of any strides, panel by panel, row by row"
  static let kernels = [
    "Packing.pack(_:depth:columns:into:)", "Packing.size(depth:columns:)", "Packing.copyFew(_:to:count:)",
    "MatrixOperand.packed(_:panelStride:)", "MatrixOperand.at(_:_:)", "MatrixOperand.from(_:_:)",
  ]
  /// Depths around what one transposition yields, and the widths of rows.
  static var sizes: [(rows: Int, columns: Int)] {
    KernelSizes.widths.flatMap { columns in [1, 2, 3, 4, 5, 7, 8, 9, 33].map { ($0, columns) } }
  }

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ size: (rows: Int, columns: Int), _ ledger: Ledger) {
    let (depth, columns, lanes) = (size.rows, size.columns, S.Vector.scalarCount)
    let panels = (columns + lanes - 1) / lanes
    ledger.expectEqual(
      [S(Packing<S>.size(depth: depth, columns: columns))], [S(panels * lanes * depth)], "size")
    // Contiguous rows, contiguous columns, and neither.
    for (rowStride, columnStride) in [(columns + 3, 1), (1, depth + 3), (3 * columns + 1, 3), (2, 2 * depth + 5)] {
      let count = (depth - 1) * rowStride + (columns - 1) * columnStride + 1
      let memory: [S] = (0..<count).map { S($0 % 8191) }
      memory.withUnsafeBufferPointer { memory in
        guard let base = memory.baseAddress else { return }
        let matrix = MatrixOperand(base, rowStride: rowStride, columnStride: columnStride)
        let packed = guarded([S](repeating: -1, count: Packing<S>.size(depth: depth, columns: columns))) {
          Packing<S>.pack(matrix, depth: depth, columns: columns, into: $0)
        }
        var (found, expected): ([S], [S]) = ([], [])
        for row in 0..<depth {
          for column in 0..<columns {
            let place = row * rowStride + column * columnStride
            expected.append(memory[place])
            found.append(packed[column / lanes * lanes * depth + row * lanes + column % lanes])
            if matrix.at(row, column) - base != place || matrix.from(row, column).pointer - base != place {
              ledger.expectEqual([S(matrix.at(row, column) - base)], [S(place)], "at(\(row), \(column))")
            }
          }
        }
        ledger.expectEqual(found, expected, "strides \(rowStride), \(columnStride), depth \(depth), \(columns) columns")
        let operand = MatrixOperand<S>.packed(base, panelStride: lanes * depth)
        ledger.expectEqual(
          [operand.rowStride, operand.columnStride, operand.panelStride].map { S($0) },
          [lanes, 1, lanes * depth].map { S($0) }, "packed")
      }
    }
    let few = columns % lanes
    let source: [S] = normals(few, seed: 95)
    let copied = guarded([S](repeating: -1, count: few)) { Packing<S>.copyFew(source, to: $0, count: few) }
    ledger.expectEqual(copied, source, "copyFew of \(few)")
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
