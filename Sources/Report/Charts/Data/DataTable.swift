/// The data behind a chart as a table.
public struct DataTable: Sendable, Equatable {
  /// What stands in a row and a column.
  public enum Cell: Sendable, Equatable {
    /// Words.
    case text(String)
    /// A number, finite or not.
    case number(Double)
    /// Nothing was measured.
    case missing

    /// The number, or that there is none.
    ///
    /// - Parameter value: A number or nil.
    /// - Returns: A cell.
    public static func optional(_ value: Double?) -> Cell { value.map(Cell.number) ?? .missing }

    var text: String {
      switch self {
      case .text(let text): text
      case .number(let value): Numeral.value(value, digits: 6)
      case .missing: "–"
      }
    }
  }

  /// The titles of the columns.
  public let columns: [String]
  /// As many cells in each row as there are columns.
  public let rows: [[Cell]]
  /// What the reader should know, such as how many values are not finite.
  public let notes: [String]

  /// Creates a table.
  ///
  /// - Parameters:
  ///   - columns: The titles of the columns.
  ///   - rows: As many cells in each row as there are columns.
  ///   - notes: What the reader should know.
  public init(columns: [String], rows: [[Cell]], notes: [String] = []) {
    for row in rows {
      precondition(row.count == columns.count, "DataTable: \(columns.count) cells expected, found \(row.count)")
    }
    self.columns = columns
    self.rows = rows
    self.notes = notes
  }

  /// Returns the table as HTML; of very many rows an even choice, which its caption says.
  ///
  /// - Parameter mostRows: How many rows are printed at most, at least 2.
  /// - Returns: A `<table>` whose first column names the rows.
  public func html(mostRows: Int = 100) -> String {
    let shown = Thinning.evenly(rows.count, atMost: mostRows)
    var captions = notes
    if shown.count < rows.count {
      captions.append("\(Numeral.count(shown.count)) of \(Numeral.count(rows.count)) rows")
    }
    let caption =
      captions.isEmpty ? "" : "<caption>\(captions.map { Markup.escaped($0) + "." }.joined(separator: " "))</caption>"
    let head = columns.map { "<th scope=\"col\">\(Markup.escaped($0))</th>" }.joined()
    let body = shown.map { index in
      let cells = rows[index].enumerated().map { column, cell in
        let text = Markup.escaped(cell.text)
        return column == 0 ? "<th scope=\"row\">\(text)</th>" : "<td>\(text)</td>"
      }
      return "<tr>\(cells.joined())</tr>"
    }
    return "<table>\(caption)<thead><tr>\(head)</tr></thead><tbody>\(body.joined(separator: "\n"))</tbody></table>"
  }
}
