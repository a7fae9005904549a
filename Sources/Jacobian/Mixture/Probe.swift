import Autograd
import Corpora
import Layers
import MixtureOfExperts
import Tensors

/// A piece of text that a model is shown again and again while it learns, to see what reaches its routers.
///
/// The model reads it as it reads in training and evaluation: with its memory full of what stands before. A model trained
/// with memory is not prepared for a text that begins in the middle with nothing remembered.
package struct Probe: Sendable {
  private let before: [Segment]  // What is read first, so that memory is full
  private let segment: Segment

  /// Takes a segment of a text that the model is not trained on, and as many before it as fill the memory.
  ///
  /// - Throws: `CorpusError` if the text is too short.
  package init(_ symbols: [Int32], rows: Int, length: Int, of configuration: Configuration) throws {
    let segments = Self.segmentsBefore(length: length, of: configuration)
    let needed = Self.minimumSymbols(rows: rows, length: length, of: configuration)
    guard symbols.count >= needed else {
      throw CorpusError(
        "the part to measure on has \(symbols.count) symbols, expected at least \(needed): \(rows) rows of \(length), and "
          + "\(segments * length) before each to fill the memory")
    }
    let stream = try BatchStream(symbols, batch: rows, segmentLength: length)
    before = (0..<segments).map { stream.segment(at: $0) }
    segment = stream.segment(at: segments)
  }

  /// How many segments fill the memory of all L layers: what a layer remembers was made with a full memory, too.
  private static func segmentsBefore(length: Int, of configuration: Configuration) -> Int {
    configuration.layers * ((configuration.memory + length - 1) / length)
  }

  /// How many symbols the text must have: the probed ones, those before them, and one more for each row.
  package static func minimumSymbols(rows: Int, length: Int, of configuration: Configuration) -> Int {
    rows * ((segmentsBefore(length: length, of: configuration) + 1) * length + 1)
  }

  /// What one mixture met, whatever its router.
  struct Observed {
    let layer: MoELayer<Double>
    let h: Tensor<Double>  // Tokens, n×d; n = rows·length
    let upstream: Tensor<Double>  // u = ∂L/∂y of the model's loss on the text, without dropout, n×d
    let output: Tensor<Double>  // y, n×d
  }

  /// What one mixture with a linear router met, and what it does with it.
  package struct Layer {
    package let tokens: RoutedTokens  // n = rows·length tokens
    package let upstream: Tensor<Double>  // u = ∂L/∂y of the model's loss on the text, without dropout, n×d
    package let output: Tensor<Double>  // y, n×d
  }

  /// What every mixture meets in the text, first layer first; nothing for a dense model.
  package func callAsFunction(_ model: LanguageModel<Double>, k: Int) -> [Layer] {
    observed(by: model, k: k).map { seen in
      Layer(tokens: RoutedTokens(seen.h, through: seen.layer, k: k), upstream: seen.upstream, output: seen.output)
    }
  }

  /// Reads the text, with a full memory and without dropout, and walks back from the loss to every mixture's output.
  ///
  /// With any router; first layer first, nothing for a dense model.
  func observed(by model: LanguageModel<Double>, k: Int) -> [Observed] {
    var seen: [(layer: MoELayer<Double>, h: Variable<Double>, y: Variable<Double>)] = []
    let watched = model.replacingFeedForwardSublayers { _, half in
      guard let layer = half as? MoELayer<Double> else { return half }
      return WatchedMixture(layer: layer) { seen.append((layer, $0, $1)) }
    }
    var state = HostState<Double>.empty
    for segment in before {
      state = model(segment.inputs, batch: segment.batch, state: state, k: k, random: nil, on: .evaluating()).state
    }
    let recorded = JacobianTape<Double>()
    let output = watched(
      segment.inputs, batch: segment.batch, state: state, k: k, random: nil, on: recorded.tape)
    let loss = crossEntropy(output.logits, targets: segment.targets)
    let upstreams = recorded.vectorJacobianProduct(
      of: loss, upstream: Tensor(1), withRespectTo: seen.map(\.y))
    return paired(seen, upstreams).map { seen, upstream in
      Observed(layer: seen.layer, h: seen.h.value, upstream: upstream, output: seen.y.value)
    }
  }
}

/// A mixture of experts inside a model whose input and output, on the tape of the call, are shown to somebody.
struct WatchedMixture: FeedForward {
  let layer: MoELayer<Double>
  let show: (_ h: Variable<Double>, _ y: Variable<Double>) -> Void

  var parameters: [Parameter<Double>] { layer.parameters }
  var frozen: [Frozen<Double>] { layer.frozen }
  var routerParameters: [Parameter<Scalar>] { layer.routerParameters }

  /// Tokens n×d through the mixture, n×d.
  func callAsFunction(_ h: Variable<Double>, k: Int, random: Random?) -> LayerOutput<Double> {
    let result = layer(h, k: k, random: random)
    show(h, result.output)
    return result
  }
}

extension LanguageModel<Double> {
  /// A model with exactly the weights of a trained one, to be analysed in double precision.
  package init(converting model: LanguageModel<Float>) {
    self.init(model.configuration, seed: 0)
    func converted(_ tensor: Tensor<Float>) -> Tensor<Double> {
      Tensor<Double>(tensor.shape, tensor.scalars.map { Double($0) })
    }
    for (target, source) in paired(parameters, model.parameters) { target.value = converted(source.value) }
    for (target, source) in paired(frozen, model.frozen) { target.restore(converted(source.value)) }
  }
}
