import Autograd
import Hosts
import Layers
import Tensors
import Testing

@testable import MixtureOfExperts
@testable import TransformerXL

/// A model with the weights of a golden file, and what the file says about reading a segment with it.
struct GoldenModel<S: Real> {
  let file: GoldenFile
  let model: LanguageModel<S>
  let batch: Int
  let k: Int

  init(_ name: String) throws {
    file = try GoldenFile(name)
    batch = try file.number("batch")
    k = try file.number("topK")
    var configuration = Configuration(
      vocabulary: try file.number("vocabulary"), layers: try file.number("layers"),
      modelWidth: try file.number("modelWidth"), heads: try file.number("heads"),
      headWidth: try file.number("headWidth"), expertWidth: try file.number("expertWidth"),
      experts: try file.number("experts"), segment: try file.number("segment"), memory: try file.number("memory"),
      router: try #require(RouterKind(rawValue: try file.text("router"))))
    configuration.gateOrder = try #require(GateOrder(rawValue: try file.text("gateOrder")))
    configuration.norm = try #require(NormPlacement(rawValue: try file.text("norm")))
    configuration.embeddingWidth = try file.number("embeddingWidth")
    configuration.hypernetworkWidth = try file.number("hypernetworkWidth")
    configuration.dropout = 0
    model = LanguageModel(configuration, seed: 0)
    for parameter in model.parameters {
      try #require(file.shape(parameter.name) == parameter.value.shape, "\(parameter.name)")
      parameter.value = try file.tensor(parameter.name)
    }
    for weight in model.frozen {
      try #require(file.shape(weight.name) == weight.value.shape, "\(weight.name)")
      weight.restore(try file.tensor(weight.name))
    }
  }

  /// How many roundings a gradient passes at most, one after another: the lengths of all sums on its way.
  ///
  /// Forward, a layer sums over d (query, key, value), d_h and K (attention), w (its output), d (LayerNorm and hidden units),
  /// f (expert) and d again; the logits sum over d. Backward does the same once more and adds up tokens. Were every rounding
  /// as large as it can be, of the largest number of an array, and all of one sign, that many units in the last place
  /// would be lost.
  var roundings: Int {
    let c = model.configuration
    let hidden = c.router.isSparse ? c.expertWidth : c.experts * c.expertWidth
    let keys = c.memory + c.segment
    let layer = 4 * c.modelWidth + c.headWidth + keys + c.heads * c.headWidth + hidden
    return 2 * (c.layers * layer + c.modelWidth) + batch * c.segment
  }

  /// The names of the file's arrays that are weights.
  var storedWeights: [String] {
    let prefixes = ["embedding.", "output.", "relative.", "layers."]
    return file.names.filter { name in prefixes.contains { name.hasPrefix($0) } }
  }

  /// Holds the file's one or two segments against what comes out.
  func checkSegments(tolerance: S) throws {
    var memory = HostState<S>.empty
    if file.has("memory.0") {
      memory = HostState(try (0...model.configuration.layers).map { try file.tensor("memory.\($0)") })
    }
    memory = try check("", memory: memory, tolerance: tolerance)
    if try file.number("segments") == 2 { _ = try check("second.", memory: memory, tolerance: tolerance) }
  }

  /// Reads a segment and holds everything the file says about it against what comes out.
  ///
  /// - Parameters:
  ///   - segment: The prefix of the file's names: empty, or `second.`.
  ///   - memory: What is remembered before.
  ///   - tolerance: The bound, relative to the largest number of an array.
  /// - Returns: The memory afterwards.
  /// - Throws: If the file lacks something.
  private func check(_ segment: String, memory: HostState<S>, tolerance: S) throws -> HostState<S> {
    let tokens = try file.indices("\(segment)inputs")
    let tape = TrainingTape<S>()
    let output = model(tokens, batch: batch, state: memory, k: k, random: nil, on: tape.tape)
    let loss = crossEntropy(output.logits, targets: try file.indices("\(segment)targets"))
    let logits: Tensor<S> = try file.tensor("\(segment)logits")
    let lossValue: Tensor<S> = try file.tensor("\(segment)loss")
    #expect(
      deviation(output.logits.value, logits.reshaped([tokens.count, logits.shape[-1]]), tolerance) == nil, "logits")
    #expect(deviation(loss.value.reshaped([1]), lossValue, tolerance) == nil, "loss")

    try checkMemory(segment, output.state, tolerance)
    try checkStates(segment, tokens, memory, tolerance)
    try checkRouting(segment, output.routing, tolerance)
    try checkGradients(segment, tape.gradients(of: loss), tolerance)
    return output.state
  }

