extension Table {
  private static let gap = "  "

  /// The table as lines for a terminal: title, headings, a rule, rows, notes; no boxes.
  ///
  /// Too wide a table first breaks its headings at spaces, then continues below with its first column repeated, and the
  /// heading of a group with each of its pieces; a single cell is cut only where it alone does not fit. Numbers are never
  /// cut to make room. No line ends in spaces.
  ///
  /// - Parameter width: The longest line in characters, at least 8.
  package func text(width: Int, style: TextStyle = TextStyle(isColoured: false)) -> String {
    precondition(width >= 8, "Table.text: width must be at least 8, found \(width)")
    let texts = texts.map { $0.map(\.onOneLine) }
    let cellWidths = columns.indices.map { index in texts.map { $0[index].count }.max() ?? 0 }
    /// A column beside the one before it in its block, whose group it may continue.
    func piece(_ index: Int, after previous: Int?, isNarrow: Bool) -> Piece {
      let isContinued = previous.map { columns[$0].group == columns[index].group } ?? false
      let heading = [isContinued ? nil : columns[index].group, columns[index].heading].compactMap { $0 }
        .joined(separator: ": ").onOneLine
      let longest = isNarrow ? heading.split(separator: " ").map(\.count).max() ?? 0 : heading.count
      let wanted = max(longest, cellWidths[index])
      return Piece(index: index, heading: heading, width: isNarrow ? min(width, wanted) : wanted)
    }
    func total(_ pieces: [Piece]) -> Int {
      pieces.reduce(0) { $0 + $1.width } + Self.gap.count * (pieces.count - 1)
    }
    var blocks = [columns.indices.map { piece($0, after: $0 > 0 ? $0 - 1 : nil, isNarrow: false) }]
    if total(blocks[0]) > width {
      let first = piece(0, after: nil, isNarrow: true)
      blocks = columns.indices.dropFirst().reduce(into: [[first]]) { blocks, index in
        let grown = blocks[blocks.count - 1] + [piece(index, after: blocks.last?.last?.index, isNarrow: true)]
        let fresh = [first, piece(index, after: nil, isNarrow: true)]
        if total(grown) <= width {
          blocks[blocks.count - 1] = grown
        } else {
          blocks.append(total(fresh) <= width ? fresh : [fresh[1]])
        }
      }
    }
    let shown = blocks.map { lines($0, rule: total($0), texts, style).joined(separator: "\n") }
    return (title.isEmpty ? "" : style.bold(title.onOneLine) + "\n") + shown.joined(separator: "\n\n")
      + notes.flatMap { $0.onOneLine.wrapped(to: width) }.map { "\n" + $0 }.joined()
  }

  /// A column in its place.
  private struct Piece {
    let index: Int
    let heading: String
    let width: Int
  }

  private func lines(_ pieces: [Piece], rule: Int, _ texts: [[String]], _ style: TextStyle) -> [String] {
    let headings = pieces.map { $0.heading.wrapped(to: $0.width) }
    let height = headings.map(\.count).max() ?? 0
    // Headings stand on the rule: short ones leave the upper lines empty.
    let padded = headings.map { Array(repeating: "", count: height - $0.count) + $0 }
    return (0..<height).map { line in style.bold(joined(pieces, padded.map { $0[line] })) }
      + [style.faint(String(repeating: "-", count: rule))]
      + texts.map { row in joined(pieces, pieces.map { row[$0.index] }) }
  }

  private func joined(_ pieces: [Piece], _ texts: [String]) -> String {
    let cells = zip(pieces, texts).map { piece, text in
      let shown = text.count > piece.width ? text.prefix(piece.width - 1) + "…" : text
      return String(shown).padded(to: piece.width, isFlushLeft: !columns[piece.index].isNumeric)
    }
    return cells.joined(separator: Self.gap).withoutTrailingSpaces
  }
}
