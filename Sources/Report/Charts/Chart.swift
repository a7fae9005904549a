import Tables

/// A drawing of data, with the same data in words and as a table.
protocol Chart: Sendable {
  var title: String { get }
  /// What is plotted, in sentences that hold the ranges and the ends: the text alternative.
  var summary: String { get }
  /// All data behind the drawing.
  var table: Table { get }

  func svg(id: String) -> String
}

extension Chart {
  /// The drawing as an `<svg>` element that is alone on its page.
  var svg: String { svg(id: "chart") }

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

  init(_ x: Double, _ y: Double) {
    (self.x, self.y) = (x, y)
  }
}

/// A value that others are compared with, such as the level of chance or the entropy of a source.
struct Reference: Sendable, Equatable {
  let name: String
  let value: Double

  var title: String { "\(name): \(Numeral.value(value, digits: 6))" }
}