  private func checkMemory(_ segment: String, _ memory: HostState<S>, _ tolerance: S) throws {
    let stored = file.names.filter { $0.hasPrefix("\(segment)newMemory.") }
    #expect(stored.count == memory.tensors.count)
    for (level, remembered) in memory.tensors.enumerated() {
      #expect(
        deviation(remembered, try file.tensor("\(segment)newMemory.\(level)"), tolerance) == nil, "memory \(level)")
    }
  }

  /// Holds all hidden states and the attention of the first layer against the file.
  private func checkStates(_ segment: String, _ tokens: [Int32], _ memory: HostState<S>, _ tolerance: S) throws {
    let (tape, host) = (Tape<S>.evaluating(), try host)
    let T = tokens.count / batch
    // A memory of exactly one segment is the segment's hidden states.
    let states = model(tokens, batch: batch, state: memory, limit: T, k: k, random: nil, on: tape).state.tensors
    #expect(states.count == model.configuration.layers + 1)
    for (level, state) in states.enumerated() {
      #expect(deviation(state, try file.tensor("\(segment)hidden.\(level)"), tolerance) == nil, "hidden \(level)")
    }

    let h = tape.constant(states[0])
    let context = memory.context(0, h)
    let (R, layer) = (host.positions(keys: context.shape[1]), host.layers[0])
    let o = layer.sublayers.attention(
      layer.attentionInput(h), context: layer.attentionInput(context),
      AttentionInputs(R: tape.constant(R), u: tape(host.u), v: tape(host.v)), random: nil)
    #expect(deviation(o.value, try file.tensor("\(segment)attentionOutput.0"), tolerance) == nil, "attention")
  }

  private func checkRouting(_ segment: String, _ records: [RoutingRecord<S>], _ tolerance: S) throws {
    let tape = Tape<S>.evaluating()
    #expect(records.count == file.names.filter { $0.hasPrefix("\(segment)selected.") }.count)
    for (layer, record) in records.enumerated() {
      #expect(
        deviation(record.probabilities, try file.tensor("\(segment)routerProbabilities.\(layer)"), tolerance) == nil,
        "router probabilities \(layer)")
      #expect(record.selection == (try file.indices("\(segment)selected.\(layer)")), "selection \(layer)")
      let gates = model.configuration.gateOrder(tape.constant(record.logits), k: k)
      #expect(
        deviation(gates.weights.value, try file.tensor("\(segment)gates.\(layer)"), tolerance) == nil, "gates \(layer)")
    }
    for (layer, router) in model.feedForwardSublayers.map(generatedRouter).enumerated() {
      let name = "\(segment)generatedRouter.\(layer)"
      #expect(file.has(name) == (router != nil))
      guard let router else { continue }
      let (W_r, b_r) = router.weights(on: tape)
      let joined = Tensor.concatenated([W_r.value, b_r.value.reshaped([b_r.value.count, 1])], axis: 1)
      #expect(deviation(joined, try file.tensor(name), tolerance) == nil, "generated router \(layer)")
    }
  }

  /// What is around the mixtures.
  private var host: TransformerXLHost<S> {
    get throws { try #require(model.host as? TransformerXLHost<S>) }
  }

  /// The router of a sublayer if a hypernetwork generates it.
  private func generatedRouter(_ sublayer: any FeedForward<S>) -> HyperRouter<S>? {
    (sublayer as? MoELayer<S>)?.router as? HyperRouter<S>
  }

  private func checkGradients(_ segment: String, _ gradients: Gradients<S>, _ tolerance: S) throws {
    let prefix = "\(segment)gradient."
    let stored = file.names.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    #expect(Set(stored) == Set(model.parameters.map(\.name)))
    #expect(Set(gradients.names) == Set(stored))
    #expect(Set(gradients.names).isDisjoint(with: model.frozen.map(\.name)))
    for name in stored {
      let gradient = try #require(gradients[name])
      #expect(deviation(gradient, try file.tensor("\(prefix)\(name)"), tolerance) == nil, "gradient of \(name)")
    }
  }
}
