import Autograd
import Layers
import Tensors

@testable import MixtureOfExperts
@testable import TransformerXL

/// How far a reading of a segment is from the places where a model is not differentiable.
struct Smoothness {
  /// The smallest difference between a chosen expert's logit and one that was not chosen.
  var margin = Double.infinity
  /// The smallest magnitude of what a ReLU is applied to.
  var kink = Double.infinity

  /// Repeats the forward pass of a model part by part, looking at what the parts hide.
  init(
    _ model: LanguageModel<Double>, _ tokens: [Int32], batch: Int, after memory: HostState<Double>, k: Int,
    random: Random?
  ) {
    let (T, d) = (tokens.count / batch, model.configuration.modelWidth)
    let tape = Tape<Double>.evaluating()
    let model = model.transformerXL
    let R = model.dropout(
      tape.constant(model.positions(keys: memory.length + T)), random: random?.child(named: "positions"))
    var h = model.embedding.embed(tokens, on: tape).reshaped([batch, T, d])
    h = model.dropout(h, random: random?.child(named: "embedding"))
    for (level, layer) in model.layers.enumerated() {
      let context = memory.context(level, h)
      let own = random?.child(level)
      let attending = AttentionInputs(R: R, u: tape(model.u), v: tape(model.v))
      let (input, whole) = (layer.attentionInput(h), layer.attentionInput(context))
      let sublayers = layer.sublayers
      let a = sublayers.attention(input, context: whole, attending, random: own)
      let h1 = h + sublayers.dropout(a, random: own?.child(named: "attention output"))
      look(
        into: sublayers.feedForward,
        layer is PostNormDecoderLayer<Double> ? sublayers.attentionNorm(h1) : sublayers.feedForwardNorm(h1), k: k)
      h = layer(h, context: context, attending: attending, k: k, random: own).output
    }
  }

  private mutating func look(into sublayer: any FeedForward<Double>, _ h: Variable<Double>, k: Int) {
    let tape = h.tape
    let tokens = h.reshaped([h.shape[0] * h.shape[1], h.shape[2]])
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
