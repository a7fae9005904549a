import Foundation
import TestSupport
import Testing

@testable import Corpora

@Suite("Kneser–Ney n-grams")
struct KneserNeyTests {
  /// A text that repeats itself and surprises.
  private let text: [Int32] = (0..<400).map { (place: Int) -> Int32 in
    let square = place * place / 7
    return Int32((square + place % 3) % 5)
  }

  /// The definition, counted anew for every question.
  private func definition(_ w: Int32, after h: [Int32], in text: [Int32], order m: Int, highest: Int, V: Int) -> Double
  {
    guard m > 0 else { return 1 / Double(V) }
    func grams(_ length: Int) -> [[Int32]] { (0...(text.count - length)).map { Array(text[$0..<$0 + length]) } }
    // Below the highest order every different symbol before an m-gram counts once.
    let longer = m == highest ? [] : Set(grams(highest).map { Array($0.suffix(m + 1)) })
    let all = m == highest ? grams(m) : longer.map { Array($0.dropFirst()) }
    let counts = all.reduce(into: [[Int32]: Int]()) { $0[$1, default: 0] += 1 }
    let context = Array(h.suffix(m - 1))
    let own = counts.filter { Array($0.key.dropLast()) == context }
    let lower = definition(w, after: h, in: text, order: m - 1, highest: highest, V: V)
    let total = own.values.reduce(0, +)
    guard total > 0 else { return lower }
    let (once, twice) = (counts.values.count { $0 == 1 }, counts.values.count { $0 == 2 })
    let D = once == 0 ? 0.5 : Double(once) / Double(once + 2 * twice)
    let count = own[context + [w]] ?? 0
    let kept = max(Double(count) - D, 0)
    return (kept + D * Double(own.count) * lower) / Double(total)
  }

  @Test("Every probability equals its definition, of seen and unseen contexts", arguments: 1...4)
  func definition(order: Int) {
    let text = Array(text.prefix(60))
    let model = KneserNey(of: text, vocabulary: 6, order: order)
    for context: [Int32] in [[0, 1, 2], [4, 4, 4], [2, 0, 3], [5, 5, 5], [1], []] where context.count >= order - 1 {
      for symbol in Int32(0)..<6 {
        let expected = definition(symbol, after: context, in: text, order: order, highest: order, V: 6)
        #expect(mismatch([model.probability(of: symbol, after: context)], [expected], relative: 1e-12) == nil)
      }
    }
  }

  @Test("Probabilities are positive and sum to 1 after every context", arguments: 1...5)
  func sums(order: Int) {
    let model = KneserNey(of: text, vocabulary: 7, order: order)
    for start in stride(from: 0, to: 380, by: 13) {
      for context in [text[start..<start + 4], [6, 6, 6, 6], []] {
        let all = (Int32(0)..<7).map { model.probability(of: $0, after: context) }
        #expect(all.allSatisfy { $0 > 0 } && mismatch([all.reduce(0, +)], [1], relative: 1e-12) == nil)
      }
    }
  }

  @Test("A split's loss is the mean over its symbols, each after what precedes it in the file")
  func loss() throws {
    let corpus = try Corpus(builtin: DialectCorpus(lines: 100))
    let (train, validation) = (corpus.splits.train, corpus.splits.validation)
    let model = KneserNey(of: train.symbols, vocabulary: corpus.vocabulary.count, order: 3)
    let text = train.symbols + validation.symbols
    let losses = (train.symbols.count..<text.count).map { -log(model.probability(of: text[$0], after: text[..<$0])) }
    #expect(
      mismatch([model.loss(on: validation)], [losses.reduce(0, +) / Double(losses.count)], relative: 1e-12) == nil)
    let own = (1..<train.symbols.count).map { -log(model.probability(of: text[$0], after: text[..<$0])) }
    #expect(mismatch([model.loss(on: train)], [own.reduce(0, +) / Double(own.count)], relative: 1e-12) == nil)
  }

  @Test("On a first-order chain a bigram pays its entropy, and a longer context gains nothing")
  func chain() throws {
    let source = try Corpus(builtin: DialectCorpus())
    let losses = [1, 2, 3, 5].map { order in
      KneserNey(of: source.splits.train.symbols, vocabulary: source.vocabulary.count, order: order)
        .loss(on: source.splits.validation) / M_LN2
    }
    let entropy = try #require(source.entropyBitsPerCharacter)
    #expect(losses.allSatisfy { $0 > entropy } && losses[1] < losses[0] - 0.5)
  }

  @Test("Only what fits a number is counted")
  func sizes() {
    #expect(KneserNey.canCount(order: 5, vocabulary: 256) && KneserNey.canCount(order: 3, vocabulary: 1_000_000))
    #expect(!KneserNey.canCount(order: 5, vocabulary: 10_000))
  }
}
