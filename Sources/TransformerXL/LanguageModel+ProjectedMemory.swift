import Autograd
import Layers
import MixtureOfExperts
import Tensors

extension LanguageModel {
  /// Returns an empty memory for a text that is read while weights do not change.
  ///
  /// - Returns: A memory that already holds W_R R.
  public func projectedMemory(workers: Workers = .one) -> ProjectedMemory<Scalar> {
    let reach = configuration.memory + configuration.segment
    let tape = Tape<Scalar>.evaluating(workers: workers)
    let R = tape.constant(positions(keys: reach))
    return ProjectedMemory(reach: reach, positions: layers.map { $0.attention.position(R).value })
  }

  /// Reads symbols of one text, projecting nothing that was read before.
  ///
  /// Gives what ``callAsFunction(_:batch:memory:memoryLimit:k:random:on:)`` gives for a batch of one, without dropout and
  /// with the last M + T − n symbols remembered, but for rounding.
  ///
  /// - Parameters:
  ///   - tokens: Symbols, n ≤ M + T of them.
  ///   - memory: What was read before; the symbols are added to it.
  ///   - k: Experts for each token.
  /// - Returns: Scores of the next symbol for every token, n×V.
  public func callAsFunction(
    _ tokens: [Int32], after memory: inout ProjectedMemory<Scalar>, k: Int, workers: Workers = .one
  ) -> Tensor<Scalar> {
    precondition(
      !tokens.isEmpty && tokens.count <= memory.reach,
      "LanguageModel: \(tokens.count) tokens for a memory of \(memory.reach)")
    let tape = Tape<Scalar>.evaluating(workers: workers)
    let n = tokens.count
    var h = embedding.embed(tokens, on: tape).reshaped([1, n, configuration.modelWidth])
    for (level, layer) in layers.enumerated() {
      let x = layer.attentionInput(h)
      memory.append(layer.attention.keyValue(x).value, layer: level)
      let (keyValue, position) = memory.context(of: level)
      let a = layer.attention.attended(
        query: layer.attention.query(x), keyValue: tape.constant(keyValue), position: tape.constant(position),
        u: tape(u), v: tape(v), random: nil)
      h = layer.completed(h, attention: a, k: k, random: nil).output
    }
    return embedding.logits(h.reshaped([n, configuration.modelWidth])).value
  }

  /// Returns a model whose linear routers have the weights that they have now, for as long as weights do not change: what a
  /// hypernetwork generates is not generated again for every segment.
  ///
  /// - Returns: A model that computes the same and shares all other weights with this one.
  public func fixingRouters() -> LanguageModel {
    replacingFeedForwardHalves { number, half in
      guard let mixture = half as? MoELayer<Scalar>, let linear = mixture.router as? any LinearRouter<Scalar> else {
        return half
      }
      let router = SMoEDropoutRouter("layers.\(number).feedForward.router", fixing: linear)
      return MoELayer(router: router, gate: mixture.gate, experts: mixture.experts)
    }
  }
}
