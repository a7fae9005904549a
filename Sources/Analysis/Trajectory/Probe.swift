import Autograd
import Corpora
import MixtureOfExperts
import Tensors
import TransformerXL

/// A piece of text that a model is shown again and again while it learns, to see what reaches its routers.
public struct Probe: Sendable {
  let segment: Segment

  /// Takes the first segment of a text.
  ///
  /// - Parameters:
  ///   - symbols: A text that the model is not trained on.
  ///   - rows: How many places of the text are read side by side.
  ///   - length: Symbols read at each place.
  /// - Throws: `CorpusError` if the text is too short.
  public init(_ symbols: [Int32], rows: Int, length: Int) throws {
    segment = try BatchStream(symbols, batch: rows, segmentLength: length, purpose: .training).segment(at: 0)
  }

  /// One mixture's view of the text.
  public struct Layer {
    /// h and what the mixture does with it; n = rows·length tokens.
    public let tokens: RoutedTokens
    /// u = ∂L/∂y of the model's loss on the text, without dropout, n×d.
    public let upstream: Tensor<Double>
    /// y, n×d.
    public let output: Tensor<Double>
  }

  /// Reads the text, without memory and without dropout, and walks back from the loss to every mixture's output.
  ///
  /// - Parameters:
  ///   - model: A model.
  ///   - k: Experts for each token.
  /// - Returns: One value for each mixture, first layer first; none for a dense model.
  public func callAsFunction(_ model: LanguageModel<Double>, k: Int) -> [Layer] {
    var seen: [(layer: MoELayer<Double>, h: Variable<Double>, y: Variable<Double>)] = []
    let watched = model.replacingFeedForwardHalves { _, half in
      guard let layer = half as? MoELayer<Double> else { return half }
      return WatchedMixture(layer: layer) { seen.append((layer, $0, $1)) }
    }
    let recorded = JacobianTape<Double>()
    let output = watched(
      segment.inputs, batch: segment.batch, memory: .empty, k: k, random: nil, on: recorded.tape)
    let loss = crossEntropy(output.logits, targets: segment.targets)
    let upstreams = recorded.vectorJacobianProduct(
      of: loss, upstream: Tensor(1), withRespectTo: seen.map(\.y))
    return zip(seen, upstreams).map { seen, upstream in
      Layer(
        tokens: RoutedTokens(seen.h.value, through: seen.layer, k: k), upstream: upstream, output: seen.y.value)
    }
  }
}
