import RunFiles

/// The lines of a text, without labels, in the symbols of a classifier.
public struct UnlabelledLines: Sendable {
  /// One line.
  public struct Line: Sendable {
    /// Counted from 1.
    public let number: Int
    /// All of it, without its end.
    public let text: String
    /// What is read of it: its last symbols, at least one.
    public let symbols: [Int32]
  }

  /// The lines that have a symbol, at least one.
  public let lines: [Line]
  /// How many lines have none.
  public let emptyCount: Int
  /// Whether a byte-order mark was left out.
  public let isMarked: Bool
  /// How many lines are longer than what is read of them.
  public let truncatedCount: Int

  /// Reads a file, or standard input if its name is `-`; of a line longer than `context` symbols the last ones are kept.
  ///
  /// - Throws: `FileError`, `missing` or `damaged`; the latter for a text without lines, or names the line with a symbol that the
  ///   vocabulary lacks.
  public init(_ specification: String, vocabulary: Vocabulary, context: Int) throws {
    let text = try CorpusText(specification)
    do {
      try LabelledRows.expectUTF8(text.bytes)
      isMarked = text.bytes.withoutMark.startIndex > 0
      let found = try LabelledRows.lines(of: text.bytes.withoutMark).enumerated().map { index, line in
        let symbols = try vocabulary.encode(Array(line), from: TextOrigin(offset: line.startIndex, line: index + 1))
        return (
          line: Line(
            number: index + 1, text: String(decoding: line, as: UTF8.self), symbols: symbols.suffix(context)),
          count: symbols.count
        )
      }
      lines = found.map(\.line).filter { !$0.symbols.isEmpty }
      emptyCount = found.count - lines.count
      truncatedCount = found.count { $0.count > context }
      if lines.isEmpty {
        // Those at the end, too, and a last one without a line feed.
        let count = text.bytes.count { $0 == 0x0A } + (text.bytes.last == 0x0A ? 0 : 1)
        throw CorpusError("found \(count) empty lines, expected text")
      }
    } catch let error as CorpusError {
      throw FileError(.damaged, text.source, error.description)
    }
  }
}
