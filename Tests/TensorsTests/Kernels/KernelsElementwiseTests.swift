import Foundation
import Testing

@testable import Tensors

@Suite("Element-wise kernels")
struct KernelsElementwiseTests {
  @Test("Arithmetic on two arrays equals its definition, into a third array and in place", arguments: lengths)
  func binary(count: Int) {
    checkBinary(Float.self, count)
    checkBinary(Double.self, count)
  }

  func checkBinary<S: Real>(_ type: S.Type, _ count: Int) {
    typealias P = UnsafePointer<S>
    typealias MP = UnsafeMutablePointer<S>
    let (x, y): ([S], [S]) = (normals(count, seed: 1), normals(count, seed: 2))
    let kernels: [(String, (P, P, MP, Workers) -> Void, (S, S) -> S)] = [
      ("add", { Kernels.add($0, $1, into: $2, count: count, workers: $3) }, { $0 + $1 }),
      ("subtract", { Kernels.subtract($0, $1, into: $2, count: count, workers: $3) }, { $0 - $1 }),
      ("multiply", { Kernels.multiply($0, $1, into: $2, count: count, workers: $3) }, { $0 * $1 }),
      ("divide", { Kernels.divide($0, $1, into: $2, count: count, workers: $3) }, { $0 / $1 }),
      (
        "reluBackward", { Kernels.reluBackward($0, output: $1, into: $2, count: count, workers: $3) },
        { $1 > 0 ? $0 : 0 }
      ),
    ]
    for (name, kernel, definition) in kernels {
      let expected = zip(x, y).map(definition)
      let apart = sameForAnyWorkers([S](repeating: -1, count: count)) { kernel(x, y, $0, $1) }
      expectEqual(apart, expected, name)
      expectEqual(sameForAnyWorkers(x) { kernel($0, y, $0, $1) }, expected, "\(name) over its first argument")
      expectEqual(sameForAnyWorkers(y) { kernel(x, $0, $0, $1) }, expected, "\(name) over its second argument")
    }
  }

  @Test("Functions of one array equal their definition, into another array and in place", arguments: lengths)
  func unary(count: Int) {
    checkUnary(Float.self, count)
    checkUnary(Double.self, count)
  }

  func checkUnary<S: Real>(_ type: S.Type, _ count: Int) {
    typealias P = UnsafePointer<S>
    typealias MP = UnsafeMutablePointer<S>
    let s: S = 1.7
    let x: [S] = normals(count, seed: 3)
    let kernels: [(String, (P, MP, Workers) -> Void, (S) -> S)] = [
      ("add", { Kernels.add($0, scalar: s, into: $1, count: count, workers: $2) }, { $0 + s }),
      ("scale", { Kernels.scale($0, by: s, into: $1, count: count, workers: $2) }, { $0 * s }),
      ("relu", { Kernels.relu($0, into: $1, count: count, workers: $2) }, { max($0, 0) }),
    ]
    for (name, kernel, definition) in kernels {
      let expected = x.map(definition)
      let apart = sameForAnyWorkers([S](repeating: -1, count: count)) { kernel(x, $0, $1) }
      expectEqual(apart, expected, name)
      expectEqual(sameForAnyWorkers(x) { kernel($0, $0, $1) }, expected, "\(name) in place")
    }
    let positive = x.map { abs($0) }
    let roots = sameForAnyWorkers(positive) { Kernels.squareRoot($0, into: $0, count: count, workers: $1) }
    expectEqual(roots, positive.map { $0.squareRoot() }, "squareRoot")
    let filled = sameForAnyWorkers(x) { Kernels.fill($0, with: s, count: count, workers: $1) }
    expectEqual(filled, [S](repeating: s, count: count), "fill")
  }

  @Test("Accumulating kernels equal their definition", arguments: lengths)
  func accumulating(count: Int) {
    checkAccumulating(Float.self, count)
    checkAccumulating(Double.self, count)
  }

  func checkAccumulating<S: Real>(_ type: S.Type, _ count: Int) {
    let (x, y, z): ([S], [S], [S]) = (normals(count, seed: 4), normals(count, seed: 5), normals(count, seed: 6))
    let scaled = sameForAnyWorkers(z) { Kernels.addScaled(x, by: -0.3, to: $0, count: count, workers: $1) }
    let tolerance = 4 * S.ulpOfOne
    expectEqual(scaled, zip(z, x).map { $0 - 0.3 * $1 }, absolute: tolerance, relative: tolerance, "addScaled")
    let products = sameForAnyWorkers(z) { Kernels.multiplyAdd(x, y, to: $0, count: count, workers: $1) }
    let expected = (0..<count).map { z[$0] + x[$0] * y[$0] }
    expectEqual(products, expected, absolute: 10 * tolerance, relative: tolerance, "multiplyAdd")
  }

  @Test("The rectifier passes NaN on, and its derivative is zero at zero")
  func rectifierAtSpecialValues() {
    let least = Float.leastNonzeroMagnitude
    let x: [Float] = [.nan, .infinity, -.infinity, 0, -0.0, least, -least]
    let y = guarded(x) { Kernels.relu($0, into: $0, count: x.count, workers: .one) }
    #expect(y[0].isNaN)
    #expect(Array(y.dropFirst()) == [.infinity, 0, 0, 0, least, 0])
    let dy = [Float](repeating: 3, count: x.count)
    let dx = guarded(dy) { Kernels.reluBackward($0, output: y, into: $0, count: x.count, workers: .one) }
    #expect(dx == [0, 3, 0, 0, 0, 3, 0])
  }
}
