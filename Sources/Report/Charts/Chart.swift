import Tables

/// A drawing of data, with the same data in words and as a table.
package protocol Chart: Sendable {
  /// What is shown, in a few words.
  var title: String { get }
  /// What is plotted, in sentences that hold the ranges and the ends: the text alternative.
  var summary: String { get }
  /// All data behind the drawing.
  var table: Table { get }

  /// Returns the drawing as an `<svg>` element.
  func svg(id: String) -> String
}

extension Chart {
  /// The drawing as an `<svg>` element that is alone on its page.
  package var svg: String { svg(id: "chart") }

  /// Returns the chart as it stands on a page: title and caption, drawing, and the data in a `<details>` element.
  package func figure(id: String, caption: String? = nil, mostRows: Int = 100) -> String {
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
