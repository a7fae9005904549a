import Autograd
import Layers
import Tensors
import TestSupport
import Testing

@testable import MixtureOfExperts
@testable import TransformerXL

/// One model, at tiny sizes, whose every gradient is held against central differences.
struct ModelGradientCase: CustomTestStringConvertible, Sendable {
  var configuration: Configuration
  var present: Int
  var k = 2
  var random: Random?

  var testDescription: String {
    let c = configuration
    return "\(c.router.rawValue) \(c.gateOrder.rawValue) \(c.norm.rawValue)-LN, \(present) remembered, k = \(k)"
      + (c.sharesHypernetwork ? ", one hypernetwork" : "") + (c.hypernetworkDepth > 2 ? ", deep hypernetwork" : "")
      + (random == nil ? "" : ", dropout")
  }

  /// The three routers in both gate orders and both norms, with and without memory in turn.
  static let routers: [ModelGradientCase] = [.smoe, .smoeDropout, .hyperRouter].flatMap { router in
    GateOrder.allCases.flatMap { order in
      NormPlacement.allCases.map { norm in
        ModelGradientCase(
          configuration: smallConfiguration(router, gateOrder: order, norm: norm),
          present: (order == .softmaxThenTopK) == (norm == .post) ? 2 : 0)
      }
    }
  }

  static let variants: [ModelGradientCase] = {
    let coordinateWise = ModelGradientCase(configuration: smallConfiguration(.coordinateWise), present: 2)
    var shared = ModelGradientCase(configuration: smallConfiguration(.hyperRouter), present: 1)
    shared.configuration.sharesHypernetwork = true
    var sharedRows = coordinateWise
    sharedRows.configuration.sharesHypernetwork = true
    var deep = ModelGradientCase(configuration: smallConfiguration(.hyperRouter), present: 0)
    deep.configuration.hypernetworkDepth = 3
    let dense = ModelGradientCase(configuration: smallConfiguration(.dense), present: 2)
    let all = ModelGradientCase(configuration: smallConfiguration(.smoe), present: 2, k: 3)
    let one = ModelGradientCase(configuration: smallConfiguration(.hyperRouter), present: 2, k: 1)
    return [coordinateWise, shared, sharedRows, deep, dense, all, one]
  }()

  static let withDropout: [ModelGradientCase] = {
    var post = ModelGradientCase(
      configuration: smallConfiguration(.hyperRouter, dropout: 0.2), present: 2, random: Random(seed: 5))
    post.configuration.attentionDropout = 0.3
    var pre = post
    pre.configuration.norm = .pre
    let dense = ModelGradientCase(
      configuration: smallConfiguration(.denseDropout, dropout: 0.2), present: 0, random: Random(seed: 6))
    return [post, pre, dense]
  }()
}

/// Holds what gradients say of one random direction of every weight against central differences of a loss.
func directionalCheck(
  _ parameters: [Parameter<Double>], _ gradients: [Tensor<Double>], step: Double, of loss: () -> Double
) -> GradientCheck.Report {
  let values = parameters.map(\.value)
  var random = Random(seed: 11)
  let directions = values.map { value in
    let direction = Tensor<Double>.normal(value.shape, random: &random)
    return direction.scaled(by: 1 / direction.sumOfSquares().squareRoot())
  }
  let claimed = zip(gradients, directions).map { Tensor($0.dot($1)) }
  return GradientCheck.compare(claimed, at: values.map { _ in .zeros([]) }, step: step) { amounts in
    for (index, parameter) in parameters.enumerated() {
      let amount = amounts[index].scalar
      parameter.value = amount == 0 ? values[index] : values[index] + directions[index].scaled(by: amount)
    }
    return loss()
  }
}

/// Backpropagation through the whole model against central differences, for every trainable weight.
@Suite("Gradients of the whole model")
struct ModelGradientTests {
  static let batch = 2
  static let step = 0x1p-8
  let tokens = randomTokens(batch * 3, seed: 2)
  let targets = randomTokens(batch * 3, seed: 3)

