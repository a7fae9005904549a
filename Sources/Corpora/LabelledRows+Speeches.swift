/// Rows out of a play: who says it?
///
/// A play is blocks of a line `NAME:` and the lines of a speech, with an empty line between blocks. Other blocks are passed over,
/// and the line with the name is no part of a text. Only the last tenth of the bytes is read: pretraining on the bytes of
/// the same file is only measured on it.
extension LabelledRows {
  /// What stands before the path of a play where a file of rows could stand.
  static let playPrefix = "speakers:"
  /// How many labels there are at most: the most frequent speakers.
  static let maximumSpeakers = 8
  /// How many speeches a speaker must have.
  static let minimumSpeeches = 10
  /// Of so many speeches of a speaker one is held out in each part: a tenth of a play has few.
  static let heldOutSpeeches = 5

  /// The path of a play; nil if a specification is the path of rows.
  static func play(in specification: String) -> String? {
    specification.hasPrefix(playPrefix) ? String(specification.dropFirst(playPrefix.count)) : nil
  }

  /// Cuts the bytes of a play into speeches, whose labels are their speakers.
  init(play bytes: [UInt8], source: String) throws(CorpusError) {
    try Self.expectUTF8(bytes)
    let heldOut = Splits<Range<Int>>(ofSymbols: bytes.count).train.upperBound
    let lines = Self.lines(of: bytes[...])
    let speeches = lines.indices.split { lines[$0].isEmpty }.compactMap { block -> Row? in
      guard let first = block.first, let last = block.last, first < last, lines[first].startIndex >= heldOut,
        lines[first].count > 1, lines[first].last == UInt8(ascii: ":")
      else { return nil }
      let start = lines[first + 1].startIndex
      return Row(
        text: Array(bytes[start..<lines[last].endIndex]),
        label: String(decoding: lines[first].dropLast(), as: UTF8.self),
        origin: TextOrigin(offset: start, line: first + 2))
    }
    let counts = Dictionary(grouping: speeches, by: \.label).mapValues(\.count)
      .filter { $0.value >= Self.minimumSpeeches }
    let speakers = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.maximumSpeakers).map(\.key)
    guard speakers.count > 1 else {
      throw CorpusError(
        "found \(counts.count) speakers with at least \(Self.minimumSpeeches) speeches in the last tenth, expected at "
          + "least 2; a speech is a line NAME:, its lines, and an empty line")
    }
    self.init(source: source, rows: speeches.filter { speakers.contains($0.label) }, heldOut: Self.heldOutSpeeches)
  }
}
