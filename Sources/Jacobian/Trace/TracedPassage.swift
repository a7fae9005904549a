import Autograd
import LinearAlgebra
import MixtureOfExperts
import Tensors
import Training

/// A symbol of a text, what stands before it, and the symbol after it, which a model is to predict.
///
/// What stands before is read into memory, symbol by symbol, so that exactly one token is on the tape: no gradient flows into
/// the past, and the loss knows of no other token.
package struct TracedToken: Sendable {
  package let text: [Int32]  // At least two symbols
  package let position: Int  // Which symbol is traced, counted from 0; not the last

  package init(_ text: [Int32], at position: Int) {
    precondition(
      position >= 0 && position + 1 < text.count, "TracedToken: symbol \(position) of \(text.count) has no next one")
    self.text = text
    self.position = position
  }

  package var symbol: Int32 { text[position] }
  /// The symbol that follows it.
  package var next: Int32 { text[position + 1] }

  /// What a model remembers that has read what stands before the symbol, one symbol at a time: at most M + T − 1 symbols, so
  /// that the whole context stays as long as in training, as in evaluation with segments of one.
  func state(of model: LanguageModel<Double>, k: Int) -> HostState<Double> {
    let limit = model.configuration.memory + model.configuration.segment - 1
    return text[..<position].reduce(.empty) { state, symbol in
      model([symbol], batch: 1, state: state, limit: limit, k: k, random: nil, on: .evaluating()).state
    }
  }
}

/// A token's passage through a model: what one mixture met, and the way back from the loss.
struct TracedPassage {
  let token: TracedToken
  let model: LanguageModel<Double>
  let layer: Int
  let tokens: RoutedTokens  // The one token in front of the mixture
  let y: Tensor<Double>  // y, 1×d
  let u: Tensor<Double>  // u = ∂L/∂y, 1×d
  let prediction: TokenTrace.Prediction
  private let state: HostState<Double>

  /// Reads what stands before the token, then the token, and walks back from the loss to the output of one mixture, counted
  /// from 0.
  init(_ token: TracedToken, through model: LanguageModel<Double>, layer: Int, k: Int) {
    precondition(
      model.mixtures.count == model.configuration.layers && model.mixtures.indices.contains(layer),
      "TracedPassage: layer \(layer) of \(model.mixtures.count) mixtures")
    var seen: (h: Variable<Double>, y: Variable<Double>)?
    let watched = model.replacingFeedForwardSublayers { number, half in
      number == layer ? WatchedMixture(layer: model.mixtures[layer]) { seen = ($0, $1) } : half
    }
    let state = token.state(of: model, k: k)
    let recorded = JacobianTape<Double>()
    let output = watched([token.symbol], batch: 1, state: state, k: k, random: nil, on: recorded.tape)
    let loss = crossEntropy(output.logits, targets: [token.next])
    guard let (h, y) = seen else { preconditionFailure("TracedPassage: layer \(layer) was not called") }
    self.token = token
    self.model = model
    self.layer = layer
    self.state = state
    self.y = y.value
    tokens = RoutedTokens(h.value, through: model.mixtures[layer], k: k)
    u = recorded.vectorJacobianProduct(of: loss, upstream: Tensor(1), withRespectTo: [y])[0]
    prediction = TokenTrace.Prediction(
      target: Int(token.next), probability: output.logits.value.softmax()[0, Int(token.next)],
      loss: loss.value.scalar)
  }

  /// The gradients of all that the model trains, by its own tape.
  func gradients() -> Gradients<Double> {
    let training = TrainingTape<Double>()
    let output = model([token.symbol], batch: 1, state: state, k: tokens.k, random: nil, on: training.tape)
    return training.gradients(of: crossEntropy(output.logits, targets: [token.next]))
  }

