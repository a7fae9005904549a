import RunFiles

/// Labelled texts ready for training and evaluation, in the symbols of a pretrained model.
public struct ClassificationTask: Sendable {
  /// What results call it.
  public let name: String
  /// The labels of the training part, sorted by their bytes; a label's number is its place here.
  public let labels: [String]
  /// Training, validation and test data, each in file order.
  public let splits: Splits<[LabelledText]>
  /// How many symbols of a text are read at most: of a longer one the last.
  public let context: Int
  /// How many texts of each part were longer than that.
  public let truncated: Splits<Int>
  /// The accuracy that nothing can exceed on the test part; nil where it is not known.
  public let ceiling: Double?
  /// What was decided about files and is to be said, each after a file's name.
  public let notes: [String]

  /// Reads and encodes labelled texts.
  ///
  /// - Throws: `FileError`: `missing` for a file that is not there, `damaged` for one that is not labelled texts, has a
  ///   symbol that the vocabulary lacks, one label only, or a label that the training part lacks.
  public init(_ sources: ClassificationSources, vocabulary: Vocabulary, context: Int) throws {
    let parts: Splits<LabelledRows>
    var ceiling: Double?
    if sources.train == ClassificationSources.builtin {
      guard vocabulary.tokenization != .words else {
        throw FileError(
          .damaged, sources.train, "has no words: expected a model of bytes or characters, or --data with texts")
      }
      let rows = DialectTask.rows
      parts = rows.map { LabelledRows(source: sources.train, rows: $0) }
      ceiling = DialectTask.optimalAccuracy(on: rows.test)
    } else {
      parts = try Self.files(sources)
    }
    try self.init(name: sources.name, parts, vocabulary: vocabulary, context: context, ceiling: ceiling)
  }

  /// Encodes the rows of three parts.
  init(
    name: String, _ parts: Splits<LabelledRows>, vocabulary: Vocabulary, context: Int, ceiling: Double? = nil
  ) throws {
    precondition(context > 0, "ClassificationTask: a context of \(context) symbols")
    let labels = Set(parts.train.rows.map(\.label)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    guard labels.count > 1 else {
      throw FileError(
        .damaged, parts.train.source,
        "found the label \(labels[0].debugDescription) alone in the training part, expected at least two labels")
    }
    let encoded = try parts.map { try Self.encoded($0, labels: labels, vocabulary: vocabulary, context: context) }
    splits = encoded.map(\.texts)
    truncated = encoded.map(\.truncated)
    (self.name, self.labels, self.context, self.ceiling) = (name, labels, context, ceiling)
    let files = parts.all
    notes = files.enumerated().flatMap { number, part in
      files[..<number].contains { $0.source == part.source } ? [] : part.named
    }
  }

  /// Reads the texts of a file for a classifier that was trained before.
  ///
  /// - Throws: `FileError`, `missing` or `damaged`, for instance for a label that is not among the classifier's.
  public static func texts(
    at path: String, labels: [String], vocabulary: Vocabulary, context: Int
  ) throws -> (texts: [LabelledText], truncated: Int, notes: [String]) {
    let rows = try LabelledRows(reading: path, known: LabelColumn.Known(labels: Set(labels)))
    let found = try encoded(rows, labels: labels, vocabulary: vocabulary, context: context)
    return (found.texts, found.truncated, rows.named)
  }

  private static func encoded(
    _ part: LabelledRows, labels: [String], vocabulary: Vocabulary, context: Int
  ) throws -> (texts: [LabelledText], truncated: Int) {
    let numbers = Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($1, Int32($0)) })
    var truncated = 0
    let texts = try part.rows.map { row in
      guard let label = numbers[row.label] else {
        throw FileError(
          .damaged, part.source,
          "line \(row.origin.line): found the label \(row.label.debugDescription), expected one of the "
            + "\(labels.count) of the training part"
            + (row.origin.line == 1 ? "; if the line names the columns, remove it" : ""))
      }
      let symbols: [Int32]
      do {
        symbols = try vocabulary.encode(row.text, from: row.origin)
      } catch {
        throw FileError(.damaged, part.source, "\(error)")
      }
      guard !symbols.isEmpty else {
        throw FileError(
          .damaged, part.source,
          "line \(row.origin.line): found a text without any of the vocabulary's \(vocabulary.tokenization)")
      }
      if symbols.count > context { truncated += 1 }
      return LabelledText(symbols: Array(symbols.suffix(context)), label: label)
    }
    return (texts, truncated)
  }

  /// The rows of files; what has no file of its own is taken from the training rows.
  private static func files(_ sources: ClassificationSources) throws -> Splits<LabelledRows> {
    let train = try LabelledRows(reading: sources.train)
    let known = LabelColumn.Known(labels: Set(train.rows.map(\.label)), header: train.header)
    let validation = try sources.validation.map { try LabelledRows(reading: $0, known: known) }
    let test = try sources.test.map { try LabelledRows(reading: $0, known: known) }
    do {
      let own = try train.split(validation: validation == nil, test: test == nil)
      func part(_ rows: [LabelledRows.Row]) -> LabelledRows {
        var part = train
        part.rows = rows
        return part
      }
      return Splits(
        train: part(own.train), validation: validation ?? part(own.validation), test: test ?? part(own.test))
    } catch {
      throw FileError(.damaged, sources.train, error.description)
    }
  }

  /// The longest text, in symbols that are read.
  public var longest: Int {
    splits.all.joined().map(\.symbols.count).max() ?? 0
  }

  /// How many texts of all parts were longer than ``context``.
  public var truncatedCount: Int { truncated.train + truncated.validation + truncated.test }

  /// How many texts of the training part have each label.
  public var counts: [Int] {
    splits.train.reduce(into: [Int](repeating: 0, count: labels.count)) { $0[Int($1.label)] += 1 }
  }

  /// The accuracy on the test part of always answering the training part's most frequent label: chance.
  public var chance: Double { chance(on: .test) }

  /// The accuracy of always answering the training part's most frequent label.
  public func chance(on name: SplitName) -> Double {
    let counts = counts
    let answer = counts.indices.max { (counts[$0], -$0) < (counts[$1], -$1) } ?? 0
    return Double(splits[name].count { Int($0.label) == answer }) / Double(splits[name].count)
  }

  /// A checksum of all labels, symbols and parts (FNV-1a, 64 bits), as 16 hexadecimal digits.
  public var fingerprint: String {
    var fingerprint = Fingerprint()
    for label in labels { for byte in label.utf8 + [0] { fingerprint.add(byte) } }
    for part in splits.all {
      fingerprint.add(part.count)
      for text in part {
        fingerprint.add(text.label)
        fingerprint.add(text.symbols.count)
        for symbol in text.symbols { fingerprint.add(symbol) }
      }
    }
    return fingerprint.digits
  }
}

extension LabelledRows {
  /// What is to be said, each after the file's name.
  fileprivate var named: [String] { notes.map { "\(InputFile.lastComponent(of: source)): \($0)" } }
}

/// A text to classify: its symbols and its label.
public struct LabelledText: Equatable, Sendable {
  /// The symbols, at least one.
  public let symbols: [Int32]
  /// The number of the label.
  public let label: Int32

  /// Creates an example.
  public init(symbols: [Int32], label: Int32) { (self.symbols, self.label) = (symbols, label) }
}
