/// A drawing of data, with the same data in words and as a table.
public protocol Chart: Sendable {
  /// What is shown, in a few words.
  var title: String { get }
  /// What is plotted, in sentences that hold the ranges and the ends: the text alternative.
  var summary: String { get }
  /// All data behind the drawing.
  var table: DataTable { get }

  /// Returns the drawing as an `<svg>` element.
  ///
  /// - Parameter id: What the ids in it begin with: letters, digits and hyphens, once on a page.
  /// - Returns: Well-formed XML that is styled by ``ChartStyle/css``.
  func svg(id: String) -> String
}

extension Chart {
  /// The drawing as an `<svg>` element that is alone on its page.
  public var svg: String { svg(id: "chart") }

  /// Returns the chart as it stands on a page: title and caption, drawing, and the data in a `<details>` element.
  ///
  /// - Parameters:
  ///   - id: What the ids in it begin with: letters, digits and hyphens, once on a page.
  ///   - caption: What the reader is to see in it.
  ///   - mostRows: How many rows of the table are printed at most, at least 2.
  /// - Returns: A `<figure>` of class `chart`.
  public func figure(id: String, caption: String? = nil, mostRows: Int = 100) -> String {
    let caption = caption.map { " " + Markup.escaped($0) } ?? ""
    let name = Markup.escaped("Data of \(title)")
    return """
      <figure class="chart" id="\(id)">
      <figcaption><strong>\(Markup.escaped(title))</strong>\(caption)</figcaption>
      \(svg(id: id))
      <details><summary aria-label="\(name)">Data</summary><div class="rows" tabindex="0" role="region" aria-label="\(name)">
      \(table.html(mostRows: mostRows))
      </div></details>
      </figure>
      """
  }
}
