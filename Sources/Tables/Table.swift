/// Rows of cells under headed columns: shown on a terminal, as Markdown or as HTML.
package struct Table: Sendable, Equatable {
  /// What stands above a column, and how its cells are written.
  package struct Column: Sendable, Equatable {
    package let heading: String
    /// What it shares with its neighbours; stands above them together.
    package let group: String?
    /// After the point of its numbers; six significant digits if nil.
    package let digits: Int?
    package let isNumeric: Bool

    /// A column of words, flush left.
    package static func text(_ heading: String, group: String? = nil) -> Column {
      Column(heading: heading, group: group, digits: nil, isNumeric: false)
    }

    /// A column of numbers, flush right.
    package static func number(
      _ heading: String, unit: String? = nil, group: String? = nil, digits: Int? = nil
    ) -> Column {
      Column(
        heading: unit.map { "\(heading), \($0)" } ?? heading, group: group, digits: digits, isNumeric: true)
    }
  }

  /// What stands in a row and a column.
  package enum Cell: Sendable, Equatable, ExpressibleByStringInterpolation {
    case text(String)
    /// A number, finite or not, with its own or its column's digits after the point.
    case number(Double, digits: Int? = nil)
    case estimate(Estimate, digits: Int? = nil)
    /// Nothing was measured.
    case missing

    package init(stringLiteral text: String) { self = .text(text) }

    /// The number, or that there is none.
    package static func optional(_ value: Double?, digits: Int? = nil) -> Cell {
      value.map { .number($0, digits: digits) } ?? .missing
    }

    /// The estimate, or that there is none.
    package static func estimated(_ estimate: Estimate?, digits: Int? = nil) -> Cell {
      estimate.map { .estimate($0, digits: digits) } ?? .missing
    }

    package func text(in column: Column) -> String {
      switch self {
      case .text(let text): text
      case .number(let value, let own): Numeral.text(value, digits: own ?? column.digits)
      case .estimate(let estimate, let own): estimate.text(digits: own ?? column.digits)
      case .missing: "–"
      }
    }
  }

  /// May be empty.
  package var title: String
  package let columns: [Column]
  package private(set) var rows: [[Cell]] = []
  /// What the reader should know, such as what ± means.
  package var notes: [String]

  /// Creates a table of at least one column, whose first names the rows.
  package init(_ title: String = "", columns: [Column], rows: [[Cell]] = [], notes: [String] = []) {
    precondition(!columns.isEmpty, "Table: at least one column expected")
    (self.title, self.columns, self.notes) = (title, columns, notes)
    for row in rows { append(row) }
  }

  /// Creates a table whose first column is of words and whose others are of numbers.
  package init(_ title: String = "", headings: [String], rows: [[Cell]] = [], notes: [String] = []) {
    let columns = headings.enumerated().map { $0.offset == 0 ? Column.text($0.element) : .number($0.element) }
    self.init(title, columns: columns, rows: rows, notes: notes)
  }

  /// Appends a row of words; nil where nothing was measured.
  package mutating func append(texts: [String?]) { append(texts.map { $0.map(Cell.text) ?? .missing }) }

  /// Appends a row with a cell for each column.
  package mutating func append(_ cells: [Cell]) {
    precondition(cells.count == columns.count, "Table: \(columns.count) cells expected, found \(cells.count)")
    rows.append(cells)
  }

  /// The rows as they are written.
  package var texts: [[String]] { rows.map { zip($0, columns).map { $0.text(in: $1) } } }
}

/// At most so many of the indices below a count, evenly spread, always with the first and the last.
package func evenIndices(below count: Int, atMost most: Int) -> [Int] {
  count <= most ? Array(0..<count) : (0..<most).map { $0 * (count - 1) / (most - 1) }
}
