import Foundation
import Testing

@testable import Kernels
@testable import Tensors

/// Rows on their way to experts and back: one, two or three rows for every token, and rows as they come, from none to all.
enum TokenRowsCase: RowsCase {
  static let statement = "Rows are gathered, added up, spread and multiplied as their definitions say"
  static let kernels = [
    "Kernel.gatherRows(_:width:indices:count:into:workers:)",
    "Kernel.sumRows(_:width:positions:weights:tokens:starts:into:workers:)",
    "Kernel.spreadRows(_:width:positions:weights:tokens:starts:into:workers:)",
    "Kernel.rowProducts(_:_:width:positions:tokens:starts:into:workers:)",
  ]

  /// How many rows the tokens have.
  private static func counts(tokens: Int) -> [(name: String, counts: [Int])] {
    let uniform = (1...3).map { k in ("k = \(k)", [Int](repeating: k, count: tokens)) }
    var random = Random(seed: 70)
    let ragged = (0..<tokens).map { _ in random.below(4) }
    // The first and the last token have none, and one in the middle has more than all others.
    let lopsided = (0..<tokens).map { $0 == tokens / 2 ? 40 : $0 == 0 || $0 == tokens - 1 ? 0 : random.below(2) }
    return uniform + [("none to three", ragged), ("lopsided", lopsided), ("none", .init(repeating: 0, count: tokens))]
  }

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ size: (rows: Int, columns: Int), _ ledger: Ledger) {
    for (name, counts) in counts(tokens: size.rows) {
      let owners = counts.indices.flatMap { [Int](repeating: $0, count: counts[$0]) }
      let starts = counts.reduce(into: [Int32(0)]) { $0.append($0[$0.count - 1] + Int32($1)) }
      check(type, tokens: size.rows, width: size.columns, owners: owners, starts: starts, name, ledger)
    }
  }

  /// Checks slots of which each knows its token: `owners` for the definitions, `starts` for the kernels.
  private static func check<S: Real>(
    _ type: S.Type, tokens: Int, width: Int, owners: [Int], starts: [Int32], _ name: String, _ ledger: Ledger
  ) {
    let rows = owners.count
    let x: [S] = normals(rows * width, seed: 71)
    let y: [S] = normals(tokens * width, seed: 72)
    let weights: [S] = normals(rows, seed: 73)
    var random = Random(seed: 74)
    let positions = (0..<Int32(rows)).shuffled(using: &random)

    let gathered = sameForAnyWorkers([S](repeating: 7, count: rows * width)) {
      Kernel.gatherRows(x, width: width, indices: positions, count: rows, into: $0, workers: $1)
    }
    var expected = [S](repeating: 0, count: rows * width)
    for row in 0..<rows { for c in 0..<width { expected[row * width + c] = x[Int(positions[row]) * width + c] } }
    ledger.expectEqual(gathered, expected, "gatherRows, \(name)")

    for isWeighted in [false, true] {
      var sums = [PlainSum](repeating: PlainSum(), count: tokens * width)
      for (slot, token) in owners.enumerated() {
        for c in 0..<width {
          sums[token * width + c].add(
            (isWeighted ? Double(weights[slot]) : 1) * Double(x[Int(positions[slot]) * width + c]))
        }
      }
      let summed = sameForAnyWorkers([S](repeating: 7, count: tokens * width)) {
        Kernel.sumRows(
          x, width: width, positions: positions, weights: isWeighted ? weights : nil, tokens: tokens, starts: starts,
          into: $0, workers: $1)
      }
      ledger.expectSums(summed, sums, "sumRows, \(name), weighted \(isWeighted)")
    }

    let spread = sameForAnyWorkers([S](repeating: 7, count: rows * width)) {
      Kernel.spreadRows(
        y, width: width, positions: positions, weights: weights, tokens: tokens, starts: starts, into: $0, workers: $1)
    }
    for (slot, token) in owners.enumerated() {
      for c in 0..<width { expected[Int(positions[slot]) * width + c] = weights[slot] * y[token * width + c] }
    }
    ledger.expectEqual(spread, expected, "spreadRows, \(name)")

    let products = sameForAnyWorkers([S](repeating: 7, count: rows)) {
      Kernel.rowProducts(
        y, x, width: width, positions: positions, tokens: tokens, starts: starts, into: $0, workers: $1)
    }
    var sums = [PlainSum](repeating: PlainSum(), count: rows)
    for (slot, token) in owners.enumerated() {
      for c in 0..<width {
        sums[slot].add(Double(y[token * width + c]) * Double(x[Int(positions[slot]) * width + c]))
      }
    }
    ledger.expectSums(products, sums, "rowProducts, \(name)")
  }
}

