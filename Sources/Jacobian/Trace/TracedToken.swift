import MixtureOfExperts
import Tensors

/// A symbol of a text, what stands before it, and the symbol after it, which a model is to predict.
///
/// What stands before is read into memory, symbol by symbol, so that exactly one token is on the tape: no gradient flows into
/// the past, and the loss knows of no other token.
public struct TracedToken: Sendable {
  /// The text.
  public let text: [Int32]
  /// Which symbol is traced, counted from 0.
  public let position: Int

  /// Selects a symbol.
  ///
  /// - Parameters:
  ///   - text: Symbols, at least two.
  ///   - position: One of them, not the last.
  public init(_ text: [Int32], at position: Int) {
    precondition(
      position >= 0 && position + 1 < text.count, "TracedToken: symbol \(position) of \(text.count) has no next one")
    self.text = text
    self.position = position
  }

  /// The symbol.
  public var symbol: Int32 { text[position] }
  /// The symbol that follows it.
  public var next: Int32 { text[position + 1] }

  /// Reads what stands before the symbol, one symbol at a time.
  ///
  /// - Parameters:
  ///   - model: A model.
  ///   - k: Experts for each token.
  /// - Returns: What the model remembers then: at most M + T − 1 symbols, as in evaluation with segments of one.
  func state(of model: LanguageModel<Double>, k: Int) -> HostState<Double> {
    text[..<position].reduce(.empty) { state, symbol in
      model(
        [symbol], batch: 1, state: state, limit: model.configuration.contextBeforeOne, k: k, random: nil,
        on: .evaluating()
      ).state
    }
  }
}

extension Configuration {
  /// M + T − 1: how much a segment of one symbol remembers where the whole context stays as long as in training.
  fileprivate var contextBeforeOne: Int { memory + segment - 1 }
}