  /// What the first step of a new Adam does to e (nil if there is none), W_r (N×d) and b_r (N); all weights are put back.
  func change(
    by gradients: Gradients<Double>, _ settings: TokenTrace.StepSettings
  ) -> (e: Tensor<Double>?, W_r: Tensor<Double>, b_r: Tensor<Double>) {
    let parameters = model.parameters
    let values = parameters.map(\.value)
    defer { for (parameter, value) in paired(parameters, values) { parameter.value = value } }
    let embedding = tokens.router.origin.embedding
    let e = embedding?.value
    var optimiser = Adam<Double>()
    optimiser.update(
      parameters, gradients, norm: gradients.norm(), learningRate: settings.learningRate, clip: settings.clip,
      weightDecay: settings.weightDecay,
      factors: Dictionary(model.routerParameters.map { ($0.name, settings.routerFactor) }) { first, _ in first })
    let (W_r, b_r) = tokens.router.weights(on: .evaluating())
    return (
      embedding.flatMap { moved in e.map { moved.value - $0 } }, W_r.value.contiguous() - tokens.W_r,
      b_r.value.contiguous() - tokens.b_r
    )
  }

  /// cos(J Jᵀ g, g) with g = ∂L/∂(W_r | b_r), J = ∂vec(W_r | b_r)/∂e and Jᵀg = ∂L/∂e, and what it would be for a g that knows
  /// nothing of J; nil where there is no e, or no gradient.
  func plainCosine(_ gradients: Gradients<Double>) -> (cosine: Double, unrelated: Double)? {
    let flow = GradientFlow(tokens, upstream: u)
    guard let generated = GeneratedStep(flow), let gradient = gradients[generated.embedding] else { return nil }
    let step = generated.J.matrixProduct(gradient.reshaped([gradient.count, 1]))
    guard step.norm > 0 else { return nil }
    return (step.cosineSimilarity(to: flow.generated.reshaped(step.shape)), generated.unrelatedCosine)
  }

  /// The same passage where the mixture's W_r and b_r, as they are now, are trained themselves.
  func withTrainedRows() -> TracedPassage {
    let twin = tokens.smoeTwin
    return TracedPassage(
      token, through: model.replacingFeedForwardSublayers { $0 == layer ? twin : $1 }, layer: layer, k: tokens.k)
  }
}

extension LanguageModel<Double> {
  /// A small model, of validated sizes, to be traced, not trained: its weights are larger, so that its numbers can be seen.
  ///
  /// LayerNorm's gains and what routers train of a HyperRouter (e, which begins with N(0, 1)) stay as they are.
  package static func toTrace(_ configuration: Configuration, seed: UInt64) -> LanguageModel {
    let model = LanguageModel(configuration, seed: seed)
    let kept = Set(model.mixtures.compactMap { ($0.router as? any LinearRouter<Double>)?.origin.embedding?.name })
    for parameter in model.parameters where !kept.contains(parameter.name) && !parameter.name.hasSuffix("norm.gain") {
      parameter.value = parameter.value.scaled(by: Trace.magnification)
    }
    for weight in model.frozen { weight.restore(weight.value.scaled(by: Trace.magnification)) }
    return model
  }

  /// A model with the same numbers everywhere, W_r and b_r included, that learns as one of the three compared routers: its
  /// rows are trained for SMoE, fixed for SMoE-Dropout; for HyperRouter this one.
  package func learning(as kind: RouterKind) -> LanguageModel {
    precondition(RouterKind.compared.contains(kind), "learning: \(kind) is none of the three")
    if kind == .hyperRouter { return self }
    return replacingFeedForwardSublayers { number, half in
      guard let layer = half as? MoELayer<Double>, let rows = layer.router as? any LinearRouter<Double> else {
        return half
      }
      let name = "layers.\(number).feedForward.router"
      let router: any Router<Double> =
        kind == .smoe ? SMoERouter(name, startingFrom: rows) : SMoEDropoutRouter(name, fixing: rows)
      return MoELayer(router: router, gate: layer.gate, experts: layer.experts)
    }
  }
}
