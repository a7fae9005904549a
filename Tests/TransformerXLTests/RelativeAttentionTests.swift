import Autograd
import Foundation
import Tensors
import TestSupport
import Testing
import TransformerXL

@Suite("Fused relative attention")
struct RelativeAttentionTests {
  struct Sizes: Sendable, CustomStringConvertible {
    let (B, T, memory, H, width): (Int, Int, Int, Int, Int)
    var dropout = 0.0

    init(_ B: Int, _ T: Int, _ memory: Int, _ H: Int, _ width: Int, dropout: Double = 0) {
      (self.B, self.T, self.memory, self.H, self.width, self.dropout) = (B, T, memory, H, width, dropout)
    }

    var description: String { "B \(B), T \(T), M' \(memory), H \(H), d_h \(width), dropout \(dropout)" }

    var inputs: [Tensor<Double>] {
      let (w, K) = (H * width, memory + T)
      let shapes: [Shape] = [[B, T, w], [B, K, 2 * w], [K, w], [w], [w]]
      return shapes.enumerated().map { sample($1, seed: UInt64($0)) }
    }

    /// The value and the five gradients.
    func outcome(_ attention: Attention) -> [Tensor<Double>] {
      let recorded = JacobianTape<Double>()
      let x = inputs.map(recorded.tape.variable)
      let o = attention(x[0], x[1], x[2], x[3], x[4], H, dropout == 0 ? nil : (dropout, 5))
      let upstream: Tensor<Double> = sample(o.shape, seed: 50)
      return [o.value] + recorded.vectorJacobianProduct(of: o, upstream: upstream, withRespectTo: x)
    }
  }

  static let sizes = [
    Sizes(1, 1, 0, 1, 1), Sizes(2, 1, 4, 2, 3), Sizes(1, 5, 0, 1, 4), Sizes(2, 5, 3, 2, 4), Sizes(3, 7, 11, 3, 5),
    Sizes(2, 32, 32, 2, 16), Sizes(1, 33, 0, 2, 8), Sizes(2, 50, 17, 2, 9), Sizes(1, 70, 64, 1, 16),
    Sizes(2, 5, 3, 2, 4, dropout: 0.3), Sizes(2, 50, 17, 3, 8, dropout: 0.3), Sizes(1, 64, 0, 2, 4, dropout: 0.5),
    // More than a group of 128 queries, and more than two.
    Sizes(2, 150, 21, 2, 8), Sizes(1, 290, 3, 1, 16, dropout: 0.2),
  ]

  @Test("Value and all gradients equal the definition's", arguments: sizes)
  func definition(_ sizes: Sizes) {
    let fused = sizes.outcome(relativeAttention)
    let definition = sizes.outcome(relativeAttentionDefinition)
    let names = ["o", "dq", "dkv", "dr", "du", "dv"]
    for (name, (found, expected)) in zip(names, zip(fused, definition)) {
      let largest = expected.scalars.reduce(0) { max($0, abs($1)) }
      #expect(mismatch(found.scalars, expected.scalars, absolute: 1e-12 * max(1, largest)) == nil, "\(name)")
    }
  }

  @Test(
    "Without a gradient to come the value is the definition's too, for one query and for many",
    arguments: sizes + [Sizes(1, 1, 300, 2, 64), Sizes(3, 1, 16, 1, 20), Sizes(2, 1, 5, 2, 4, dropout: 0.3)])
  func evaluating(_ sizes: Sizes) {
    func value(_ attention: Attention, _ threads: Int = 1) -> Tensor<Double> {
      let tape = Tape<Double>.evaluating(workers: Workers(count: threads))
      let x = sizes.inputs.map(tape.constant)
      return attention(x[0], x[1], x[2], x[3], x[4], sizes.H, sizes.dropout == 0 ? nil : (sizes.dropout, 5)).value
    }
    let (found, expected) = (value(relativeAttention), value(relativeAttentionDefinition))
    #expect(mismatch(found.scalars, expected.scalars, absolute: 1e-12) == nil)
    #expect(value(relativeAttention, 3) == found)
  }

  @Test("Shapes that do not belong together end the process, even where every number that is read exists")
  func shapes() async {
    await #expect(processExitsWith: .failure) {
      let tape = Tape<Double>.evaluating()
      func zeros(_ shape: Shape) -> Variable<Double> { tape.constant(.zeros(shape)) }
      let longBias = zeros([5])
      _ = relativeAttention(zeros([1, 2, 4]), zeros([1, 3, 8]), zeros([3, 4]), longBias, zeros([4]), 2, nil)
    }
  }
}
