import TestSupport
import Testing

@testable import Report

@Suite("Scatter charts")
struct ScatterChartTests {
  private static func chart(joins: Bool) -> ScatterChart {
    ScatterChart(
      title: "bits against FLOPs", x: Axis(label: "FLOPs", scale: .logarithmic), y: Samples.y,
      points: ["smoe", "hyperrouter"].enumerated().flatMap { index, name in
        [1.0, 2, 4].map {
          LabelledPoint(series: name, label: "k = \(Int($0))", x: 1e5 * $0, y: 1.5 + Double(index) + 0.5 / $0)
        }
      }, joinsSeries: joins)
  }

  @Test("Points lie where the axes say, with the marker of their series", arguments: [true, false])
  func places(_ joins: Bool) throws {
    let chart = Self.chart(joins: joins)
    let drawing = try Samples.drawing(chart)
    let (x, y) = (try DrawnAxis(drawing, "x-axis", .logarithmic), try DrawnAxis(drawing, "y-axis"))
    let places = try Samples.places(drawing)
    #expect(places.count == 6)
    for (point, place) in zip(chart.points, places) {
      #expect(x.shows(point.point.x, at: place.x) && y.shows(point.point.y, at: place.y), "\(point)")
    }
    let markers = drawing.children.filter { $0.has("marker") }
    let keys = drawing.of("entry").flatMap { $0.of("marker") }
    #expect(markers.map(\.classes) == keys.map(\.classes) && markers.map(\.subpaths.count) == [3, 3])
    #expect(drawing.of("entry").compactMap { $0.children.last?.text } == ["smoe", "hyperrouter"])
    #expect(drawing.children.filter { $0.has("line") }.map { $0.subpaths[0].count } == (joins ? [3, 3] : []))
    for (marker, start) in zip(markers, [2.0, 3]) {
      // A marker begins at the height of its middle, or above it.
      let height = marker.subpaths[0][0].y
      #expect(places.contains { abs($0.y - height) < 0.01 && y.shows(start, at: $0.y) })
    }
  }

  @Test("Labels hide neither markers nor each other; all are in the titles")
  func labels() throws {
    let drawing = try Samples.drawing(Self.chart(joins: true))
    let boxes = try drawing.of("name").map { text in
      let anchor = Markup.Anchor(rawValue: text.attributes["text-anchor"] ?? "start") ?? .start
      return Box(text: text.text, x: try text.number("x"), y: try text.number("y"), anchor: anchor)
    }
    #expect(boxes.count >= 4)
    let places = try Samples.places(drawing)
    for (index, box) in boxes.enumerated() {
      #expect(!boxes.dropFirst(index + 1).contains(where: box.overlaps))
      #expect(!places.contains { box.left < $0.x && $0.x < box.right && box.top < $0.y && $0.y < box.bottom })
    }
    let titles = drawing.of("point").compactMap(\.title)
    #expect(titles[1] == "smoe, k = 2: FLOPs 200000, loss 1.75 bits" || titles[1].contains("200,000"))
  }
}
