import Corpora

/// Turns symbols into text as they come; a character of several bytes appears when it is whole.
struct DecodedStream {
  private let vocabulary: Vocabulary
  private var symbols: [Int32]
  private var shown: Int

  /// Begins after symbols that are shown already.
  ///
  /// - Parameters:
  ///   - vocabulary: The symbols' text.
  ///   - prompt: What came before.
  init(_ vocabulary: Vocabulary, after prompt: [Int32]) {
    self.vocabulary = vocabulary
    symbols = prompt
    shown = vocabulary.decodeBytes(prompt).count
  }

  /// Adds a symbol and returns the text that became whole.
  mutating func append(_ symbol: Int32) -> String {
    symbols.append(symbol)
    let bytes = vocabulary.decodeBytes(symbols)
    let fresh = bytes[min(shown, bytes.count)...]
    // A lead byte promises up to three more; a text that breaks the promise is shown as it is.
    let isIncomplete = fresh.count < 4 && String(validating: fresh, as: UTF8.self) == nil
    if isIncomplete { return "" }
    // Only the last symbols matter for what comes next: words are joined to their predecessor.
    symbols = Array(symbols.suffix(1))
    shown = vocabulary.decodeBytes(symbols).count
    return String(decoding: fresh, as: UTF8.self)
  }
}
