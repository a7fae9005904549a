import Autograd
import Tensors
import Testing

@testable import TransformerXL

/// Single operations and their derivatives against numbers of another framework, `Fixtures/operations.safetensors`.
@Suite("Golden operations")
struct GoldenOperationTests {
  typealias Operation = ([Variable<Double>]) -> Variable<Double>
  typealias V = Variable<Double>

  /// Holds an operation's value and the gradients of all its inputs against the file.
  private func check(_ name: String, _ inputs: [String], without constants: [String] = [], of operation: Operation)
    throws
  {
    let file = try GoldenFile("operations")
    let recorded = JacobianTape<Double>()
    let variables = try inputs.map { recorded.tape.variable(try file.tensor("\(name).\($0)")) }
    let fixed = try constants.map { recorded.tape.constant(try file.tensor("\(name).\($0)")) }
    let output = operation(variables + fixed)
    let expected: Tensor<Double> = try file.tensor("\(name).output")
    #expect(deviation(output.value.reshaped(expected.shape), expected, 1e-12) == nil, "\(name)")
    let upstream: Tensor<Double> = try file.tensor("\(name).upstream")
    let gradients = recorded.vectorJacobianProduct(
      of: output, upstream: upstream.reshaped(output.shape), withRespectTo: variables)
    for (input, gradient) in zip(inputs, gradients) {
      #expect(
        deviation(gradient, try file.tensor("\(name).gradient.\(input)"), 1e-11) == nil, "\(name), gradient of \(input)"
      )
    }
  }

  @Test("Softmax, its logarithm, layer normalisation")
  func rowsAgree() throws {
    try check("softmax", ["input"]) { softmax($0[0]) }
    try check("logSoftmax", ["input"]) { logSoftmax($0[0]) }
    try check("layerNorm", ["input", "gain", "bias"]) { layerNorm($0[0], gain: $0[1], bias: $0[2], epsilon: 1e-5) }
  }

  @Test("Cross entropy")
  func crossEntropyAgrees() throws {
    let targets = try GoldenFile("operations").indices("crossEntropy.targets")
    try check("crossEntropy", ["logits"]) { crossEntropy($0[0], targets: targets) }
  }

  @Test(
    "Relative attention, in its fast form and put together from elementary operations",
    arguments: ["relativeAttention", "relativeAttentionWithoutMemory"])
  func relativeAttentionAgrees(name: String) throws {
    let inputs = ["query", "keyValue", "position", "u", "v"]
    try check(name, inputs) {
      relativeAttention(query: $0[0], keyValue: $0[1], position: $0[2], u: $0[3], v: $0[4], heads: 2)
    }
    try check(name, inputs) {
      relativeAttentionDefinition(query: $0[0], keyValue: $0[1], position: $0[2], u: $0[3], v: $0[4], heads: 2)
    }
  }

  @Test("Relative attention with its projections, over memory and segment")
  func relativeAttentionLayerAgrees() throws {
    let inputs = ["current", "queryWeight", "keyValueWeight", "positionWeight", "outputWeight", "u", "v"]
    try check("relativeAttentionLayer", inputs, without: ["memory"]) { x in
      let context = concatenated(x[7], x[0], axis: 1)
      let R = x[0].tape.constant(RelativePositions<Double>(keys: 9, width: 6)(keys: context.shape[1]))
      let o = relativeAttention(
        query: affine(x[0], weight: x[1]), keyValue: affine(context, weight: x[2]), position: affine(R, weight: x[3]),
        u: x[5], v: x[6], heads: 2)
      return affine(o, weight: x[4])
    }
  }

  @Test("Relative positions")
  func positionsAgree() throws {
    let expected: Tensor<Double> = try GoldenFile("positions").tensor("positions")
    let table = RelativePositions<Double>(keys: 9, width: 6)
    #expect(deviation(table(keys: 9), expected, 1e-15) == nil)
  }
}
