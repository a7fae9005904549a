import Foundation
import RunFiles

/// What `<unk>` has to do with the loss of a text of words.
///
/// The loss and the perplexity of an evaluation are those of all words, with `<unk>` as one of them, as is customary for
/// WikiText-103: a smaller vocabulary makes them lower. What is said here leaves out targets that are `<unk>`; the
/// probabilities of the others are as they are, not divided by what is left beside `<unk>`.
public struct UnknownWords: Codable, Equatable, Sendable {
  /// The share of predicted words that are `<unk>`.
  public let share: Double
  /// Mean −ln p of the predicted words that are not `<unk>`; nil if there are none.
  @OrNull public private(set) var knownLoss: Double?
  /// exp of that, as a number that JSON can hold.
  @OrNull public private(set) var knownPerplexity: Double?
  /// The perplexity of all words to whoever knows their frequency in the training split alone; nil where that was not counted.
  @OrNull public private(set) var perplexityByFrequency: Double?
  /// The same of the words that are not `<unk>`.
  @OrNull public private(set) var knownPerplexityByFrequency: Double?

  /// Turns sums into means.
  ///
  /// - Parameters:
  ///   - symbols: Predicted words.
  ///   - known: Those that are not `<unk>`.
  ///   - knownLoss: Σ −ln p over these.
  ///   - costs: Σ −ln p by frequency, over all words and over these; nil if that was not counted.
  init(symbols: Int, known: Int, knownLoss: Double, costs: (all: Double, known: Double)? = nil) {
    func mean(_ sum: Double) -> Double? { known == 0 ? nil : sum / Double(known) }
    func perplexity(_ loss: Double) -> Double { min(exp(loss), .greatestFiniteMagnitude) }
    share = Double(symbols - known) / Double(symbols)
    self.knownLoss = mean(knownLoss)
    knownPerplexity = mean(knownLoss).map(perplexity)
    perplexityByFrequency = costs.map { perplexity($0.all / Double(symbols)) }
    knownPerplexityByFrequency = costs.flatMap { mean($0.known) }.map(perplexity)
  }
}
