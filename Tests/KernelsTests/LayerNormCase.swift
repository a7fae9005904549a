import Foundation
import Testing

@testable import Kernels
@testable import Tensors

enum LayerNormCase: RowsCase {
  static let statement = "Layer normalisation of rows and its derivatives equal their definition"
  static let kernels = [
    "Kernel.layerNormRows(_:gain:bias:epsilon:rows:columns:into:mean:inverseDeviation:workers:)",
    "Kernel.layerNormRowsBackward(_:gain:mean:inverseDeviation:dy:rows:columns:dx:dGain:dBias:workers:)",
  ]

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ size: (rows: Int, columns: Int), _ ledger: Ledger) {
    checkForward(type, size.rows, size.columns, ledger)
    checkBackward(type, size.rows, size.columns, ledger)
  }

  struct Statistics<S: Real> {
    var mean: [S]
    var inverseDeviation: [S]
  }

  /// Mean and 1 / √(variance + ε) of every row.
  static func statistics<S: Real>(_ x: [S], _ columns: Int, _ epsilon: S) -> Statistics<S> {
    var result = Statistics<S>(mean: [], inverseDeviation: [])
    for start in stride(from: 0, to: x.count, by: columns) {
      let row = x[start..<start + columns]
      let mean = row.reduce(0, +) / S(columns)
      let variance = row.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / S(columns)
      result.mean.append(mean)
      result.inverseDeviation.append(1 / (variance + epsilon).squareRoot())
    }
    return result
  }

  private static func checkForward<S: Real>(_ type: S.Type, _ rows: Int, _ columns: Int, _ ledger: Ledger) {
    let epsilon: S = 1e-3
    let x: [S] = normals(rows * columns, seed: 41).map { 3 * $0 + 2 }
    let (gain, bias): ([S], [S]) = (normals(columns, seed: 42), normals(columns, seed: 43))
    let expected = statistics(x, columns, epsilon)
    let tolerance = 100 * S.ulpOfOne
    let empty = [S](repeating: 7, count: rows)
    let y = sameForAnyWorkers(x) { y, workers in
      var inverses: [S] = []
      let means = guarded(empty) { mean in
        inverses = guarded(empty) { inverse in
          Kernel.layerNormRows(
            y, gain: gain, bias: bias, epsilon: epsilon, rows: rows, columns: columns, into: y, mean: mean,
            inverseDeviation: inverse, workers: workers)
        }
      }
      ledger.expectEqual(means, expected.mean, absolute: tolerance, relative: tolerance, "means")
      ledger.expectEqual(inverses, expected.inverseDeviation, relative: tolerance, "inverse deviations")
    }
    let definition = x.indices.map { index in
      let row = index / columns
      let normal = (x[index] - expected.mean[row]) * expected.inverseDeviation[row]
      return normal * gain[index % columns] + bias[index % columns]
    }
    // Rows of one column are normalised to nothing: rounding errors of the mean are divided by √ε.
    ledger.expectEqual(y, definition, absolute: 4 * tolerance, relative: tolerance, "layerNormRows")
  }

  private static func checkBackward<S: Real>(_ type: S.Type, _ rows: Int, _ columns: Int, _ ledger: Ledger) {
    let x: [S] = normals(rows * columns, seed: 44)
    let dy: [S] = normals(rows * columns, seed: 45)
    let gain: [S] = normals(columns, seed: 46)
    let known = statistics(x, columns, 1e-3)
    let tolerance = 4 * S.ulpOfOne * S(columns + rows + 20)

    var dx = x
    var (dGain, dBias) = ([S](repeating: 0, count: columns), [S](repeating: 0, count: columns))
    for row in 0..<rows {
      let inverse = known.inverseDeviation[row]
      let normal = (0..<columns).map { (x[row * columns + $0] - known.mean[row]) * inverse }
      let g = (0..<columns).map { dy[row * columns + $0] * gain[$0] }
      let mean = g.reduce(0, +) / S(columns)
      let product = zip(g, normal).map { $0 * $1 }.reduce(0, +) / S(columns)
      for c in 0..<columns {
        dx[row * columns + c] = inverse * (g[c] - mean - normal[c] * product)
        dGain[c] += dy[row * columns + c] * normal[c]
        dBias[c] += dy[row * columns + c]
      }
    }
    let (expectedGain, expectedBias) = (dGain, dBias)
    for target in ["apart", "over dy", "over x"] {
      var (gains, biases): ([S], [S]) = ([], [])
      let initial = target == "apart" ? [S](repeating: 7, count: x.count) : target == "over dy" ? dy : x
      let actual = sameForAnyWorkers(initial) { dx, workers in
        gains = guarded(gain) { dGain in
          biases = guarded(gain) { dBias in
            withPointers(x, dy) { x, dy in
              Kernel.layerNormRowsBackward(
                target == "over x" ? UnsafePointer(dx) : x, gain: gain, mean: known.mean,
                inverseDeviation: known.inverseDeviation, dy: target == "over dy" ? UnsafePointer(dx) : dy,
                rows: rows, columns: columns, dx: dx, dGain: dGain, dBias: dBias, workers: workers)
            }
          }
        }
        ledger.expectEqual(gains, expectedGain, absolute: tolerance * 30, "dGain \(target)")
        ledger.expectEqual(biases, expectedBias, absolute: tolerance, "dBias \(target)")
      }
      ledger.expectEqual(actual, dx, absolute: tolerance * 30, relative: tolerance, "dx \(target)")
    }
  }
}
