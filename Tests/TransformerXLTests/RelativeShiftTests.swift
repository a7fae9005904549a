import Autograd
import Tensors
import TestSupport
import Testing
import TransformerXL

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
