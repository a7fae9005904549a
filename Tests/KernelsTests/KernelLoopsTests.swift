@testable import Kernels
import Testing

@testable import Tensors

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
