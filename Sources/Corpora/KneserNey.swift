import Foundation

/// Interpolated Kneser–Ney n-grams: what whoever counts the training split knows of the next symbol.
///
///     p_m(w | h) = max(c(h w) − D_m, 0) / c(h ·) + D_m · types(h ·) / c(h ·) · p_{m−1}(w | h without its first symbol)
///     p_0(w) = 1/V,   D_m = n₁ / (n₁ + 2 n₂)
///
/// At the highest order c counts occurrences, below it the different symbols that precede; n₁ and n₂ are how many m-grams have the
/// counts 1 and 2, and after an h that was never seen p_m = p_{m−1}.
///
/// Source: Kneser and Ney, 1995, in the interpolated form of Chen and Goodman, 1999.
public struct KneserNey: Sendable {
  /// The counts of one m.
  private struct Order: Sendable {
    var counts: [UInt64: Int32] = [:]  // of m-grams, by their symbols as digits to the base V
    var contexts: [UInt64: Context] = [:]  // by the first m − 1 symbols
    var discount = 0.0

    struct Context: Sendable {
      var total: Int64 = 0
      var types: Int64 = 0
    }

    init(_ counts: [UInt64: Int32], base: UInt64) {
      self.counts = counts
      var (once, twice) = (0, 0)
      for (key, count) in counts {
        contexts[key / base, default: Context()].total += Int64(count)
        contexts[key / base, default: Context()].types += 1
        if count == 1 { once += 1 } else if count == 2 { twice += 1 }
      }
      // Without any that occurs once nothing says what an unseen one is worth: half a count.
      discount = once == 0 ? 0.5 : Double(once) / Double(once + 2 * twice)
    }
  }

  /// n: how many symbols a prediction depends on, the predicted one included.
  public let order: Int
  private let base: UInt64  // V
  private let orders: [Order]  // m = 1 … n

  /// Whether n symbols of so many are one number.
  public static func canCount(order: Int, vocabulary: Int) -> Bool {
    Double(order) * log2(Double(max(2, vocabulary))) < 62
  }

  /// Counts a text.
  public init(of symbols: some Collection<Int32>, vocabulary: Int, order: Int) {
    precondition(
      order > 0 && Self.canCount(order: order, vocabulary: vocabulary), "KneserNey: order \(order), V = \(vocabulary)")
    (self.order, base) = (order, UInt64(max(2, vocabulary)))
    var power: UInt64 = 1
    for _ in 0..<order { power *= base }
    var counts: [UInt64: Int32] = [:]
    var (key, read): (UInt64, Int) = (0, 0)
    for symbol in symbols {
      (key, read) = ((key * base + UInt64(symbol)) % power, read + 1)
      if read >= order { counts[key, default: 0] += 1 }
    }
    var orders = [Order(counts, base: base)]
    for _ in 1..<max(1, order) {
      power /= base
      var continuations: [UInt64: Int32] = [:]
      for key in orders[0].counts.keys { continuations[key % power, default: 0] += 1 }
      orders.insert(Order(continuations, base: base), at: 0)
    }
    self.orders = orders
  }

  /// p(symbol | the last n − 1 symbols of a text), positive and of sum 1 over all symbols.
  public func probability(of symbol: Int32, after text: some BidirectionalCollection<Int32>) -> Double {
    var probability = 1 / Double(base)
    var (context, place): (UInt64, UInt64) = (0, 1)
    var before = text.reversed().makeIterator()
    for (number, order) in orders.enumerated() {
      if number > 0 {
        guard let symbol = before.next() else { break }
        context += UInt64(symbol) * place
        place *= base
      }
      guard let own = order.contexts[context], own.total > 0 else { continue }
      let count = Double(order.counts[context * base + UInt64(symbol)] ?? 0)
      probability =
        (max(count - order.discount, 0) + order.discount * Double(own.types) * probability) / Double(own.total)
    }
    return probability
  }

  /// Mean −ln p of the symbols of a split that anything precedes.
  public func loss(on split: Corpus.Split) -> Double {
    let text = split.preceding.symbols.suffix(order - 1) + split.symbols
    let first = max(1, text.count - split.symbols.count)
    let sum = (first..<text.count).reduce(0.0) { sum, place in
      sum - log(probability(of: text[text.startIndex + place], after: text.prefix(place).suffix(order - 1)))
    }
    return sum / Double(max(1, text.count - first))
  }
}
