import Corpora
import MixtureOfExperts
import Training

/// A little text that a trained model wrote.
struct TextSample: Codable {
  static let length = 240

  let text: String
  /// Experts for each token.
  let k: Int

  /// Lets a model write, from a line's beginning; nil where scores are not finite.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - vocabulary: Its symbols.
  ///   - k: Experts for each token.
  ///   - seed: Determines the choices.
  init?(of model: LanguageModel<Float>, _ vocabulary: Vocabulary, k: Int, seed: UInt64) {
    var generator = Generator(model, k: k, seed: seed)
    generator.read((try? vocabulary.encode("\n")) ?? [0])
    var symbols: [Int32] = []
    for _ in 0..<Self.length {
      guard let symbol = try? generator.next() else { return nil }
      symbols.append(symbol)
    }
    text = vocabulary.decode(symbols)
    self.k = k
  }
}
