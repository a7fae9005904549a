import Foundation
import RunFiles
import Tensors
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
    let all = m == highest ? grams(m) : Set(grams(m + 1)).map { Array($0.dropFirst()) }
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
    let model = KneserNey(of: text, vocabulary: 6, order: 4)
    for context: [Int32] in [[0, 1, 2], [4, 4, 4], [2, 0, 3], [5, 5, 5], [1], []] where context.count >= order - 1 {
      for symbol in Int32(0)..<6 {
        let expected = definition(symbol, after: context, in: text, order: order, highest: order, V: 6)
        let found = model.probabilities(of: symbol, after: context)[order - 1]
        #expect(mismatch([found], [expected], relative: 1e-12) == nil)
      }
    }
  }

  @Test("Probabilities of every order are positive and sum to 1 after every context")
  func sums() {
    let model = KneserNey(of: text, vocabulary: 7, order: 5)
    for start in stride(from: 0, to: 380, by: 13) {
      for context in [text[start..<start + 4], [6, 6, 6, 6], []] {
        let all = (Int32(0)..<7).map { model.probabilities(of: $0, after: context) }
        let sums = (0..<5).map { n in all.reduce(0) { $0 + $1[n] } }
        #expect(all.allSatisfy { $0.allSatisfy { $0 > 0 } })
        #expect(mismatch(sums, [1, 1, 1, 1, 1], relative: 1e-12) == nil)
      }
    }
  }

  @Test("A text pays the mean over its symbols, each after what precedes it in the file; a built-in one is not asked")
  func results() throws {
    try TemporaryDirectory.use { directory in
      let path = directory.file("text")
      try AtomicFile.write((0..<900).map { "\("abcde".dropFirst($0 * $0 / 7 % 5).prefix(1))" }.joined(), to: path)
      let corpus = try Corpus.load(path, tokenization: .characters)
      let (train, test) = (corpus.splits.train, corpus.splits.test)
      let results = corpus.nGrams(on: test)
      #expect(results.map(\.order) == [1, 2, 3, 4, 5] && results.allSatisfy { $0.symbols == test.symbols.count })
      let model = KneserNey(of: train.symbols, vocabulary: 5, order: 5)
      func bits(_ text: [Int32], _ places: Range<Int>, _ order: Int) -> Double {
        let costs = places.map { -log2(model.probabilities(of: text[$0], after: text[..<$0])[order - 1]) }
        return costs.reduce(0, +) / Double(costs.count)
      }
      let text = corpus.all.symbols
      for result in results {
        let expected = bits(text, text.count - test.symbols.count..<text.count, result.order)
        #expect(mismatch([result.bitsPerSymbol], [expected], relative: 1e-12) == nil)
        #expect(mismatch([log2(result.perplexity)], [expected], relative: 1e-12) == nil)
      }
      // Nothing precedes the first symbol of a file.
      let own = corpus.nGrams(on: train)
      #expect(own[2].symbols == train.symbols.count - 1)
      #expect(
        mismatch([own[2].bitsPerSymbol], [bits(text, 1..<train.symbols.count, 3)], relative: 1e-12) == nil)
      #expect(try Corpus(builtin: DialectCorpus(lines: 20)).nGrams(on: test).isEmpty)
    }
  }

  @Test("Of words the loss of those that are known stands beside that of all, up to trigrams")
  func words() throws {
    try TemporaryDirectory.use { directory in
      let path = directory.file("text")
      try AtomicFile.write((0..<600).map { "w\($0 * $0 % 13) " }.joined(), to: path)
      let corpus = try Corpus.load(path, tokenization: .words, size: .count(4))
      let results = corpus.nGrams(on: corpus.splits.test)
      #expect(results.map(\.order) == [1, 2, 3])
      let model = KneserNey(of: corpus.splits.train.symbols, vocabulary: 4, order: 3)
      let (text, from) = (corpus.all.symbols, 600 - corpus.splits.test.symbols.count)
      let known = (from..<600).filter { text[$0] != 3 }
      let costs = known.map { -log(model.probabilities(of: text[$0], after: text[..<$0])[1]) }
      let expected = exp(costs.reduce(0, +) / Double(costs.count))
      #expect(
        mismatch([results[1].knownPerplexity ?? 0], [expected], relative: 1e-12) == nil && known.count < 600 - from)
    }
  }

  @Test("On a first-order chain a bigram pays its entropy, and a longer context gains nothing")
  func chain() {
    // Whatever the symbol, the next one is 1, 2 or 4 further with p = 1/2, 1/4, 1/4: 1.5 bits.
    var random = Random(seed: 1)
    var text: [Int32] = [0]
    for _ in 0..<120_000 { text.append((text[text.count - 1] + [1, 1, 2, 4][random.below(4)]) % 5) }
    let model = KneserNey(of: Array(text.prefix(100_000)), vocabulary: 5, order: 5)
    let costs = (100_000..<120_000).map { place in
      model.probabilities(of: text[place], after: text[place - 4..<place]).map { -log2($0) }
    }
    let bits = (0..<5).map { n in costs.reduce(0) { $0 + $1[n] } / Double(costs.count) }
    // A symbol's cost is 1 or 2 bits: the standard error of the mean is 0.0035.
    #expect(abs(bits[1] - 1.5) < 0.015 && bits[0] > 2.3, "\(bits)")
    #expect(bits[2...].allSatisfy { $0 > bits[1] - 0.002 }, "\(bits)")
  }

  @Test("Orders are as high as n symbols fit a number")
  func sizes() {
    #expect(KneserNey.largestOrder(5, vocabulary: 256) == 5 && KneserNey.largestOrder(3, vocabulary: 1_000_000) == 3)
    #expect(KneserNey.largestOrder(5, vocabulary: 10_000) == 4)
  }
}
