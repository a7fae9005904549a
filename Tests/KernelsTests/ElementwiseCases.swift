import Foundation
import Testing

@testable import Kernels
@testable import Tensors

enum BinaryCase: LengthCase {
  static let statement = "Arithmetic on two arrays equals its definition, into a third array and in place"
  static let kernels =
    ["add", "subtract", "multiply", "divide"].map { "Kernel.\($0)(_:_:into:count:workers:)" }
    + ["Kernel.reluBackward(_:output:into:count:workers:)", "Kernel.forEachTile(of:workers:_:)"]

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ count: Int, _ ledger: Ledger) {
    typealias P = UnsafePointer<S>
    typealias MP = UnsafeMutablePointer<S>
    let (x, y): ([S], [S]) = (normals(count, seed: 1), normals(count, seed: 2))
    let kernels: [(String, (P, P, MP, Workers) -> Void, (S, S) -> S)] = [
      ("add", { Kernel.add($0, $1, into: $2, count: count, workers: $3) }, { $0 + $1 }),
      ("subtract", { Kernel.subtract($0, $1, into: $2, count: count, workers: $3) }, { $0 - $1 }),
      ("multiply", { Kernel.multiply($0, $1, into: $2, count: count, workers: $3) }, { $0 * $1 }),
      ("divide", { Kernel.divide($0, $1, into: $2, count: count, workers: $3) }, { $0 / $1 }),
      (
        "reluBackward", { Kernel.reluBackward($0, output: $1, into: $2, count: count, workers: $3) },
        { $1 > 0 ? $0 : 0 }
      ),
    ]
    for (name, kernel, definition) in kernels {
      let expected = zip(x, y).map(definition)
      let apart = sameForAnyWorkers([S](repeating: -1, count: count)) { kernel(x, y, $0, $1) }
      ledger.expectEqual(apart, expected, name)
      ledger.expectEqual(sameForAnyWorkers(x) { kernel($0, y, $0, $1) }, expected, "\(name) over its first argument")
      ledger.expectEqual(sameForAnyWorkers(y) { kernel(x, $0, $0, $1) }, expected, "\(name) over its second argument")
    }
  }
}

enum UnaryCase: LengthCase {
  static let statement = "Functions of one array equal their definition, into another array and in place"
  static let kernels = [
    "Kernel.scale(_:by:into:count:workers:)", "Kernel.relu(_:into:count:workers:)",
    "Kernel.fill(_:with:count:workers:)",
  ]

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ count: Int, _ ledger: Ledger) {
    typealias P = UnsafePointer<S>
    typealias MP = UnsafeMutablePointer<S>
    let s: S = 1.7
    let x: [S] = normals(count, seed: 3)
    let kernels: [(String, (P, MP, Workers) -> Void, (S) -> S)] = [
      ("scale", { Kernel.scale($0, by: s, into: $1, count: count, workers: $2) }, { $0 * s }),
      ("relu", { Kernel.relu($0, into: $1, count: count, workers: $2) }, { max($0, 0) }),
    ]
    for (name, kernel, definition) in kernels {
      let expected = x.map(definition)
      let apart = sameForAnyWorkers([S](repeating: -1, count: count)) { kernel(x, $0, $1) }
      ledger.expectEqual(apart, expected, name)
      ledger.expectEqual(sameForAnyWorkers(x) { kernel($0, $0, $1) }, expected, "\(name) in place")
    }
    let filled = sameForAnyWorkers(x) { Kernel.fill($0, with: s, count: count, workers: $1) }
    ledger.expectEqual(filled, [S](repeating: s, count: count), "fill")
  }
}

enum AccumulatingCase: LengthCase {
  static let statement = "Adding a multiple equals its definition"
  static let kernels = ["Kernel.addScaled(_:by:to:count:workers:)"]

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ count: Int, _ ledger: Ledger) {
    let (x, z): ([S], [S]) = (normals(count, seed: 4), normals(count, seed: 6))
    let scaled = sameForAnyWorkers(z) { Kernel.addScaled(x, by: -0.3, to: $0, count: count, workers: $1) }
    let tolerance = 4 * S.ulpOfOne
    ledger.expectEqual(scaled, zip(z, x).map { $0 - 0.3 * $1 }, absolute: tolerance, relative: tolerance, "addScaled")
  }
}

enum AdamCase: LengthCase {
  static let statement = "Three steps of Adam equal the definition"
  static let kernels = [
    "Kernel.adamStep(parameter:gradient:first:second:count:learningRate:decay:beta1:beta2:epsilon:correction1:correction2:"
      + "gradientScale:workers:)"
  ]

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ count: Int, _ ledger: Ledger) {
    let (rate, decay): (S, S) = (1e-2, 3e-3)
    let (beta1, beta2, epsilon, scale): (S, S, S, S) = (0.9, 0.999, 1e-8, 0.25)
    let initial: [S] = normals(count, seed: 61)
    var (w, m, v) = (initial, [S](repeating: 0, count: count), [S](repeating: 0, count: count))
    var states: [[[S]]] = (1...3).map { _ in [w, m, v] }
    for step in 1...3 {
      let g: [S] = normals(count, seed: 61 + UInt64(step))
      let correction1 = 1 - S(pow(Double(beta1), Double(step)))
      let correction2 = 1 - S(pow(Double(beta2), Double(step)))
      for i in 0..<count {
        let gradient = g[i] * scale
        m[i] = beta1 * m[i] + (1 - beta1) * gradient
        v[i] = beta2 * v[i] + (1 - beta2) * gradient * gradient
        w[i] = (1 - decay) * w[i] - rate * (m[i] / correction1) / ((v[i] / correction2).squareRoot() + epsilon)
      }
      for workers in 1...3 {
        var state = states[workers - 1]
        let before = state
        state[0] = guarded(before[0]) { w in
          state[1] = guarded(before[1]) { m in
            state[2] = guarded(before[2]) { v in
              Kernel.adamStep(
                parameter: w, gradient: g, first: m, second: v, count: count, learningRate: rate, decay: decay,
                beta1: beta1, beta2: beta2, epsilon: epsilon, correction1: correction1, correction2: correction2,
                gradientScale: scale, workers: Workers(count: workers))
            }
          }
        }
        states[workers - 1] = state
      }
    }
    let tolerance = 20 * S.ulpOfOne
    #expect(states[0] == states[1] && states[0] == states[2], "the result depends on the number of workers")
    ledger.expectEqual(states[0][0], w, absolute: tolerance, relative: tolerance, "parameter")
    ledger.expectEqual(states[0][1], m, absolute: tolerance, relative: tolerance, "first moment")
    ledger.expectEqual(states[0][2], v, absolute: tolerance, relative: tolerance, "second moment")
  }
}
