/// What one symbol of a text is.
public enum Tokenization: String, CaseIterable, Codable, Sendable {
  /// A byte. Any file can be read; a letter outside ASCII takes several symbols.
  case bytes
  /// A Unicode scalar of UTF-8 text.
  ///
  /// Scalars, not what Swift calls a `Character`: those compare equal when they are canonically equivalent ("é" as one
  /// scalar or as two), so a vocabulary of them could not give back the text that it was given, and combining marks
  /// make their number unbounded. "\r\n" is two symbols, a letter followed by a combining accent too.
  case characters
  /// A word of UTF-8 text: a longest run without Unicode white space, as in WikiText.
  ///
  /// Every newline "\n" is a symbol of its own (WikiText's `<eos>`); all other white space only separates. A text comes
  /// back with single spaces between the words of a line and none at its ends.
  case words
}