/// Entries chosen from rows, for one and for more of them, the last column among them.
enum SelectionCase: RowsCase {
  static let statement = "Chosen entries are read, added to, and the largest chosen, as their definitions say"
  static let kernels = [
    "Kernel.select(_:rows:columns:indices:k:into:)", "Kernel.addSelected(_:scale:rows:columns:indices:k:to:)",
    "Kernel.topK(_:rows:columns:k:into:)",
  ]

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ size: (rows: Int, columns: Int), _ ledger: Ledger) {
    let (rows, columns) = size
    for k in Set([1, min(2, columns), min(5, columns), min(16, columns)]) {
      let x: [S] = normals(rows * columns, seed: 75)
      let (y, scale): ([S], S) = (normals(rows * k, seed: 76), -1.5)
      var random = Random(seed: 77)
      // Different columns of each row, in any order.
      let indices = (0..<rows).flatMap { _ in (0..<Int32(columns)).shuffled(using: &random).prefix(k) }
      let selected = guarded([S](repeating: 7, count: rows * k)) {
        Kernel.select(x, rows: rows, columns: columns, indices: indices, k: k, into: $0)
      }
      let places = indices.indices.map { $0 / k * columns + Int(indices[$0]) }
      ledger.expectEqual(selected, places.map { x[$0] }, "select, k = \(k)")

      for hasValues in [false, true] {
        let added = guarded(x) {
          Kernel.addSelected(
            hasValues ? y : nil, scale: scale, rows: rows, columns: columns, indices: indices, k: k, to: $0)
        }
        var expected = x.map { value in
          var sum = PlainSum()
          sum.add(Double(value))
          return sum
        }
        for (slot, place) in places.enumerated() {
          expected[place].add(Double(scale) * (hasValues ? Double(y[slot]) : 1))
        }
        ledger.expectSums(added, expected, "addSelected, k = \(k), values \(hasValues)")
        let untouched = Set(x.indices).subtracting(places).sorted()
        ledger.expectEqual(untouched.map { added[$0] }, untouched.map { x[$0] }, "addSelected elsewhere, k = \(k)")
      }

      // Few levels, so that many entries are equal; one row in three has a NaN, which counts as −∞.
      let levels = x.map { ($0 * 2).rounded() }
      let z = levels.indices.map { $0 % (3 * columns) == columns / 2 ? S.nan : levels[$0] }
      let winners = UnsafeMutablePointer<Int32>.allocate(capacity: rows * k + 1)
      defer { winners.deallocate() }
      winners.initialize(repeating: -7, count: rows * k + 1)
      Kernel.topK(z, rows: rows, columns: columns, k: k, into: winners)
      let expected = (0..<rows).flatMap { row in
        let entries = (0..<columns).map { column -> (value: S, column: Int) in
          let value = z[row * columns + column]
          return (value.isNaN ? -.infinity : value, column)
        }
        return entries.sorted { $0.value != $1.value ? $0.value > $1.value : $0.column < $1.column }.prefix(k)
          .map { S($0.column) }
      }
      ledger.expectEqual((0..<rows * k).map { S(winners[$0]) }, expected, "topK, k = \(k)")
      ledger.expectEqual([S(winners[rows * k])], [-7], "topK behind its result")
    }
  }
}

enum EntropyCase: RowsCase {
  static let statement = "The entropy of softmax is −Σ p ln p"
  static let kernels = ["Kernel.softmaxEntropyRows(_:rows:columns:into:)"]

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ size: (rows: Int, columns: Int), _ ledger: Ledger) {
    let (rows, columns) = size
    for scale in [1, 30] {
      let x: [S] = normals(rows * columns, seed: 78, scale: S(scale))
      let found = guarded([Double](repeating: 7, count: rows)) {
        Kernel.softmaxEntropyRows(x, rows: rows, columns: columns, into: $0)
      }
      let expected = (0..<rows).map { row in
        let p = SoftmaxDefinition.softmax(x[row * columns..<(row + 1) * columns])
        return p.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
      }
      // The sum has at most `columns` roundings of terms below 1/e, the logarithms' differences as many of up to 10².
      ledger.expectEqual(found, expected, absolute: 4 * Double(columns + 100) * .ulpOfOne, "scale \(scale)")
    }
    // What has no probability at all, because its logit is −∞ or far below, contributes nothing: n equal ones have ln n.
    for excluded: S in [-.infinity, -1e5] {
      let x = (0..<rows * columns).map { $0 % columns % 3 == 0 ? S(2) : excluded }
      let found = guarded([Double](repeating: 7, count: rows)) {
        Kernel.softmaxEntropyRows(x, rows: rows, columns: columns, into: $0)
      }
      let expected = [Double](repeating: log(Double((columns + 2) / 3)), count: rows)
      ledger.expectEqual(found, expected, absolute: 1e-12, "without probability")
    }
  }
}
