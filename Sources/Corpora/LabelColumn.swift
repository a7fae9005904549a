/// Which of two columns has the labels, and whether the first row names them: decided by what stands in them, and said.
struct LabelColumn: Equatable, Sendable {
  /// 0 or 1.
  let place: Int
  /// The first row, if it names the columns.
  let header: [String]?
  /// What was decided, where it is not what is usual.
  let notes: [String]

  /// What is known about labels from the texts that a classifier learns from.
  struct Known: Sendable {
    var labels: Set<String>
    var header: [String]?
  }

  /// Names that decide by themselves: of texts, and of labels.
  static let names = (texts: Set(["text", "sentence"]), labels: Set(["label", "category", "class"]))

  /// Looks at rows of two columns.
  ///
  /// The labels are the column with few different values, the second if both have as many; where labels are known, the column
  /// that has more of them. The first row names the columns if its label is unlike those below it (no number above numbers, or
  /// alone where they repeat) and its text is a name and no sentence.
  ///
  /// - Throws: `CorpusError` if the columns do not tell which of them has the labels.
  init(of rows: [[String]], known: Known?) throws(CorpusError) {
    let first = rows[0]
    let names = first.map { $0.lowercased() }
    let named = (0...1).first { Self.names.labels.contains(names[$0]) && Self.names.texts.contains(names[1 - $0]) }
    let below = rows.count > 1 ? rows[1...] : rows[...]
    let counts = (0...1).map { column in
      below.reduce(into: [String: Int]()) { $0[$1[column], default: 0] += 1 }
    }
    var notes: [String] = []
    if let named {
      place = named
    } else if let known {
      let hits = (0...1).map { column in rows.count { known.labels.contains($0[column]) } }
      place = hits[0] > hits[1] ? 0 : 1
    } else {
      place = try Self.column(counts.map(\.count))
    }
    let (text, label) = (first[1 - place], first[place])
    var isHeader = named != nil || first == known?.header
    if !isHeader, rows.count > 1, Self.isUnlike(label, counts[place], known) {
      isHeader = Self.isName(text)
      if !isHeader {
        notes.append(
          "the label \(label.debugDescription) of line 1 is in no other line: remove that line if it names the columns")
      }
    }
    header = isHeader ? first : nil
    if place == 0 {
      let values = (0...1).map { column in Set((isHeader ? below : rows[...]).map { $0[column] }).count }
      notes.append(
        "the first column has the labels, \(values[0]) different ones, the second the texts, \(values[1]) different ones"
      )
    }
    if isHeader {
      notes.append("the first line names the columns: \(text.debugDescription), \(label.debugDescription)")
    }
    self.notes = notes
  }

  /// The column with fewer different values, if there are clearly fewer where that is not the usual second.
  private static func column(_ counts: [Int]) throws(CorpusError) -> Int {
    // One value is no choice.
    if counts[1] <= counts[0] || counts[0] == 1 { return 1 }
    if 2 * counts[0] <= counts[1] { return 0 }
    throw CorpusError(
      "cannot tell which column has the labels: found \(counts[0]) and \(counts[1]) different values; "
        + "expected a first line that says it, \"text\" and \"label\" or \"label\" and \"text\"")
  }

  /// Whether a label does not belong to those below it, which are counted.
  private static func isUnlike(_ label: String, _ below: [String: Int], _ known: Known?) -> Bool {
    if let known { return !known.labels.contains(label) && below.keys.contains(where: known.labels.contains) }
    // Two labels at least are in the rows of any task.
    guard below[label] == nil, below.count > 1 else { return false }
    if below.keys.allSatisfy({ Double($0) != nil }) { return Double(label) == nil }
    // Of many labels some may be rare.
    return 10 * below.values.count { $0 == 1 } <= below.count
  }

  /// Whether a text may name a column: a few words, and no sentence.
  private static func isName(_ text: String) -> Bool {
    text.count <= 30 && text.split(separator: " ").count <= 3 && !text.contains { ".!?,;:".contains($0) }
  }
}
