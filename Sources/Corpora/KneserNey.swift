import Foundation
import RunFiles

/// Interpolated Kneser–Ney n-grams of orders 1 … n: what whoever counts the training split knows of the next symbol.
///
///     p_m(w | h) = max(c(h w) − D_m, 0) / c(h ·) + D_m · types(h ·) / c(h ·) · p_{m−1}(w | h without its first symbol)
///     p_0(w) = 1/V,   D_m = n₁ / (n₁ + 2 n₂)
///
/// At the highest order c counts occurrences, below it the different symbols that precede. n₁ and n₂ are how many m-grams have the
/// counts 1 and 2. After an h that was never seen p_m = p_{m−1}.
///
/// Source: Kneser and Ney, 1995, in the interpolated form of Chen and Goodman, 1999.
public struct KneserNey: Sendable {
  /// The m-grams of a text: their symbols are the digits of a number, the first symbol the highest.
  private struct Grams: Sendable {
    /// Ascending.
    let keys: [UInt64]
    /// How often all before each occur together, and at the end all of them.
    let sums: [Int64]
    let discount: Double

    /// Counts ascending keys, equal ones as many times as they are there.
    init(ascending all: some Collection<UInt64>) {
      var (keys, sums): ([UInt64], [Int64]) = ([], [])
      for (place, key) in all.enumerated() where key != keys.last {
        keys.append(key)
        sums.append(Int64(place))
      }
      sums.append(Int64(all.count))
      var (once, twice) = (0, 0)
      for (low, high) in zip(sums, sums.dropFirst()) {
        if high - low == 1 { once += 1 } else if high - low == 2 { twice += 1 }
      }
      // Without any that occurs once nothing says what an unseen one is worth: half a count.
      discount = once == 0 ? 0.5 : Double(once) / Double(once + 2 * twice)
      (self.keys, self.sums) = (keys, sums)
    }

    /// The number of keys in a range that are below a bound.
    private func place(of key: UInt64, in range: Range<Int>) -> Int {
      var (low, high) = (range.lowerBound, range.upperBound)
      while low < high {
        let middle = (low + high) / 2
        if keys[middle] < key { low = middle + 1 } else { high = middle }
      }
      return low
    }

    /// p_m of a symbol from its p_{m−1}.
    func probability(of symbol: UInt64, after context: UInt64, base: UInt64, lower: Double) -> Double {
      let first = place(of: context * base, in: 0..<keys.count)
      let end = place(of: (context + 1) * base, in: first..<keys.count)
      guard first < end else { return lower }
      let own = place(of: context * base + symbol, in: first..<end)
      let count = own < end && keys[own] == context * base + symbol ? Double(sums[own + 1] - sums[own]) : 0
      return (max(count - discount, 0) + discount * Double(end - first) * lower) / Double(sums[end] - sums[first])
    }
  }

  /// n: how many symbols a prediction depends on, the predicted one included.
  public let order: Int
  private let base: UInt64  // V + 1: behind the text stands a symbol 0
  private let counted: [Grams]  // m = 1 … n
  private let preceded: [Grams]  // m = 1 … n − 1, by the different symbols that precede

  /// The largest n, at most so many, of which n symbols are one number.
  public static func largestOrder(_ order: Int, vocabulary: Int) -> Int {
    min(order, Int(62 / log2(Double(vocabulary + 1))))
  }

  /// Counts a text, which must not be empty.
  public init(of symbols: some RandomAccessCollection<Int32>, vocabulary: Int, order: Int) {
    precondition(
      order > 0 && order <= Self.largestOrder(order, vocabulary: vocabulary) && !symbols.isEmpty,
      "KneserNey: order \(order), V = \(vocabulary), \(symbols.count) symbols")
    let base = UInt64(vocabulary + 1)
    var powers: [UInt64] = [1]
    for _ in 0..<order { powers.append(powers[powers.count - 1] * base) }
    // What follows each place of the text; what is behind its end is 0, and no m-gram ends with that.
    var keys: [UInt64] = []
    keys.reserveCapacity(symbols.count)
    var key: UInt64 = 0
    for symbol in symbols.reversed() {
      key = (UInt64(symbol) + 1) * powers[order - 1] + key / base
      keys.append(key)
    }
    keys.sort()
    counted = (1...order).map { m in
      Grams(ascending: keys.lazy.map { $0 / powers[order - m] }.filter { $0 % base != 0 })
    }
    preceded = counted.dropFirst().enumerated().map { place, longer in
      Grams(ascending: longer.keys.map { $0 % powers[place + 1] }.sorted())
    }
    (self.order, self.base) = (order, base)
  }

