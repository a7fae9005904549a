import TestSupport
import Testing

@testable import Report

@Suite("Charts on a page")
struct ChartTests {
  @Test("A figure has its title, caption, drawing with text alternative, and the data as a table")
  func figure() throws {
    for chart in Samples.all("name") {
      let figure = try #require(Markings.parse(chart.figure(id: "loss", caption: "Look here.")))
      #expect(figure.name == "figure" && figure.attributes["id"] == "loss")
      #expect(figure.children.map(\.name) == ["figcaption", "svg", "details"])
      #expect(figure.children[0].children.first?.text == "name")
      let svg = figure.children[1]
      #expect(svg.attributes["role"]?.split(separator: " ").contains("img") == true)
      let texts = svg.children.filter {
        [svg.attributes["aria-labelledby"], svg.attributes["aria-describedby"]].contains($0.attributes["id"])
      }
      #expect(texts.map(\.name) == ["title", "desc"])
      #expect(texts.map(\.text) == [chart.title, chart.summary])
      let table = try #require(figure.all.first { $0.name == "table" })
      let rows = table.all.filter { $0.name == "tr" }.map { $0.children.map(\.text) }
      #expect(rows == [chart.table.columns.map(\.heading)] + chart.table.texts)
    }
  }

  @Test("Ids begin with the figure's and are there once; the same chart is drawn the same")
  func ids() throws {
    for chart in Samples.all("name") {
      let page = try #require(Markings.parse("<main>\(chart.figure(id: "a"))\(chart.figure(id: "b"))</main>"))
      let ids = page.all.compactMap { $0.attributes["id"] }
      #expect(ids.count >= 6 && Set(ids).count == ids.count)
      #expect(ids.allSatisfy { $0 == "a" || $0 == "b" || $0.hasPrefix("a-") || $0.hasPrefix("b-") })
      #expect(chart.figure(id: "a") == chart.figure(id: "a"))
    }
  }

  @Test("Every point has a title and a value that a style sheet can show; the table stops the keyboard, points do not")
  func points() throws {
    for chart in Samples.all("name") {
      let drawing = try Samples.drawing(chart)
      let points = drawing.of("point")
      #expect(!points.isEmpty)
      for point in points {
        #expect(point.attributes["tabindex"] == "-1" && point.attributes["role"] == "img")
        #expect(point.title?.isEmpty == false)
        #expect(point.of("target").count == 1 && point.of("value").count == 1)
      }
      // Stops: the summary that opens the table, and the table, which scrolls.
      let figure = try #require(Markings.parse(chart.figure(id: "a")))
      let stops = figure.all.filter { $0.name == "summary" || $0.attributes["tabindex"] == "0" }
      #expect(stops.map(\.name) == ["summary", "div"])
      #expect(stops.map { $0.attributes["aria-label"] } == ["Data of name", "Data of name"])
      #expect(!drawing.all.contains { $0.name == "script" || $0.name == "image" || $0.attributes["href"] != nil })
      #expect(!drawing.all.contains { $0.attributes.keys.contains { $0.hasPrefix("on") || $0 == "style" } })
    }
  }

  @Test("Text has at least ten pixels at a width of 360")
  func size() throws {
    let drawing = try Samples.drawing(Samples.line([Point(0, 1)]))
    let width = try #require(Double(drawing.attributes["viewBox"]?.split(separator: " ")[2] ?? ""))
    #expect(width == Layout.width && Layout.fontSize * 360 / width >= 10)
    #expect(ChartStyle.css.contains("font:\(Int(Layout.fontSize))px"))
  }
}
