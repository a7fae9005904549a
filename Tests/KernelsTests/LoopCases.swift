import Synchronization
import Testing

@testable import Kernels
@testable import Tensors

enum LoopCase: LengthCase {
  static let statement = "Loops over vectors meet every element once, and read and write nothing else"
  static let kernels = [
    "Kernel.forEachVector(of:count:_:)", "Kernel.read(_:_:_:fill:)", "Kernel.write(_:_:_:_:)",
    "Kernel.fold(count:from:step:combine:)", "Kernel.accumulate(count:step:)",
  ]

  @specialized(where S == Float) @specialized(where S == Double)
  static func check<S: Real>(_ type: S.Type, _ count: Int, _ ledger: Ledger) {
    let x: [S] = (0..<count).map { S($0 % 251) - 100 }
    // The elements behind the last are NaN: one that is read shows in the result.
    let longer = x + [S](repeating: .nan, count: 2 * S.Vector.scalarCount)
    var fills = 0
    let copy = guarded([S](repeating: 7, count: count)) { target in
      Kernel.forEachVector(of: S.self, count: count) { i, n in
        let vector = Kernel.read(longer, i, n, fill: -3)
        for lane in n..<max(n, S.Vector.scalarCount) where vector[lane] == -3 { fills += 1 }
        Kernel.write(vector, target, i, n)
      }
    }
    ledger.expectEqual(copy, x, "a copy")
    let lanes = S.Vector.scalarCount
    ledger.expectEqual([S(fills)], [S((lanes - count % lanes) % lanes)], "lanes without an element")

    let sum = Kernel.accumulate(count: count) { (sum: S.Vector, i, n) in
      S.Vector.plus(sum, Kernel.read(longer, i, n))
    }
    let total = x.reduce(0) { $0 + Int($1) }
    ledger.expectEqual([(0..<lanes).reduce(0) { $0 + Int(sum[$1]) }].map { S($0) }, [S(total)], "accumulate")
    let largest = Kernel.fold(count: count, from: S.Vector.splat(-1000)) { (best: S.Vector, i, n) in
      S.Vector.larger(Kernel.read(longer, i, n, fill: -1000), best)
    } combine: {
      S.Vector.larger($0, $1)
    }
    ledger.expectEqual([(0..<lanes).map { largest[$0] }.max() ?? 0], [x.max() ?? -1000], "fold")
  }
}

@Suite("Loops over vectors")
struct KernelLoopsTests {
  @Test(
    "Vectors are folded in one order: in fours to four accumulators, those left over to the first, a part to the second"
  )
  func order() {
    checkOrder(Float.self)
    checkOrder(Double.self)
  }

  /// Counts vectors in base 4, so that the result tells in which accumulator each of them went, and when.
  private func checkOrder<S: Real>(_ type: S.Type) {
    let lanes = S.Vector.scalarCount
    for count in 0...11 * lanes {
      let found = Kernel.fold(
        count: count, from: S.Vector.splat(0),
        step: { sum, start, _ in .multiplyAdd(sum, .splat(4), .splat(S(start / lanes % 3 + 1))) },
        combine: { .multiplyAdd($0, .splat(64), $1) })
      var accumulators = [S](repeating: 0, count: 4)
      func add(_ vector: Int, to index: Int) { accumulators[index] = accumulators[index] * 4 + S(vector % 3 + 1) }
      let whole = count / lanes
      for vector in 0..<whole { add(vector, to: vector < whole / 4 * 4 ? vector % 4 : 0) }
      if count % lanes > 0 { add(whole, to: 1) }
      let pairs = (accumulators[0] * 64 + accumulators[1], accumulators[2] * 64 + accumulators[3])
      #expect(S.Vector.total(found) / S(lanes) == pairs.0 * 64 + pairs.1, "\(count)")
    }
  }

  @Test("Every vector of so many elements is visited once, from front to back, the last perhaps with fewer")
  func visits() {
    let lanes = Float.Vector.scalarCount
    for count in 0...5 * lanes {
      var visited: [[Int]] = []
      Kernel.forEachVector(of: Float.self, count: count) { visited.append([$0, $1]) }
      #expect(visited == stride(from: 0, to: count, by: lanes).map { [$0, min(lanes, count - $0)] })
    }
  }
}
