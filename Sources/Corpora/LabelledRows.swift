import RunFiles
import Tensors

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
  /// Of so many rows of a label one is held out in each part that has no file of its own.
  let heldOut: Int

  /// Puts rows together that are no file's, or no rows of it.
  init(source: String, rows: [Row], heldOut: Int = heldOutOfFiles) {
    (self.source, self.rows, header, self.heldOut) = (source, rows, nil, heldOut)
  }

  /// Reads a file of rows; after ``playPrefix``, of speeches.
  ///
  /// - Throws: `FileError`, `missing` if there is no such file, `damaged` if it is not rows of labelled texts; the latter names
  ///   the line.
  init(reading specification: String) throws(FileError) {
    let play = Self.play(in: specification)
    let path = play ?? specification
    let bytes = try InputFile.read(path)
    do throws(CorpusError) {
      if play != nil { try self.init(play: bytes, source: path) } else { try self.init(source: path, bytes) }
    } catch {
      throw FileError(.damaged, path, error.description)
    }
  }

  /// Cuts the bytes of a file into rows.
  init(source: String, _ bytes: [UInt8]) throws(CorpusError) {
    if bytes.isEmpty { throw CorpusError("found an empty file, \(Self.expected) in every line") }
    try Self.expectUTF8(bytes)
    let lines = Self.lines(of: bytes)
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
    (self.source, self.rows, self.header, heldOut) = (source, rows, header, Self.heldOutOfFiles)
  }

  /// The lines of a file without their ends, but empty ones at its end.
  static func lines(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map {
      $0.last == 0x0D ? $0.dropLast() : $0
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines
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

  /// Refuses bytes that are no text.
  static func expectUTF8(_ bytes: [UInt8]) throws(CorpusError) {
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
    if let fault { throw CorpusError("\(fault) is not valid UTF-8, which texts to classify are") }
  }
}

extension LabelledRows {
  /// Selects which rows are held out, whatever the seed of a training: all trainings are measured on the same ones.
  static let splitSeed: UInt64 = 1
  /// Of so many rows of a file one is held out in each part.
  static let heldOutOfFiles = 10

  /// Puts rows into parts, the same share of each label's into every part that is asked for.
  ///
  /// The rows of a label are shuffled. Counted through all labels, every tenth (``heldOut``) goes to the test part. The one before
  /// it goes to the validation part. The first row of a label always trains, so that no label is met in a held-out part only.
  ///
  /// - Throws: `CorpusError` when a part that was asked for would be empty.
  func split(validation: Bool, test: Bool) throws(CorpusError) -> Splits<[Row]> {
    let labels = Dictionary(grouping: rows.indices) { rows[$0].label }
    var parts = [SplitName](repeating: .train, count: rows.count)
    var counted = 0
    for (number, label) in labels.keys.sorted().enumerated() {
      let own = labels[label] ?? []
      var random = Random(seed: Self.splitSeed).child(named: "parts").child(number)
      for (place, index) in random.permutation(of: own.count).enumerated() {
        if place > 0, test, counted % heldOut == heldOut - 1 { parts[own[index]] = .test }
        if place > 0, validation, counted % heldOut == heldOut - 2 { parts[own[index]] = .validation }
        counted += 1
      }
    }
    var result = Splits<[Row]>(all: [])
    for (row, part) in zip(rows, parts) { result[part].append(row) }
    for (name, isWanted) in [(SplitName.validation, validation), (.test, test)] where isWanted && result[name].isEmpty {
      throw CorpusError(
        "too short: found \(rows.count) rows, of which none is left for the \(name) part; expected at least "
          + "\(2 * heldOut), or a file for it")
    }
    return result
  }
}
