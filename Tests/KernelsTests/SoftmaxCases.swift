import Foundation
import Testing

@testable import Kernels
@testable import Tensors

/// Softmax and its logarithm row by row, in double precision.
enum SoftmaxDefinition {
  /// exp(x − maximum) divided by its sum, in double precision.
  static func softmax<S: Real>(_ row: ArraySlice<S>) -> [Double] {
    let largest = Double(row.max() ?? 0)
    let e = row.map { Foundation.exp(Double($0) - largest) }
    let sum = e.reduce(0, +)
    return e.map { $0 / sum }
  }

  /// x − maximum − ln Σ exp(x − maximum), in double precision.
  static func logSoftmax<S: Real>(_ row: ArraySlice<S>) -> [Double] {
    let largest = Double(row.max() ?? 0)
    let sum = row.map { Foundation.exp(Double($0) - largest) }.reduce(0, +)
    return row.map { Double($0) - largest - Foundation.log(sum) }
  }

  static func overRows<S: Real>(_ x: [S], _ columns: Int, _ body: (ArraySlice<S>) -> [Double]) -> [S] {
    stride(from: 0, to: x.count, by: columns).flatMap { body(x[$0..<$0 + columns]) }.map { S($0) }
  }
}

enum SoftmaxCase: RowsCase {
  static let statement = "Softmax, log-softmax and cross-entropy of rows equal their definition"
  static let kernels = [
    "Kernel.softmaxRows(_:rows:columns:into:workers:)", "Kernel.logSoftmaxRows(_:rows:columns:into:workers:)",
    "Kernel.crossEntropyRows(logits:targets:rows:columns:probabilities:losses:workers:)",
  ]

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ size: (rows: Int, columns: Int), _ ledger: Ledger) {
    for scale in [1, 1e4] { checkForward(type, size.rows, size.columns, S(scale), ledger) }
  }

  private static func checkForward<S: Real>(
    _ type: S.Type, _ rows: Int, _ columns: Int, _ scale: S, _ ledger: Ledger
  ) {
    var x: [S] = normals(rows * columns, seed: 31, scale: scale)
    // One entry in five is hidden, never the first of a row.
    for index in x.indices where index % columns != 0 && index % 5 == 3 { x[index] = -.infinity }
    let tolerance = 16 * S.ulpOfOne
    let softmax = SoftmaxDefinition.overRows(x, columns, SoftmaxDefinition.softmax)
    let logSoftmax = SoftmaxDefinition.overRows(x, columns, SoftmaxDefinition.logSoftmax)

    let y = sameForAnyWorkers([S](repeating: 7, count: x.count)) {
      Kernel.softmaxRows(x, rows: rows, columns: columns, into: $0, workers: $1)
    }
    ledger.expectEqual(y, softmax, absolute: .leastNormalMagnitude, relative: tolerance, "softmaxRows")
    let inPlace = sameForAnyWorkers(x) {
      Kernel.softmaxRows($0, rows: rows, columns: columns, into: $0, workers: $1)
    }
    ledger.expectEqual(inPlace, y, "softmaxRows in place")

    let z = sameForAnyWorkers(x) {
      Kernel.logSoftmaxRows($0, rows: rows, columns: columns, into: $0, workers: $1)
    }
    ledger.expectEqual(z, logSoftmax, absolute: tolerance, relative: tolerance, "logSoftmaxRows")

    let targets = (0..<rows).map { row in Int32(x[row * columns + row % columns].isFinite ? row % columns : 0) }
    let expectedLosses = (0..<rows).map { -logSoftmax[$0 * columns + Int(targets[$0])] }
    let alone = sameForAnyWorkers([S](repeating: 7, count: rows)) {
      Kernel.crossEntropyRows(
        logits: x, targets: targets, rows: rows, columns: columns, probabilities: nil, losses: $0, workers: $1)
    }
    ledger.expectEqual(alone, expectedLosses, absolute: tolerance, relative: tolerance, "crossEntropyRows")
    let probabilities = sameForAnyWorkers(x) { probabilities, workers in
      let losses = guarded([S](repeating: 7, count: rows)) {
        Kernel.crossEntropyRows(
          logits: probabilities, targets: targets, rows: rows, columns: columns, probabilities: probabilities,
          losses: $0, workers: workers)
      }
      ledger.expectEqual(losses, expectedLosses, absolute: tolerance, relative: tolerance, "crossEntropyRows in place")
    }
    ledger.expectEqual(probabilities, y, "probabilities of crossEntropyRows")
  }
}

enum SoftmaxBackwardCase: RowsCase {
  static let statement = "Derivatives of softmax and log-softmax equal their definition, apart and in place"
  static let kernels = [
    "Kernel.softmaxRowsBackward(output:_:rows:columns:into:workers:)",
    "Kernel.logSoftmaxRowsBackward(output:_:rows:columns:into:workers:)",
  ]

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ size: (rows: Int, columns: Int), _ ledger: Ledger) {
    let (rows, columns) = size
    let x: [S] = normals(rows * columns, seed: 32)
    let dy: [S] = normals(rows * columns, seed: 33)
    let softmax = SoftmaxDefinition.overRows(x, columns, SoftmaxDefinition.softmax)
    let logSoftmax = SoftmaxDefinition.overRows(x, columns, SoftmaxDefinition.logSoftmax)
    let tolerance = S.ulpOfOne * S(columns + 20)

    var (expected, expectedLog) = (dy, dy)
    for start in stride(from: 0, to: x.count, by: columns) {
      let row = start..<start + columns
      let product = row.map { softmax[$0] * dy[$0] }.reduce(0, +)
      let sum = dy[row].reduce(0, +)
      for index in row {
        expected[index] = softmax[index] * (dy[index] - product)
        expectedLog[index] = dy[index] - softmax[index] * sum
      }
    }
    let empty = [S](repeating: 7, count: x.count)
    for (place, initial) in [("apart", empty), ("over dy", dy), ("over y", softmax)] {
      let found = sameForAnyWorkers(initial) { dx, workers in
        let (y, upstream): (UnsafePointer<S>?, UnsafePointer<S>?) = (
          place == "over y" ? UnsafePointer(dx) : nil, place == "over dy" ? UnsafePointer(dx) : nil
        )
        withPointers(softmax, dy) {
          Kernel.softmaxRowsBackward(
            output: y ?? $0, upstream ?? $1, rows: rows, columns: columns, into: dx, workers: workers)
        }
      }
      ledger.expectEqual(found, expected, absolute: tolerance, relative: tolerance, "softmaxRowsBackward \(place)")
    }
    for (place, initial) in [("apart", empty), ("over dy", dy)] {
      let found = sameForAnyWorkers(initial) { dx, workers in
        withPointers(logSoftmax, dy) {
          Kernel.logSoftmaxRowsBackward(
            output: $0, place == "apart" ? $1 : UnsafePointer(dx), rows: rows, columns: columns, into: dx,
            workers: workers)
        }
      }
      ledger.expectEqual(
        found, expectedLog, absolute: 4 * tolerance, relative: 4 * tolerance, "logSoftmaxRowsBackward \(place)")
    }
  }
}
