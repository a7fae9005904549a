import RunFiles
import Tensors

/// The rows of a file of labelled texts, as SST-2 and BANKING77 come: a text, a tab and a label, or CSV.
///
/// Lines may end in carriage return and line feed; empty lines at the end are none, nor is a byte-order mark. Blanks at the ends
/// of labels are no part of them. What ``LabelColumn`` decides about the columns is among ``notes``.
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

  /// What messages call the file.
  let source: String
  /// The rows in file order, at least one.
  var rows: [Row]
  /// The first row, if it names the columns.
  let header: [String]?
  /// What was decided about the file and is to be said, in lines that do not name it.
  let notes: [String]
  /// Of so many rows of a label one is held out in each part that has no file of its own.
  let heldOut: Int

  /// Puts rows together that are no file's, or no rows of it.
  init(source: String, rows: [Row], heldOut: Int = heldOutOfFiles) {
    (self.source, self.rows, header, notes, self.heldOut) = (source, rows, nil, [], heldOut)
  }

  /// Reads a file of rows; after ``playPrefix``, of speeches.
  ///
  /// - Throws: `FileError`, `missing` if there is no such file, `damaged` if it is not rows of labelled texts; the latter names
  ///   the line.
  init(reading specification: String, known: LabelColumn.Known? = nil) throws(FileError) {
    let play = Self.play(in: specification)
    let path = play ?? specification
    let bytes = try InputFile.read(path)
    do throws(CorpusError) {
      if play != nil {
        try self.init(play: bytes, source: path)
      } else {
        try self.init(source: path, bytes, known: known)
      }
    } catch {
      throw FileError(.damaged, path, error.description)
    }
  }

  /// Cuts the bytes of a file into rows.
  init(source: String, _ bytes: [UInt8], known: LabelColumn.Known? = nil) throws(CorpusError) {
    if bytes.isEmpty { throw CorpusError("found an empty file, \(SeparatedValues.expected) in every line") }
    try Self.expectUTF8(bytes)
    let text = bytes.withoutMark
    let values = try SeparatedValues(text)
    let cells = values.rows.map { $0.map { String(decoding: $0.bytes, as: UTF8.self).withoutBlankEnds } }
    let column = try LabelColumn(of: cells, known: known)
    var (rows, trimmed): ([Row], Int) = ([], 0)
    for (fields, cells) in zip(values.rows, cells).dropFirst(column.header == nil ? 0 : 1) {
      let (text, label, own) = (fields[1 - column.place], fields[column.place], cells[column.place])
      for (isEmpty, name) in [(text.bytes.isEmpty, "text"), (own.isEmpty, "label")] where isEmpty {
        throw CorpusError("line \(text.origin.line): found an empty \(name), \(SeparatedValues.expected)")
      }
      if own.utf8.count < label.bytes.count { trimmed += 1 }
      rows.append(Row(text: text.bytes, label: own, origin: text.origin))
    }
    if rows.isEmpty { throw CorpusError("found nothing below the names of the columns, \(SeparatedValues.expected)") }
    let labels = Set(rows.map(\.label)).count
    notes =
      [
        text.startIndex > 0 ? "a byte-order mark at the beginning is left out" : nil,
        values.separator == .tab
          ? nil : "read as CSV, with \(values.separator == .comma ? "commas" : "semicolons") between the columns",
        trimmed > 0 ? "blanks at the ends of labels are left out, in rows: \(trimmed)" : nil,
      ].compactMap { $0 } + column.notes
      + (known == nil && rows.count >= Self.heldOutOfFiles && 2 * labels > rows.count
        ? ["nearly every text has a label of its own: \(labels) labels in \(rows.count) rows"] : [])
    (self.source, self.rows, header, heldOut) = (source, rows, column.header, Self.heldOutOfFiles)
  }

  /// The lines of a file without their ends, but empty ones at its end.
  static func lines(of bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map {
      $0.last == 0x0D ? $0.dropLast() : $0
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  /// Refuses bytes that are no text.
  static func expectUTF8(_ bytes: [UInt8]) throws(CorpusError) {
    try FileFormat.expectText(bytes)
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
      let remedy = "or --\(name) FILE"
      throw CorpusError(
        rows.count < 2 * heldOut
          ? "too short: found \(rows.count) rows, of which none is left for the \(name) part; expected at least "
            + "\(2 * heldOut), \(remedy)"
          : "found \(labels.count) labels in \(rows.count) rows: the first row of a label trains, and none is left for the "
            + "\(name) part; expected several rows of a label, \(remedy)")
    }
    return result
  }
}

extension String {
  /// The text without white space at its ends.
  fileprivate var withoutBlankEnds: String {
    let isBlank = { (scalar: Unicode.Scalar) in TextScanner.isWhiteSpace(scalar.value) }
    let start = unicodeScalars.drop(while: isBlank)
    return String(start.prefix(start.count - start.reversed().prefix(while: isBlank).count))
  }
}