  /// A model of a case and what backpropagation claims; the claims belong to the values of `model.parameters`.
  private func claims(
    _ gradient: ModelGradientCase
  ) throws -> (model: LanguageModel<Double>, gradients: [Tensor<Double>], loss: (Tape<Double>) -> Variable<Double>) {
    let memory: HostState<Double> = randomMemory(gradient.configuration, length: gradient.present, batch: Self.batch)
    // Top-k and ReLU are differentiated away from their edges: the first seed of which that is true.
    let smooth = (0..<200).lazy.map { LanguageModel<Double>(lively: gradient.configuration, seed: $0) }.first { model in
      let found = Smoothness(
        model, tokens, batch: Self.batch, after: memory, k: gradient.k, random: gradient.random)
      return found.margin > 8 * Self.step && found.kink > 4 * Self.step
    }
    let model = try #require(smooth)
    let loss = { [tokens, targets] (tape: Tape<Double>) in
      let output = model(tokens, batch: Self.batch, state: memory, k: gradient.k, random: gradient.random, on: tape)
      return crossEntropy(output.logits, targets: targets)
    }
    let tape = TrainingTape<Double>()
    let output = loss(tape.tape)
    let gradients = tape.gradients(of: output)
    #expect(Set(gradients.names).isDisjoint(with: model.frozen.map(\.name)))
    return (model, try model.parameters.map { try #require(gradients[$0], "\($0.name)") }, loss)
  }

  @Test(
    "Along a random direction of every weight the loss changes as its gradient says",
    arguments: ModelGradientCase.routers + ModelGradientCase.variants + ModelGradientCase.withDropout)
  func gradientsEqualDifferences(gradient: ModelGradientCase) throws {
    let (model, gradients, loss) = try claims(gradient)
    let report = directionalCheck(model.parameters, gradients, step: Self.step) { loss(.evaluating()).value.scalar }
    #expect(report.worstError <= 1e-7, "\(report)")
    #expect(report.compared == model.parameters.count)
  }

  @Test("Every single derivative of a HyperRouter model equals central differences")
  func derivativesEqualDifferences() throws {
    let (model, gradients, loss) = try claims(
      ModelGradientCase(configuration: smallConfiguration(.hyperRouter), present: 2))
    let values = model.parameters.map(\.value)
    let report = GradientCheck.compare(gradients, at: values, step: Self.step) { moved in
      for (parameter, value) in zip(model.parameters, moved) { parameter.value = value }
      return loss(.evaluating()).value.scalar
    }
    #expect(report.worstError <= 1e-7, "\(report)")
    #expect(report.compared == values.reduce(0) { $0 + $1.count })
  }
}

/// How far a reading of a segment is from the places where a model is not differentiable.
struct Smoothness {
  /// The smallest difference between a chosen expert's logit and one that was not chosen.
  var margin = Double.infinity
  /// The smallest magnitude of what a ReLU is applied to.
  var kink = Double.infinity

  /// Reads a segment, looking at what comes to the sublayers.
  init(
    _ model: LanguageModel<Double>, _ tokens: [Int32], batch: Int, after memory: HostState<Double>, k: Int,
    random: Random?
  ) {
    var read: [(sublayer: any FeedForward<Double>, h: Tensor<Double>)] = []
    let watched = model.replacingFeedForwardSublayers { _, sublayer in
      Watched(sublayer: sublayer) { read.append((sublayer, $0)) }
    }
    _ = watched(tokens, batch: batch, state: memory, k: k, random: random, on: .evaluating())
    for (sublayer, h) in read { look(into: sublayer, Tape<Double>.evaluating().constant(h), k: k) }
  }

  private mutating func look(into sublayer: any FeedForward<Double>, _ h: Variable<Double>, k: Int) {
    let (tape, tokens) = (h.tape, h)
    guard let mixture = sublayer as? MoELayer<Double>, let networks = mixture.experts as? Experts<Double> else {
      look(at: affine(tokens, weight: tape(sublayer.parameters[0]), bias: tape(sublayer.parameters[1])))
      return
    }
    let logits = mixture.router.logits(tokens).value
    let selection = logits.topK(k)
    let experts = logits.shape[1]
    for token in 0..<logits.shape[0] {
      let chosen = selection[token * k..<(token + 1) * k].map(Int.init)
      let lowest = chosen.map { logits[token, $0] }.min() ?? 0
      for other in 0..<experts where !chosen.contains(other) { margin = min(margin, lowest - logits[token, other]) }
    }
    let dispatch = TokenAssignment(selection: selection, k: k, experts: experts)
    look(
      at: groupedAffine(
        dispatched(tokens, dispatch), weight: tape(networks.weight1), bias: tape(networks.bias1),
        dispatch))
    look(into: mixture.router, tape)
  }

  private mutating func look(into router: any Router<Double>, _ tape: Tape<Double>) {
    let hypernetwork: Hypernetwork<Double>
    var z: Variable<Double>
    switch router {
    case let router as HyperRouter<Double>:
      hypernetwork = router.hypernetwork
      z = tape(router.embedding).reshaped([1, router.embedding.value.count])
    case let router as CoordinateWiseHyperRouter<Double>:
      hypernetwork = router.hypernetwork
      z = tape(router.embeddings)
    default: return
    }
    for layer in hypernetwork.hidden {
      z = affine(z, weight: tape(layer.V), bias: tape(layer.a))
      look(at: z)
      z = relu(z)
    }
  }

  private mutating func look(at preactivations: Variable<Double>) {
    kink = preactivations.value.scalars.reduce(kink) { min($0, abs($1)) }
  }
}