  /// p(symbol | the end of a text) by each n from 1 on, each positive and of sum 1 over all symbols.
  public func probabilities(of symbol: Int32, after text: some RandomAccessCollection<Int32>) -> [Double] {
    let symbol = UInt64(symbol) + 1
    var (lower, context, power): (Double, UInt64, UInt64) = (1 / Double(base - 1), 0, 1)
    var probabilities: [Double] = []
    for m in 1...order {
      if m > 1, m - 2 < text.count {
        context += (UInt64(text[text.index(text.endIndex, offsetBy: 1 - m)]) + 1) * power
        power *= base
      } else if m > 1 {
        // Less precedes than the order asks for.
        probabilities.append(lower)
        continue
      }
      probabilities.append(counted[m - 1].probability(of: symbol, after: context, base: base, lower: lower))
      if m < order { lower = preceded[m - 1].probability(of: symbol, after: context, base: base, lower: lower) }
    }
    return probabilities
  }
}

/// What an n-gram pays for a text.
public struct NGramResult: Codable, Described, Equatable, Sendable {
  package static let words = """
    baseline: what interpolated Kneser–Ney n-grams of the training part pay for the same symbols
    order: n; 1 is the unigram
    symbols: all that something precedes, those at the beginning of a file too
    known_perplexity: of the words that are not <unk>; null where nothing is unknown
    """

  /// n.
  public let order: Int
  /// Mean −log₂ p of the symbols that anything precedes.
  public let bitsPerSymbol: Double
  /// The same as a perplexity.
  public let perplexity: Double
  /// That of the symbols that are not `<unk>`; nil where nothing is unknown.
  @OrNull public private(set) var knownPerplexity: Double?
  /// How many symbols these are of.
  public let symbols: Int

  /// "unigram" or "Kneser–Ney, n = 3".
  public var name: String { order == 1 ? "unigram" : "Kneser–Ney, n = \(order)" }

  init(order: Int, loss: Double, knownLoss: Double?, symbols: Int) {
    (self.order, self.symbols, bitsPerSymbol, perplexity) = (order, symbols, loss / M_LN2, exp(loss))
    knownPerplexity = knownLoss.map { exp($0) }
  }
}

extension Corpus {
  /// What n-grams of the training split pay for a text in the same symbols; none for a built-in text, whose entropy is known.
  ///
  /// Orders are 1 … 5, or 1 … 3 for words, as far as V allows. Of a longer training split the first 2²⁴ symbols are counted.
  public func nGrams(on split: Split) -> [NGramResult] {
    let text = Array(split.preceding.symbols.suffix(4)) + split.symbols
    let first = max(1, text.count - split.symbols.count)
    let order = KneserNey.largestOrder(vocabulary.tokenization == .words ? 3 : 5, vocabulary: vocabulary.count)
    guard builtin == nil, first < text.count else { return [] }
    let model = KneserNey(of: splits.train.symbols.prefix(1 << 24), vocabulary: vocabulary.count, order: order)
    var (sums, known, knownCount) = ([Double](repeating: 0, count: order), [Double](repeating: 0, count: order), 0)
    for place in first..<text.count {
      let symbol = text[place]
      let costs = model.probabilities(of: symbol, after: text[..<place]).map { -log($0) }
      for m in 0..<order { sums[m] += costs[m] }
      guard symbol != split.unknown else { continue }
      for m in 0..<order { known[m] += costs[m] }
      knownCount += 1
    }
    let count = text.count - first
    return (0..<order).map { m in
      NGramResult(
        order: m + 1, loss: sums[m] / Double(count),
        knownLoss: split.unknown == nil || knownCount == 0 ? nil : known[m] / Double(knownCount), symbols: count)
    }
  }
}
