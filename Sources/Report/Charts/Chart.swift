import Tables

/// A drawing of data, with the same data in words and as a table.
protocol Chart: Sendable {
  var title: String { get }
  /// What is plotted, in sentences that hold the ranges and the ends.
  var sentences: [String] { get }
  /// All data behind the drawing.
  var table: Table { get }
  /// What has no place in the drawing.
  var omissions: Omissions { get }

  /// The drawing without what is said of omissions; nil if there is nothing to be drawn.
  func drawing(id: String) -> Drawing?
}

extension Chart {
  /// The text alternative.
  var summary: String { Wording.text(sentences + omissions.sentences) }

  func svg(id: String) -> String {
    var drawing = self.drawing(id: id) ?? Drawing(nothingBut: omissions)
    drawing.add(notes: omissions.sentences)
    return drawing.svg(id: id, chart: self)
  }

  /// Returns the chart as it stands on a page: title and caption, drawing, and the data in a `<details>` element.
  func figure(id: String, caption: String? = nil, mostRows: Int = 100) -> String {
    let caption = caption.map { " " + $0.inMarkup } ?? ""
    let name = "Data of \(title)".inMarkup
    return """
      <figure class="chart" id="\(id)">
      <figcaption><strong>\(title.inMarkup)</strong>\(caption)</figcaption>
      \(svg(id: id))
      <details><summary aria-label="\(name)">Data</summary><div class="rows" tabindex="0" role="region" aria-label="\(name)">
      \(table.html(mostRows: mostRows))
      </div></details>
      </figure>
      """
  }
}

/// What a direction of a chart measures.
struct Axis: Sendable, Equatable {
  enum Scale: Sendable {
    /// Equal differences are equally far apart.
    case linear
    /// Equal ratios are equally far apart; the ticks are powers of two if all data are, else round decimal numbers.
    case logarithmic
  }

  let label: String
  var unit: String?
  var scale: Scale = .linear
  /// Whether a linear axis shows 0, however far away the data are.
  var includesZero: Bool = false

  /// The same axis with 0 on it.
  var includingZero: Axis { Axis(label: label, unit: unit, scale: scale, includesZero: true) }

  var title: String { unit.map { "\(label) (\($0))" } ?? label }

  /// A value of this quantity in words.
  func words(_ value: Double) -> String {
    "\(label) \(Numeral.value(value, digits: 6))" + (unit.map { " " + $0 } ?? "")
  }
}

/// A pair of numbers; what is not finite is shown as a gap and said.
struct Point: Sendable, Equatable {
  let x: Double
  let y: Double

  init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
}

/// A value that others are compared with, such as the chance baseline or the entropy of a source.
struct Reference: Sendable, Equatable {
  let name: String
  let value: Double

  var title: String { "\(name): \(Numeral.value(value, digits: 6))" }
}

extension Table {
  /// The headings of a column of values, and of their intervals if there are any.
  static func headings(_ name: String, hasIntervals: Bool) -> [String] {
    [name] + (hasIntervals ? ["\(name), from", "\(name), to"] : [])
  }
}

extension Table.Cell {
  /// The ends of an interval.
  static func ends(_ interval: ClosedRange<Double>?) -> [Table.Cell] {
    [.optional(interval?.lowerBound), .optional(interval?.upperBound)]
  }
}
