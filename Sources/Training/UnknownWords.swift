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

  enum CodingKeys: String, CodingKey {
    case share
    case knownLoss = "known_loss"
    case knownPerplexity = "known_perplexity"
  }

  /// Turns sums into means.
  ///
  /// - Parameters:
  ///   - symbols: Predicted words.
  ///   - known: Those that are not `<unk>`.
  ///   - knownLoss: Σ −ln p over these.
  init(symbols: Int, known: Int, knownLoss: Double) {
    let mean = known == 0 ? nil : knownLoss / Double(known)
    share = Double(symbols - known) / Double(symbols)
    self.knownLoss = mean
    knownPerplexity = mean.map { min(exp($0), .greatestFiniteMagnitude) }
  }
}
