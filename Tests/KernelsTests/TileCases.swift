import Kernels
import Testing

@testable import Kernels
@testable import Tensors

/// A case over register tiles: rows and depth.
protocol TileCase: KernelCase {}

extension TileCase {
  static var sizes: [(rows: Int, depth: Int)] { KernelSizes.tiles }
}

/// One panel's product by its definition: relu(scale · A·B + C + bias) for the columns that exist.
private final class PanelProblem<S: Real> {
  let (rows, depth, columns, stride): (Int, Int, Int, Int)
  let (a, b, bias): (Memory<S>, Memory<S>, Memory<S>)
  let c: [S]

  /// A is rows×depth, B depth×width of which `columns` exist, C has five scalars between its rows.
  init(rows: Int, depth: Int, columns: Int, width: Int) {
    (self.rows, self.depth, self.columns, stride) = (rows, depth, columns, width + 5)
    a = Memory(integers(rows * depth, seed: 91))
    b = Memory(integers(depth * width, seed: 92))
    c = integers(rows * stride, seed: 93)
    bias = Memory(integers(width, seed: 94))
  }

  func expected(width: Int, accumulate: Bool, relu: Bool) -> [S] {
    var result = c
    for row in 0..<rows {
      for column in 0..<columns {
        var sum: S = 0
        for k in 0..<depth { sum += a[row * depth + k] * b[k * width + column] }
        sum = -2 * sum + (accumulate ? c[row * stride + column] : 0) + bias[column]
        result[row * stride + column] = relu && sum < 0 ? 0 : sum
      }
    }
    return result
  }
}

enum RegisterTileCase: TileCase {
  static let statement = "A register tile multiplies any number of rows by a strip, and packs the strip on the way"
  static let kernels = [
    "RegisterTile.multiply(rows:packingInto:upcoming:)", "PanelPointer.packedStrips(_:_:)",
    "RegisterTileShape.takesTallest(_:)",
  ]

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ size: (rows: Int, depth: Int), _ ledger: Ledger) {
    check(OneVector<S.Vector>.self, size.rows, size.depth, ledger)
    check(TwoVectors<S.Vector>.self, size.rows, size.depth, ledger)
  }

  private static func check<R: Strip>(_: R.Type, _ rows: Int, _ depth: Int, _ ledger: Ledger) {
    typealias S = R.Vector.Scalar
    let problem = PanelProblem<S>(rows: rows, depth: depth, columns: R.width, width: R.width)
    for (accumulate, relu) in [(false, false), (true, false), (true, true)] {
      // Only tiles of which there are several pack for the others.
      for packs in rows > RegisterTileShape.tallest ? [false, true] : [false] {
        var packed = [S](repeating: 7, count: depth * R.width)
        let found = guarded(problem.c) { c in
          packed = guarded(packed) { packed in
            var upcoming = Upcoming<S>.nothing
            RegisterTile<R>(
              a: MatrixOperand(problem.a.pointer, rowStride: depth),
              b: PanelPointer(pointer: problem.b.pointer, rowStride: R.width, step: R.Vector.scalarCount), depth: depth,
              c: c,
              cRowStride: problem.stride,
              epilogue: Epilogue(scale: -2, accumulate: accumulate, bias: problem.bias.pointer, relu: relu)
            ).multiply(rows: rows, packingInto: packs ? packed : nil, upcoming: &upcoming)
          }
        }
        // Whatever is within the strip is rectified: nothing lies behind its width.
        ledger.expectEqual(
          found, problem.expected(width: R.width, accumulate: accumulate, relu: relu),
          "\(R.self), \(rows) rows, depth \(depth), packs \(packs)")
        if packs { ledger.expectEqual(packed, problem.b.scalars, "the packed strip") }
      }
    }
  }
}

enum PanelCase: TileCase {
  static let statement = "A panel multiplies rows that lie apart or are packed, and at the edge only columns that exist"
  static let kernels = ["Panel.multiply(packingInto:upcoming:)", "Panel.multiplyEdge(_:)"]

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ size: (rows: Int, depth: Int), _ ledger: Ledger) {
    check(OneVector<S.Vector>.self, size.rows, size.depth, ledger)
    check(TwoVectors<S.Vector>.self, size.rows, size.depth, ledger)
    for columns in 1..<S.Vector.scalarCount { checkEdge(type, size.rows, size.depth, columns, ledger) }
  }

  private static func check<R: Strip>(_: R.Type, _ rows: Int, _ depth: Int, _ ledger: Ledger) {
    typealias S = R.Vector.Scalar
    let problem = PanelProblem<S>(rows: rows, depth: depth, columns: R.width, width: R.width)
    for isPacked in [false, true] {
      for packs in rows > RegisterTileShape.tallest ? [false, true] : [false] {
        let found = guarded(problem.c) { c in
          withLeft(problem, isPacked: isPacked) { a, step in
            withScratch(depth * R.width, of: S.self) { packed in
              Panel<R>(
                a: a, aStep: step, rows: rows,
                b: PanelPointer(pointer: problem.b.pointer, rowStride: R.width, step: R.Vector.scalarCount),
                depth: depth, c: c, cRowStride: problem.stride, columns: R.width,
                epilogue: Epilogue(scale: -2, accumulate: true, bias: problem.bias.pointer, relu: true)
              ).multiply(packingInto: packs ? packed : nil, upcoming: .nothing)
            }
          }
        }
        ledger.expectEqual(
          found, problem.expected(width: R.width, accumulate: true, relu: true),
          "\(R.self), \(rows) rows, depth \(depth), A packed \(isPacked), packs \(packs)")
      }
    }
  }

  private static func checkEdge<S: Real>(_ type: S.Type, _ rows: Int, _ depth: Int, _ columns: Int, _ ledger: Ledger) {
    let lanes = S.Vector.scalarCount
    let problem = PanelProblem<S>(rows: rows, depth: depth, columns: columns, width: lanes)
    for isPacked in [false, true] {
      for relu in [false, true] {
        let found = guarded(problem.c) { c in
          withLeft(problem, isPacked: isPacked) { a, step in
            withScratch((lanes + 1) * lanes, of: S.self) { tile in
              Panel<OneVector<S.Vector>>(
                a: a, aStep: step, rows: rows,
                b: PanelPointer(pointer: problem.b.pointer, rowStride: lanes, step: lanes),
                depth: depth, c: c, cRowStride: problem.stride, columns: columns,
                epilogue: Epilogue(scale: -2, accumulate: relu, bias: problem.bias.pointer, relu: relu)
              ).multiplyEdge(tile)
            }
          }
        }
        ledger.expectEqual(
          found, problem.expected(width: lanes, accumulate: relu, relu: relu),
          "edge of \(columns), \(rows) rows, depth \(depth), A packed \(isPacked)")
      }
    }
  }

  /// A where it lies, or packed in groups of as many rows as a vector has lanes.
  private static func withLeft<S: Real>(
    _ problem: PanelProblem<S>, isPacked: Bool, _ body: (MatrixOperand<S>, Int) -> Void
  ) {
    let matrix = MatrixOperand(problem.a.pointer, rowStride: problem.depth)
    if !isPacked { return body(matrix, 0) }
    let lanes = S.Vector.scalarCount
    withScratch(Packing<S>.size(depth: problem.depth, columns: problem.rows), of: S.self) { packed in
      Packing<S>.pack(matrix.transposed, depth: problem.depth, columns: problem.rows, into: packed)
      body(MatrixOperand(UnsafePointer(packed), rowStride: 1, columnStride: lanes), problem.depth * lanes)
    }
  }
}
