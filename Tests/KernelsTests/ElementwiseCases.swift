import Kernels
import Testing

@testable import Kernels
@testable import Tensors

enum BinaryCase: LengthCase {
  static let statement = "Arithmetic on two arrays equals its definition, into a third array and in place"
  static let kernels =
    ["add", "subtract", "multiply", "divide"].map { "Kernel.\($0)(_:_:into:count:workers:)" }
    + ["Kernel.reluBackward(_:output:into:count:workers:)"]

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
