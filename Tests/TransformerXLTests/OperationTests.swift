import Autograd
import Tensors
import TestSupport
import Testing
import TransformerXL

@Suite("Operations of relative attention and their derivatives")
struct OperationTests {
  @Test("Every derivative equals central differences to 1e-8", arguments: operationCases)
  func derivative(_ operation: GradientCase) {
    for seed: UInt64 in 1...2 { #expect(operation.disagreement(seed: seed, bound: 1e-8) == nil) }
  }

  @Test("A constant operand takes no gradient and leaves the others as they are", arguments: operationCases)
  func constants(_ operation: GradientCase) {
    #expect(operation.constantsFault(seed: 4) == nil)
  }

  @Test("Views as operands and as upstream gradients change nothing", arguments: operationCases)
  func views(_ operation: GradientCase) {
    #expect(operation.viewsFault(seed: 5) == nil)
  }

  @Test("No operation is without a gradient case")
  func coverage() {
    #expect(Set(operationCases.map(\.operation)) == SourceTree.operations(of: "TransformerXL"))
  }
}

/// The operations of relative attention: with and without memory, one query, more queries than a block of the kernel.
let operationCases: [GradientCase] =
  [
    GradientCase("relativeShift(_:)", "no memory", [[3, 3]]) { exp(relativeShift($0[0])) },
    GradientCase("relativeShift(_:)", "memory of 2, batches and heads", [[2, 2, 3, 5]]) { exp(relativeShift($0[0])) },
    GradientCase("relativeShift(_:)", "one query", [[1, 4]]) { exp(relativeShift($0[0])) },
    GradientCase("relativeShift(_:)", "one query, one key", [[1, 1]]) { exp(relativeShift($0[0])) },
    GradientCase("relativeShift(_:)", "of a transposed view", [[4, 3]]) { exp(relativeShift($0[0].transposed(0, 1))) },
    GradientCase("causalMask(_:)", "no memory", [[3, 3]]) { softmax(causalMask($0[0])) },
    GradientCase("causalMask(_:)", "memory of 2, batches and heads", [[2, 2, 3, 5]]) { softmax(causalMask($0[0])) },
    GradientCase("causalMask(_:)", "one query", [[1, 4]]) { softmax(causalMask($0[0])) },
    GradientCase("causalMask(_:)", "x·mask(x), by softmax", [[3, 3]]) { $0[0] * softmax(causalMask($0[0])) },
  ]
  + [relativeAttention, relativeAttentionDefinition].enumerated().flatMap { index, attention in
    attentionCases(
      [
        "relativeAttention(query:keyValue:position:u:v:heads:dropout:)",
        "relativeAttentionDefinition(query:keyValue:position:u:v:heads:dropout:)",
      ][index], attention)
  }

typealias Attention =
  @Sendable (
    _ query: Variable<Double>, _ keyValue: Variable<Double>, _ position: Variable<Double>, _ u: Variable<Double>,
    _ v: Variable<Double>, _ heads: Int, _ dropout: (rate: Double, key: UInt64)?
  ) -> Variable<Double>

private func attentionCases(_ operation: String, _ attention: @escaping Attention) -> [GradientCase] {
  func sizes(_ name: String, B: Int, T: Int, memory: Int, H: Int, width: Int, dropout: Double = 0) -> GradientCase {
    let (w, K) = (H * width, memory + T)
    return GradientCase(operation, name, [[B, T, w], [B, K, 2 * w], [K, w], [w], [w]]) { x in
      attention(x[0], x[1], x[2], x[3], x[4], H, dropout == 0 ? nil : (dropout, 21))
    }
  }
  return [
    sizes("no memory", B: 1, T: 3, memory: 0, H: 1, width: 2),
    sizes("memory, sequences and heads", B: 2, T: 3, memory: 2, H: 2, width: 2),
    sizes("memory longer than the segment", B: 1, T: 2, memory: 5, H: 3, width: 1),
    sizes("one query", B: 2, T: 1, memory: 3, H: 1, width: 3),
    sizes("one query, one key", B: 1, T: 1, memory: 0, H: 1, width: 1),
    sizes("dropout 0.3", B: 2, T: 3, memory: 2, H: 2, width: 2, dropout: 0.3),
    sizes("35 queries: more than a block", B: 1, T: 35, memory: 2, H: 1, width: 1),
    sizes("33 queries, dropout 0.3", B: 1, T: 33, memory: 0, H: 1, width: 2, dropout: 0.3),
    GradientCase(operation, "the same variable everywhere", [[1, 3, 2], [2]]) { x in
      attention(x[0], concatenated(x[0], x[0], axis: -1), x[0].reshaped([3, 2]), x[1], x[1], 1, nil)
    },
    GradientCase(operation, "views as operands", [[3, 2, 4], [8, 5, 2], [4, 5], [4], [4]]) { x in
      attention(x[0].transposed(0, 1), x[1].transposed(0, 2), x[2].transposed(0, 1), x[3], x[4], 2, nil)
    },
  ]
}

let relativeAttention: Attention = { query, keyValue, position, u, v, heads, dropout in
  TransformerXL.relativeAttention(
    query: query, keyValue: keyValue, position: position, u: u, v: v, heads: heads, dropout: dropout)
}

let relativeAttentionDefinition: Attention = { query, keyValue, position, u, v, heads, dropout in
  TransformerXL.relativeAttentionDefinition(
    query: query, keyValue: keyValue, position: position, u: u, v: v, heads: heads, dropout: dropout)
}
