import Report

/// A table of a part, as a person reads it on a terminal and on a page: mean ± standard deviation over seeds.
struct OpenTable {
  let title: String
  /// The columns; the first is words, the others are numbers.
  let columns: [String]
  private(set) var rows: [[String]] = []
  /// What the reader should know.
  var notes: [String] = []

  /// Creates a table without rows.
  init(_ title: String, _ columns: [String], notes: [String] = []) {
    (self.title, self.columns, self.notes) = (title, columns, notes)
  }

  /// Appends a row.
  ///
  /// - Parameter cells: As many as there are columns; nil where nothing was measured.
  mutating func append(_ cells: [String?]) {
    precondition(cells.count == columns.count, "OpenTable: \(columns.count) cells expected, found \(cells.count)")
    rows.append(cells.map { $0 ?? "–" })
  }

  /// For a terminal.
  var text: TextTable {
    var table = TextTable(columns.enumerated().map { $0.offset == 0 ? .text($0.element) : .number($0.element) })
    for row in rows { table.append(row) }
    return table
  }

  /// For a page, which ends every note with a full stop itself.
  var data: DataTable {
    DataTable(
      columns: columns, rows: rows.map { $0.map(DataTable.Cell.text) },
      notes: notes.map { $0.hasSuffix(".") ? String($0.dropLast()) : $0 })
  }
}
