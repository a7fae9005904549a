import Autograd
import Foundation
import Tensors
import TestSupport
import Testing

@testable import TransformerXL

@Suite("Relative shift and causal mask")
struct RelativeShiftTests {
  static let sizes = [(T: 1, memory: 0), (1, 3), (3, 0), (4, 2), (2, 5), (5, 1)]

  @Test("Key j of query i is scored at distance i + M' − j", arguments: sizes)
  func definition(_ size: (T: Int, memory: Int)) {
    let K = size.memory + size.T
    // Every entry says which query it belongs to and which distance its position has.
    var scores: [Double] = []
    for i in 0..<size.T {
      for distance in stride(from: K - 1, through: 0, by: -1) { scores.append(Double(100 * i + distance)) }
    }
    let tape = Tape<Double>.evaluating()
    let shifted = relativeShift(tape.constant(Tensor([size.T, K], scores))).value
    for i in 0..<size.T {
      for j in 0..<K {
        let distance = i + size.memory - j
        #expect(shifted[i, j] == (distance >= 0 ? Double(100 * i + distance) : 0), "query \(i), key \(j)")
      }
    }
  }

  @Test("Every head and sequence is shifted alike")
  func leadingAxes() {
    let tape = Tape<Double>.evaluating()
    let x: Tensor<Double> = sample([2, 3, 4, 6], seed: 1)
    let together = relativeShift(tape.constant(x)).value
    for b in 0..<2 {
      for h in 0..<3 {
        let matrix = x.sliced(0, b..<b + 1).sliced(1, h..<h + 1).reshaped([4, 6])
        let alone = relativeShift(tape.constant(matrix)).value
        #expect(together.sliced(0, b..<b + 1).sliced(1, h..<h + 1).reshaped([4, 6]) == alone)
      }
    }
  }

  @Test("The causal mask shows memory from its first slot to the query itself, and nothing later", arguments: sizes)
  func mask(_ size: (T: Int, memory: Int)) {
    let K = size.memory + size.T
    let tape = Tape<Double>.evaluating()
    let x: Tensor<Double> = sample([2, size.T, K], seed: 2)
    let masked = causalMask(tape.constant(x)).value
    for b in 0..<2 {
      for i in 0..<size.T {
        #expect(masked[b, i, 0] == x[b, i, 0], "the first slot")
        for j in 0..<K { #expect(masked[b, i, j] == (j <= i + size.memory ? x[b, i, j] : -.infinity)) }
      }
    }
  }
}

/// R_p = [sin(p·ω) ‖ cos(p·ω)], ω_i = 10000^(−2i/d), for distances p = K−1 … 0.
@Suite("Relative positions")
struct RelativePositionsTests {
  @Test("The table is its definition: sines first, then cosines, distances falling to 0", arguments: [2, 6, 64])
  func tableIsItsDefinition(width: Int) {
    let keys = 11
    let R = RelativePositions<Double>(keys: keys, width: width)(keys: keys)
    #expect(R.shape == [keys, width])
    for row in 0..<keys {
      let distance = Double(keys - 1 - row)
      for i in 0..<width / 2 {
        let angle = distance / pow(10000, Double(2 * i) / Double(width))
        #expect(abs(R[row, i] - sin(angle)) < 1e-14)
        #expect(abs(R[row, width / 2 + i] - cos(angle)) < 1e-14)
      }
    }
  }

  @Test("Fewer keys take the end of the table, more keys a table of their own", arguments: [1, 4, 9, 10, 25])
  func everyLengthEqualsItsOwnTable(keys: Int) {
    let table = RelativePositions<Double>(keys: 9, width: 6)
    let own = RelativePositions<Double>(keys: keys, width: 6)
    #expect(table(keys: keys) == own(keys: keys))
    #expect(table(keys: keys).shape == [keys, 6])
  }
}
