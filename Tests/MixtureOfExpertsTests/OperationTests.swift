import Autograd
import MixtureOfExperts
import Tensors
import TestSupport
import Testing

@Suite("Operations between tokens and experts, and their derivatives")
struct OperationTests {
  @Test("Every derivative equals central differences to 1e-8", arguments: operationCases)
  func derivative(_ operation: GradientCase) {
    for seed: UInt64 in 1...3 { #expect(operation.disagreement(seed: seed, bound: 1e-8) == nil) }
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
    #expect(Set(operationCases.map(\.operation)) == SourceTree.operations(of: "MixtureOfExperts"))
  }
}

/// The operations between tokens and experts, for every kind of dispatch.
let operationCases: [GradientCase] =
  dispatches.flatMap(cases) + [
    GradientCase("combined(_:gates:_:)", "gates in rows of k", [[8, 3], [4, 2]]) {
      combined($0[0], gates: $0[1], dispatches[0].1)
    }
  ]

private func cases(_ name: String, _ dispatch: TokenAssignment) -> [GradientCase] {
  let (n, rows, N) = (dispatch.tokens, dispatch.choices, dispatch.experts)
  return [
    GradientCase("dispatched(_:_:)", name, [[n, 3]]) { exp(dispatched($0[0], dispatch)) },
    GradientCase("groupedAffine(_:weight:bias:_:activation:)", name, [[rows, 3], [N, 2, 3], [N, 2]]) {
      groupedAffine($0[0], weight: $0[1], bias: $0[2], dispatch)
    },
    GradientCase(
      "groupedAffine(_:weight:bias:_:activation:)", "\(name), relu", [[rows, 3], [N, 2, 3], [N, 2]], step: 0x1p-12,
      kink: { nearestKink($0, dispatch) },
      function: { groupedAffine($0[0], weight: $0[1], bias: $0[2], dispatch, activation: .relu) }),
    GradientCase("groupedAffine(_:weight:bias:_:activation:)", "\(name), views", [[3, rows], [N, 3, 2], [2, N]]) {
      groupedAffine(
        $0[0].transposed(0, 1), weight: $0[1].transposed(1, 2), bias: $0[2].transposed(0, 1), dispatch)
    },
    GradientCase("combined(_:gates:_:)", name, [[rows, 3], [rows]]) { combined($0[0], gates: $0[1], dispatch) },
    GradientCase("combined(_:gates:_:)", "\(name), gates taken from the outputs", [[rows, 3]]) {
      combined($0[0], gates: $0[0].sliced(1, 1..<2).reshaped([rows]), dispatch)
    },
  ]
}

private let dispatches: [(String, TokenAssignment)] = [
  ("k = 2 of 3", TokenAssignment(selection: [0, 1, 2, 1, 1, 0, 0, 2], k: 2, experts: 3)),
  ("two experts with no token", TokenAssignment(selection: [3, 1, 1, 3, 3, 1], k: 2, experts: 5)),
  ("k = 1, one expert has all", TokenAssignment(selection: [1, 1, 1], k: 1, experts: 3)),
  ("k = N", TokenAssignment(selection: [2, 0, 1, 0, 1, 2], k: 3, experts: 3)),
  ("one token", TokenAssignment(selection: [2, 0], k: 2, experts: 3)),
  ("one token, one expert", TokenAssignment(selection: [0], k: 1, experts: 1)),
  (
    "a token with none, one with all, an expert with none",
    TokenAssignment(selection: [3, 0, 1, 3, 1], starts: [0, 1, 1, 4, 5, 5], experts: 4)
  ),
  ("the first token with none", TokenAssignment(selection: [1, 0, 1], starts: [0, 0, 2, 3], experts: 2)),
]

/// The smallest |x W_iᵀ + b_i|, divided by how fast it can move with any one number.
private func nearestKink(_ inputs: [Tensor<Double>], _ dispatch: TokenAssignment) -> Double {
  var smallest = Double.infinity
  for expert in 0..<dispatch.experts {
    for row in dispatch.rows(of: expert) {
      for unit in 0..<2 {
        let z = (0..<3).reduce(inputs[2][expert, unit]) { $0 + inputs[0][row, $1] * inputs[1][expert, unit, $1] }
        smallest = min(smallest, abs(z))
      }
    }
  }
  return smallest / max(1, inputs.map { $0.scalars.reduce(0) { max($0, abs($1)) } }.max() ?? 0)
}
