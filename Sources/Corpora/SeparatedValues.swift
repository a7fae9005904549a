/// Rows of columns as people keep them: lines with tabs, or CSV with commas or semicolons (RFC 4180).
///
/// Between tabs a quotation mark is a letter like any other. In CSV a field may stand in quotation marks: then commas and line
/// feeds belong to it, and two marks are one.
struct SeparatedValues: Equatable, Sendable {
  /// One field of a row, without its quotation marks.
  struct Field: Equatable, Sendable {
    var bytes: [UInt8]
    let origin: TextOrigin
  }

  /// What stands between columns.
  enum Separator: UInt8, CaseIterable, Sendable {
    case tab = 0x09
    case comma = 0x2C
    case semicolon = 0x3B
  }

  let separator: Separator
  /// Two fields each, not empty.
  let rows: [[Field]]

  /// What a row of two columns is expected to be.
  static let expected = "expected a text, a tab and a label, or CSV"
  private static let (lineFeed, carriageReturn, quote) = (UInt8(0x0A), UInt8(0x0D), UInt8(0x22))

  /// Reads rows of two columns.
  ///
  /// Where half of the lines or more have a tab, tabs separate; else what leaves every row two columns.
  ///
  /// - Throws: `CorpusError` that names the first line that is no such row.
  init(_ bytes: ArraySlice<UInt8>) throws(CorpusError) {
    let lines = LabelledRows.lines(of: bytes)
    if 2 * lines.count(where: { $0.contains(Separator.tab.rawValue) }) >= max(1, lines.count) {
      (separator, rows) = (.tab, try Self.pairs(Self.split(lines), .tab))
      return
    }
    var first: CorpusError?
    for separator in [Separator.comma, .semicolon] where bytes.contains(separator.rawValue) {
      do {
        (self.separator, rows) = (separator, try Self.pairs(Self.quoted(bytes, separator.rawValue), separator))
        return
      } catch {
        first = first ?? error
      }
    }
    throw first ?? CorpusError("no line has a tab or a comma, so there are no labels; \(Self.expected)")
  }

  /// The fields of lines with tabs.
  private static func split(_ lines: [ArraySlice<UInt8>]) -> [[Field]] {
    lines.enumerated().map { number, line in
      line.split(separator: Separator.tab.rawValue, omittingEmptySubsequences: false).map {
        Field(bytes: Array($0), origin: TextOrigin(offset: $0.startIndex, line: number + 1))
      }
    }
  }

  /// The fields of CSV; empty lines at the end are none.
  private static func quoted(_ bytes: ArraySlice<UInt8>, _ separator: UInt8) throws(CorpusError) -> [[Field]] {
    var (rows, row): ([[Field]], [Field]) = ([], [])
    var (place, line) = (bytes.startIndex, 1)
    var isOpen = !bytes.isEmpty
    while isOpen {
      var field = Field(bytes: [], origin: TextOrigin(offset: place, line: line))
      if place < bytes.endIndex, bytes[place] == quote {
        let found = try closed(bytes[(place + 1)...], line)
        field = Field(bytes: found.field, origin: TextOrigin(offset: place + 1, line: line))
        place = found.end
        line += field.bytes.count { $0 == lineFeed }
      } else {
        let end = bytes[place...].firstIndex { $0 == separator || $0 == lineFeed } ?? bytes.endIndex
        field.bytes = Array(bytes[place..<end])
        place = end
        let endsLine = place == bytes.endIndex || bytes[place] == lineFeed
        if endsLine, field.bytes.last == carriageReturn { field.bytes.removeLast() }
      }
      row.append(field)
      if place < bytes.endIndex, bytes[place] == separator {
        place += 1
        continue
      }
      if place < bytes.endIndex, bytes[place] == carriageReturn { place += 1 }
      guard place == bytes.endIndex || bytes[place] == lineFeed else {
        throw CorpusError(
          "line \(line): found more behind a closing quotation mark; inside of a field it is written twice")
      }
      rows.append(row)
      row = []
      place += 1
      line += 1
      isOpen = place < bytes.endIndex
    }
    while let last = rows.last, last.count == 1, last[0].bytes.isEmpty { rows.removeLast() }
    return rows
  }

  /// What stands before the closing quotation mark, and where that ends.
  private static func closed(
    _ bytes: ArraySlice<UInt8>, _ line: Int
  ) throws(CorpusError) -> (field: [UInt8], end: Int) {
    var (field, rest): ([UInt8], ArraySlice<UInt8>) = ([], bytes)
    while let mark = rest.firstIndex(of: quote) {
      field += rest[..<mark]
      rest = rest[(mark + 1)...]
      guard rest.first == quote else { return (field, mark + 1) }
      field.append(quote)
      rest.removeFirst()
    }
    throw CorpusError("line \(line): found a quotation mark that is never closed")
  }

  /// Refuses rows that are not two fields.
  private static func pairs(_ rows: [[Field]], _ separator: Separator) throws(CorpusError) -> [[Field]] {
    for row in rows where row.count != 2 {
      let line = row.first?.origin.line ?? 1
      guard separator != .tab else {
        throw CorpusError(
          "line \(line): found \(row.count == 1 ? "no tab" : "\(row.count - 1) tabs"), \(expected)"
            + (row.count > 2 ? "; cut -f keeps two of the columns" : ""))
      }
      throw CorpusError(
        "line \(line): found \(row.count == 1 ? "1 column" : "\(row.count) columns"), expected 2 as CSV, a text and a label "
          + "and nothing else; a text with commas stands in quotation marks")
    }
    return rows
  }
}
