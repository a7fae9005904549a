import Autograd
import Corpora
import MixtureOfExperts
import Tensors

/// A piece of text that a model is shown again and again while it learns, to see what reaches its routers.
///
/// The model reads it as it reads in training and evaluation: with its memory full of what stands before. A model trained
/// with memory is not prepared for a text that begins in the middle with nothing remembered.
public struct Probe: Sendable {
  /// What is read first, so that memory is full.
  let before: [Segment]
  let segment: Segment

  /// Takes a segment of a text, and as many before it as fill the memory.
  ///
  /// - Parameters:
  ///   - symbols: A text that the model is not trained on.
  ///   - rows: How many places of the text are read side by side.
  ///   - length: Symbols probed at each place.
  /// - Throws: `CorpusError` if the text is too short.
  public init(_ symbols: [Int32], rows: Int, length: Int, of configuration: Configuration) throws {
    let segments = Self.segmentsBefore(length: length, of: configuration)
    let needed = Self.minimumSymbols(rows: rows, length: length, of: configuration)
    guard symbols.count >= needed else {
      throw CorpusError(
        "the part to look at has \(symbols.count) symbols, expected at least \(needed): \(rows) rows of \(length), and "
          + "\(segments * length) before each to fill the memory")
    }
    let stream = try BatchStream(symbols, batch: rows, segmentLength: length, purpose: .training)
    before = (0..<segments).map { stream.segment(at: $0) }
    segment = stream.segment(at: segments)
  }

  /// How many segments fill the memory of all L layers: what a layer remembers was made with a full memory, too.
  private static func segmentsBefore(length: Int, of configuration: Configuration) -> Int {
    configuration.layers * ((configuration.memory + length - 1) / length)
  }

  /// How many symbols the text must have.
  ///
  /// - Parameters:
  ///   - rows: How many places of the text are read side by side.
  ///   - length: Symbols probed at each place.
  /// - Returns: The probed symbols, those before them, and one more for each row.
  public static func minimumSymbols(rows: Int, length: Int, of configuration: Configuration) -> Int {
    rows * ((segmentsBefore(length: length, of: configuration) + 1) * length + 1)
  }

  /// What one mixture met, whatever its router.
  struct Look {
    /// The mixture.
    let layer: MoELayer<Double>
    /// Tokens, n×d; n = rows·length.
    let h: Tensor<Double>
    /// u = ∂L/∂y of the model's loss on the text, without dropout, n×d.
    let upstream: Tensor<Double>
    /// y, n×d.
    let output: Tensor<Double>
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

  /// Reads the text, with a full memory and without dropout, and walks back from the loss to every mixture's output.
  ///
  /// - Parameters:
  ///   - model: A model.
  ///   - k: Experts for each token.
  /// - Returns: One value for each mixture, first layer first; none for a dense model.
  public func callAsFunction(_ model: LanguageModel<Double>, k: Int) -> [Layer] {
    looks(at: model, k: k).map { look in
      Layer(tokens: RoutedTokens(look.h, through: look.layer, k: k), upstream: look.upstream, output: look.output)
    }
  }

  /// Reads the text in the same way with any router.
  ///
  /// - Parameters:
  ///   - model: A model.
  ///   - k: Experts for each token.
  /// - Returns: One value for each mixture, first layer first; none for a dense model.
  func looks(at model: LanguageModel<Double>, k: Int) -> [Look] {
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
      Look(layer: seen.layer, h: seen.h.value, upstream: upstream, output: seen.y.value)
    }
  }
}
