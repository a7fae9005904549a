/// Vertical references: lines across the plot, their names above it in as few rows as keep them apart.
struct EventLabels {
  private struct Label {
    let reference: Reference
    let name: String
    let line: Double
    let middle: Double
    /// From 0 next to the plot; nil if all rows are taken.
    let row: Int?
  }

  private static let mostRows = 3
  private let labels: [Label]

  /// How many rows the names take.
  var rows: Int { (labels.compactMap(\.row).max() ?? -1) + 1 }

  init(_ references: [Reference], x: PlotScale) {
    var (labels, ends) = ([Label](), [Double](repeating: -.infinity, count: EventLabels.mostRows))
    let drawn = references.filter { Omissions.reason(against: $0.value, on: x.axis.scale) == nil }
    for reference in drawn.sorted(by: { $0.value < $1.value }) {
      let name = TextWidth.shortened(reference.name, to: Layout.width / 2)
      let (line, half) = (x.position(reference.value), TextWidth.of(name) / 2)
      let middle = max(half, min(Layout.width - half, line))
      let row = ends.firstIndex { $0 + Layout.gap <= middle - half }
      if let row { ends[row] = middle + half }
      labels.append(Label(reference: reference, name: name, line: line, middle: middle, row: row))
    }
    self.labels = labels
  }

  /// Returns the lines with their names.
  func lines(across plot: Box) -> String {
    labels.map { label in
      let text = label.row.map { row in
        Markup.text(
          label.name, x: label.middle, y: plot.top - Layout.gap - Double(row) * Layout.lineHeight, anchor: .middle)
      }
      return "<g class=\"event\"><title>\(Markup.escaped(label.reference.title))</title>"
        + Markup.line("reference", label.line, plot.top - Layout.gap / 2, label.line, plot.bottom)
        + (text ?? "") + "</g>\n"
    }.joined()
  }
}
