import Kernels
import Testing

@testable import Kernels
@testable import Tensors

/// Small integers, whose sums and products are exact in any order.
func integers<S: Real>(_ count: Int, seed: UInt64) -> [S] {
  var random = Random(seed: seed)
  return (0..<count).map { _ in S(random.below(17)) - 8 }
}

/// A case that has one size only.
protocol SingleCase: KernelCase {}

extension SingleCase {
  static var sizes: [Void] { [()] }
}

enum StripCase: SingleCase {
  static let statement = "A strip reads, multiplies, adds, rectifies and writes every scalar of its width"
  static let kernels = ["OneVector", "TwoVectors"].flatMap { strip in
    ["add(_:times:)", "add(_:)", "multiply(by:)", "rectify()", "store(to:)"].map { "\(strip).\($0)" }
  }

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ size: Void, _ ledger: Ledger) {
    check(OneVector<S.Vector>.self, "one vector", ledger)
    check(TwoVectors<S.Vector>.self, "two vectors", ledger)
  }

  private static func check<R: Strip>(_: R.Type, _ name: String, _ ledger: Ledger) {
    typealias S = R.Vector.Scalar
    let x: [S] = integers(R.width, seed: 81)
    let y: [S] = integers(R.width, seed: 82)
    let (strip, other) = (R(from: x), R(from: y))
    func hold(_ what: String, _ definition: (Int) -> S, _ change: (inout R) -> Void) {
      var changed = strip
      change(&changed)
      ledger.expectEqual(
        guarded([S](repeating: 7, count: R.width)) { changed.store(to: $0) }, x.indices.map(definition),
        "\(name), \(what)")
    }
    hold("store", { x[$0] }, { _ in })
    hold("add a product", { x[$0] + 3 * y[$0] }, { $0.add(3, times: other) })
    hold("add", { x[$0] + y[$0] }, { $0.add(other) })
    hold("multiply", { x[$0] * -2 }, { $0.multiply(by: -2) })
    hold("rectify", { x[$0] > 0 ? x[$0] : 0 }, { $0.rectify() })
    // Vectors that lie apart.
    let lanes = R.Vector.scalarCount
    let apart = [S](x.prefix(lanes)) + [.nan, .nan, .nan] + [S](x.dropFirst(lanes))
    let read = guarded([S](repeating: 7, count: R.width)) { R(from: apart, step: lanes + 3).store(to: $0) }
    ledger.expectEqual(read, x, "\(name), read in steps")
  }
}

enum RowBlockCase: SingleCase {
  static let statement =
    "A block of rows accumulates, scales, adds and stores each row; rows beyond the end repeat the last"
  static let kernels = ["TwoRows", "FourRows", "StackedRows"].flatMap { block in
    ["add(_:_:times:)", "multiply(by:)", "add(_:)", "add(_:) 2", "store(to:)"].map { "\(block).\($0)" }
  }

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ size: Void, _ ledger: Ledger) {
    check(TwoRows<OneVector<S.Vector>>.self, ledger)
    check(TwoRows<TwoVectors<S.Vector>>.self, ledger)
    check(FourRows<OneVector<S.Vector>>.self, ledger)
    check(FourRows<TwoVectors<S.Vector>>.self, ledger)
    check(SixRows<OneVector<S.Vector>>.self, ledger)
    check(SixRows<TwoVectors<S.Vector>>.self, ledger)
    check(EightRows<OneVector<S.Vector>>.self, ledger)
    check(EightRows<TwoVectors<S.Vector>>.self, ledger)
  }

  private static func check<Rows: RowBlock>(_: Rows.Type, _ ledger: Ledger) {
    typealias S = Rows.R.Vector.Scalar
    let (width, depth) = (Rows.R.width, 3)
    for end in 1...Rows.count + 2 {
      let a: [S] = integers(end * depth, seed: 83)
      let b: [S] = integers(depth * width, seed: 84)
      let bias: [S] = integers(width, seed: 85)
      let c: [S] = integers(end * (width + 5), seed: 86)
      for first in Set([0, max(0, end - Rows.count), end - 1]) {
        let found = guarded(c) { c in
          a.withUnsafeBufferPointer { a in
            guard let a = a.baseAddress else { return }
            let rowsOfA = Rows.Pointers(MatrixOperand(a, rowStride: depth), first, end)
            let rowsOfC = Rows.Pointers(MatrixOperand(UnsafePointer(c), rowStride: width + 5), first, end)
            var sums = Rows()
            for k in 0..<depth { sums.add(rowsOfA, k, times: Rows.R(from: Array(b[k * width..<(k + 1) * width]))) }
            sums.multiply(by: -2)
            sums.add(rowsOfC)
            sums.add(Rows.R(from: bias))
            sums.store(to: rowsOfC)
          }
        }
        var expected = c
        for row in first..<min(end, first + Rows.count) {
          for column in 0..<width {
            var sum: S = 0
            for k in 0..<depth { sum += a[row * depth + k] * b[k * width + column] }
            expected[row * (width + 5) + column] += -2 * sum + bias[column]
          }
        }
        ledger.expectEqual(found, expected, "\(Rows.self), rows \(first) to \(end)")
      }
    }
  }
}
