/// Names below equal slots: in one line or a few where they fit, else slanted and, where slots are narrow, only some.
enum CategoryLabels {
  private static let mostLines = 3

  /// Returns how far the first slanted name reaches to the left of the plot, 0 if names are not slanted.
  static func overhang(_ names: [String], plotWidth: Double) -> Double {
    let slot = plotWidth / Double(max(1, names.count))
    guard lines(names, slot) == nil, let first = names.first else { return 0 }
    return max(0, min(Layout.rotatedWidth, TextWidth.of(first)) / 2.0.squareRoot() - slot / 2 + Layout.gap)
  }

  /// Appends the names below a plot and moves the drawing's bottom below them.
  static func below(_ names: [String], plot: Box, drawing: inout Drawing) {
    let slot = plot.width / Double(max(1, names.count))
    drawing.body += "<g class=\"categories\">\n"
    drawing.bottom = plot.bottom + 1
    if let lines = lines(names, slot) {
      for (index, name) in lines.enumerated() {
        for (number, line) in name.enumerated() {
          drawing.body +=
            Markup.text(
              line, x: plot.left + (Double(index) + 0.5) * slot,
              y: drawing.bottom + Double(number + 1) * Layout.lineHeight, anchor: .middle) + "\n"
        }
      }
      drawing.bottom += Double(lines.map(\.count).max() ?? 0) * Layout.lineHeight
    } else {
      let every = Int((Layout.lineHeight * 1.2 / slot).rounded(.up))
      for (index, name) in names.enumerated() where index.isMultiple(of: every) {
        let middle = plot.left + (Double(index) + 0.5) * slot
        // A slanted name must not leave the drawing on the left.
        let width = min(Layout.rotatedWidth, middle * 2.0.squareRoot())
        drawing.body +=
          Markup.text(
            name, x: middle + 4, y: plot.bottom + Layout.fontSize, anchor: .end, width: width, rotation: -45) + "\n"
      }
      let widest = min(names.map(TextWidth.of).max() ?? 0, Layout.rotatedWidth)
      drawing.bottom = plot.bottom + Layout.fontSize + (widest + 4) / 2.0.squareRoot()
    }
    drawing.body += "</g>\n"
  }

  /// The lines of each name if all words of all names fit into a slot.
  private static func lines(_ names: [String], _ slot: Double) -> [[String]]? {
    let room = slot - Layout.gap
    let lines = names.map { TextWidth.wrapped($0, to: room) }
    return lines.allSatisfy { $0.count <= mostLines && $0.allSatisfy { TextWidth.of($0) <= room } } ? lines : nil
  }
}
