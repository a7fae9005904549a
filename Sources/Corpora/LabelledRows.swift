import RunFiles

/// The rows of a file of labelled texts, as SST-2 and BANKING77 come: a text, a tab, a label.
///
/// A first line `sentence`, tab, `label`, or `text`, tab, `label`, names the columns and is no row. Lines may end in
/// carriage return and line feed; empty lines at the end are none.
struct LabelledRows: Equatable, Sendable {
  /// One row.
  struct Row: Equatable, Sendable {
    /// The text, in UTF-8; not empty.
    let text: [UInt8]
    /// The label; not empty.
    let label: String
    /// Where the text begins.
    let origin: TextOrigin
  }

  /// First lines that name the columns.
  static let headers = ["sentence\tlabel", "text\tlabel"]
  private static let expected = "expected a text, a tab and a label"

  /// What messages call the file.
  let source: String
  /// The rows in file order, at least one.
  var rows: [Row]
  /// The first line, if it names the columns.
  let header: String?

  /// Puts rows together that are no file's.
  ///
  /// - Parameters:
  ///   - source: What messages call them.
  ///   - rows: The rows.
  init(source: String, rows: [Row]) {
    (self.source, self.rows, header) = (source, rows, nil)
  }

  /// Reads a file.
  ///
  /// - Parameter path: The file's path.
  /// - Throws: `FileError`, `missing` if there is no such file, `damaged` if it is not rows of labelled texts; the latter names
  ///   the line.
  init(reading path: String) throws(FileError) {
    let bytes = try InputFile.read(path)
    do throws(CorpusError) {
      try self.init(source: path, bytes)
    } catch {
      throw FileError(.damaged, path, error.description)
    }
  }

  /// Cuts the bytes of a file into rows.
  ///
  /// - Parameters:
  ///   - source: What messages call the file.
  ///   - bytes: Its contents.
  /// - Throws: `CorpusError` that names the line.
  init(source: String, _ bytes: [UInt8]) throws(CorpusError) {
    if bytes.isEmpty { throw CorpusError("found an empty file, \(Self.expected) in every line") }
    try Self.expectUTF8(bytes)
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map {
      $0.last == 0x0D ? $0.dropLast() : $0
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    let header = lines.first.map { String(decoding: $0, as: UTF8.self) }.flatMap {
      Self.headers.contains($0) ? $0 : nil
    }
    guard lines.contains(where: { $0.contains(0x09) }) else {
      throw CorpusError("no line has a tab, so there are no labels; \(Self.expected) in every line")
    }
    var rows: [Row] = []
    for (index, line) in lines.enumerated() where index > 0 || header == nil {
      rows.append(try Self.row(line, TextOrigin(offset: line.startIndex, line: index + 1)))
    }
    if rows.isEmpty { throw CorpusError("found nothing below the names of the columns, \(Self.expected)") }
    (self.source, self.rows, self.header) = (source, rows, header)
  }

  private static func row(_ line: ArraySlice<UInt8>, _ origin: TextOrigin) throws(CorpusError) -> Row {
    let columns = line.split(separator: 0x09, omittingEmptySubsequences: false)
    guard columns.count == 2 else {
      let found = columns.count == 1 ? "no tab" : "\(columns.count - 1) tabs"
      throw CorpusError("line \(origin.line): found \(found), \(expected)")
    }
    for (column, name) in zip(columns, ["text", "label"]) where column.isEmpty {
      throw CorpusError("line \(origin.line): found an empty \(name), \(expected)")
    }
    return Row(text: Array(columns[0]), label: String(decoding: columns[1], as: UTF8.self), origin: origin)
  }

  private static func expectUTF8(_ bytes: [UInt8]) throws(CorpusError) {
    let fault = bytes.withUnsafeBufferPointer { bytes -> String? in
      let text = TextScanner(bytes: bytes)
      var offset = 0
      while offset < bytes.count {
        guard let length = try? text.scalar(at: offset).length else {
          return "\(hexadecimal(bytes[offset])) at \(text.position(of: offset))"
        }
        offset += length
      }
      return nil
    }
    if let fault { throw CorpusError("\(fault) is not valid UTF-8, which labelled texts are") }
  }
}
