/// Why a text cannot be encoded or cut into batches: what was found and what was expected.
///
/// Knows no file: `Corpus.load` makes a `FileError` of it, which names one.
public struct CorpusError: Error, CustomStringConvertible, Hashable, Sendable {
  /// What is wrong: one line, without a full stop.
  public let description: String

  /// Creates an error.
  ///
  /// - Parameter description: What is wrong, on one line.
  public init(_ description: String) {
    self.description = description
  }
}
