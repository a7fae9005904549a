/// A table of text: a header, a rule, rows; no boxes.
///
/// Too wide a table first breaks its titles at spaces, then continues below with its first column repeated; a single
/// cell is cut only where it alone does not fit. Numbers are never cut to make room.
public struct TextTable: Sendable, Equatable {
  /// On which side a column is flush.
  public enum Alignment: Sendable {
    /// Words.
    case left
    /// Numbers.
    case right
  }

  /// A column's title and alignment.
  public struct Column: Sendable, Equatable {
    let title: String
    let alignment: Alignment

    /// A column of words.
    ///
    /// - Parameter title: What stands above it.
    /// - Returns: A column flush left.
    public static func text(_ title: String) -> Column { Column(title: title.onOneLine, alignment: .left) }

    /// A column of numbers.
    ///
    /// - Parameter title: What stands above it.
    /// - Returns: A column flush right.
    public static func number(_ title: String) -> Column { Column(title: title.onOneLine, alignment: .right) }
  }

  private let columns: [Column]
  private var rows: [[String]] = []
  private static let gap = "  "

  /// Creates a table without rows.
  ///
  /// - Parameter columns: At least one.
  public init(_ columns: [Column]) {
    precondition(!columns.isEmpty, "TextTable: at least one column expected")
    self.columns = columns
  }

  /// Appends a row.
  ///
  /// - Parameter cells: One text for each column.
  public mutating func append(_ cells: [String]) {
    precondition(cells.count == columns.count, "TextTable: \(columns.count) cells expected, found \(cells.count)")
    rows.append(cells.map(\.onOneLine))
  }

  /// Returns the table as lines.
  ///
  /// - Parameters:
  ///   - width: The longest line in characters, at least 8.
  ///   - style: How the header is set off.
  /// - Returns: Lines without spaces at their ends, without a line feed after the last.
  func text(width: Int, style: TextStyle) -> String {
    precondition(width >= 8, "TextTable.text: width must be at least 8, found \(width)")
    let one = columns.indices.map { index in max(columns[index].title.count, cellWidth(index)) }
    if total(one) <= width { return block(Array(columns.indices), one, style).joined(separator: "\n") }
    let narrow = columns.indices.map { index in
      min(width, max(columns[index].title.split(separator: " ").map(\.count).max() ?? 0, cellWidth(index)))
    }
    var blocks: [[Int]] = [[0]]
    for index in columns.indices.dropFirst() {
      let grown = blocks[blocks.count - 1] + [index]
      if total(grown.map { narrow[$0] }) <= width {
        blocks[blocks.count - 1] = grown
      } else if narrow[0] + TextTable.gap.count + narrow[index] <= width {
        blocks.append([0, index])
      } else {
        blocks.append([index])
      }
    }
    return blocks.map { block($0, narrow, style).joined(separator: "\n") }.joined(separator: "\n\n")
  }

  private func cellWidth(_ index: Int) -> Int { rows.map { $0[index].count }.max() ?? 0 }

  private func total(_ widths: [Int]) -> Int { widths.reduce(0, +) + TextTable.gap.count * (widths.count - 1) }

  private func block(_ indices: [Int], _ widths: [Int], _ style: TextStyle) -> [String] {
    let titles = indices.map { HelpText.wrapped(columns[$0].title, width: widths[$0]) }
    let height = titles.map(\.count).max() ?? 0
    let header = (0..<height).map { line in
      // Titles stand on the rule: short ones leave the upper lines empty.
      joined(indices, widths) { position in
        let missing = height - titles[position].count
        return line < missing ? "" : titles[position][line - missing]
      }
    }
    let rule = String(repeating: "-", count: total(indices.map { widths[$0] }))
    let body = rows.map { row in joined(indices, widths) { row[indices[$0]] } }
    return header.map(style.bold) + [style.faint(rule)] + body
  }

  private func joined(_ indices: [Int], _ widths: [Int], cell: (Int) -> String) -> String {
    let cells = indices.enumerated().map { position, index in
      let text = cell(position)
      let shown = text.count > widths[index] ? text.prefix(widths[index] - 1) + "…" : text
      let padding = String(repeating: " ", count: widths[index] - shown.count)
      return columns[index].alignment == .left ? shown + padding : padding + shown
    }
    let line = cells.joined(separator: TextTable.gap)
    return String(line.prefix(line.count - line.reversed().prefix { $0 == " " }.count))
  }
}
