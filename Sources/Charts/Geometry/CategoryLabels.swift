/// Names below equal slots: straight where all fit, else slanted, shortened and, where slots are narrow, only some.
enum CategoryLabels {
  /// Appends the names below a plot and moves the drawing's bottom below them.
  static func below(_ names: [String], plot: Box, drawing: inout Drawing) {
    let slot = plot.width / Double(max(1, names.count))
    let widest = names.map(TextWidth.of).max() ?? 0
    drawing.body += "<g class=\"categories\">\n"
    if widest + Layout.gap <= slot {
      drawing.bottom = plot.bottom + Layout.lineHeight + 1
      for (index, name) in names.enumerated() {
        let middle = plot.left + (Double(index) + 0.5) * slot
        drawing.body += Markup.text(name, x: middle, y: drawing.bottom, anchor: .middle) + "\n"
      }
    } else {
      let every = Int((Layout.lineHeight * 1.2 / slot).rounded(.up))
      for (index, name) in names.enumerated() where index.isMultiple(of: every) {
        let middle = plot.left + (Double(index) + 0.5) * slot
        // A slanted name must not leave the drawing on the left.
        let width = min(Layout.rotatedWidth, middle * 2.0.squareRoot() - 4)
        drawing.body +=
          Markup.text(
            name, x: middle + 4, y: plot.bottom + Layout.fontSize, anchor: .end, width: width, rotation: -45) + "\n"
      }
      drawing.bottom =
        plot.bottom + Layout.fontSize + (min(widest, Layout.rotatedWidth) + 4) / 2.0.squareRoot()
    }
    drawing.body += "</g>\n"
  }
}
