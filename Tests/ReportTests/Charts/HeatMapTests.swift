import TestSupport
import Testing

@testable import Report

@Suite("Heat maps")
struct HeatMapTests {
  private static func chart(rows: Int, columns: Int, most: Double? = nil) -> HeatMap {
    HeatMap(
      title: "map", rows: (0..<rows).map { "r\($0)" }, columns: (0..<columns).map { "c\($0)" }, rowLabel: "dialect",
      columnLabel: "expert", values: (0..<rows).map { row in (0..<columns).map { Double(row * columns + $0) } },
      scaleLabel: "load", unit: "%", most: most)
  }

  @Test("The cell in row r and column c is that of the value there: title, number, place and colour")
  func cells() throws {
    let chart = Self.chart(rows: 3, columns: 5)
    let drawing = try Samples.drawing(chart)
    let points = drawing.of("point")
    let cells = drawing.of("cell")
    #expect(points.count == 15 && cells.count == 15)
    let rowNames = try #require(drawing.of("names").first).children
    let columnNames = try #require(drawing.of("categories").first).children
    #expect(rowNames.map(\.text) == chart.rows && columnNames.map(\.text) == chart.columns)
    let numbers = drawing.children.filter { $0.classes.contains { $0.hasPrefix("on") } }
    var (levels, corners) = ([Int](), [(left: Double, top: Double)]())
    for (index, point) in points.enumerated() {
      let (row, column) = (index / 5, index % 5)
      #expect(point.title == "dialect r\(row), expert c\(column): load \(index) %")
      let box = try #require(point.of("target").first)
      let (left, top) = (try box.number("x"), try box.number("y"))
      #expect(try abs(left + (box.number("width")) / 2 - (columnNames[column].number("x"))) < 0.2)
      let name = try rowNames[row].number("y")
      #expect(try top < name && name < top + (box.number("height")))
      #expect(
        cells[index].attributes["x"] == box.attributes["x"] && cells[index].attributes["y"] == box.attributes["y"])
      #expect(numbers[index].text == "\(index)")
      corners.append((left, top))
      levels.append(try #require(Int(cells[index].classes.last?.dropFirst() ?? "")))
    }
    #expect((1..<3).allSatisfy { corners[5 * $0].top > corners[5 * $0 - 5].top }, "the first row is above")
    #expect((1..<5).allSatisfy { corners[$0].left > corners[$0 - 1].left }, "the first column is on the left")
    #expect(levels == levels.sorted() && levels.first == 0 && levels.last == Palette.levelCount - 1)
  }

  @Test("The table and the text alternative are not transposed either")
  func table() {
    let chart = Self.chart(rows: 2, columns: 3)
    #expect(chart.table.columns.map(\.heading) == ["dialect \\ expert", "c0", "c1", "c2"])
    #expect(chart.table.rows[1] == [.text("r1"), .number(3), .number(4), .number(5)])
    #expect(
      chart.summary == "Load (%) of dialect (2) and expert (3): lowest 0 for dialect r0, expert c0, "
        + "highest 5 for dialect r1, expert c2.")
  }

  @Test("The colour scale goes from 0 below to its upper end above")
  func range() throws {
    let chart = Self.chart(rows: 2, columns: 2, most: 8)
    let drawing = try Samples.drawing(chart)
    let scale = try #require(drawing.of("scale").first).children
    let colours = scale.filter { $0.name == "rect" }
    let places = try colours.map { try $0.number("y") }
    #expect(colours.map { $0.attributes["class"] } == (0..<Palette.levelCount).map { "h\($0)" })
    #expect(places == places.sorted(by: >))
    let ends = scale.filter { $0.name == "text" }
    #expect(try ends.map(\.text) == ["8", "0"] && (ends[0].number("y")) < (ends[1].number("y")))
  }

  @Test("Cells too many for targets of their own still have titles, and no numbers where there is no room")
  func many() throws {
    let drawing = try Samples.drawing(Self.chart(rows: 64, columns: 64))
    #expect(drawing.of("point").isEmpty)
    let cells = drawing.all.filter { $0.title?.hasPrefix("dialect") == true }
    #expect(cells.count == 4096 && cells[65].title == "dialect r1, expert c1: load 65 %")
    #expect(drawing.children.filter { $0.classes.contains { $0.hasPrefix("on") } }.isEmpty)
  }

  @Test(
    "A number beyond 0 and the upper end stretches the scale, however far away it is", arguments: [1e30, -1e30, 1e300])
  func beyond(_ far: Double) throws {
    let chart = HeatMap(
      title: "map", rows: ["a"], columns: ["b", "c"], rowLabel: "r", columnLabel: "c", values: [[far, 0.5]],
      scaleLabel: "load", most: 1)
    let cells = try Samples.drawing(chart).of("cell")
    #expect(cells.map { $0.has("h\(Palette.levelCount - 1)") } == (far > 0 ? [true, false] : [false, true]))
  }

  @Test("Equal values have one colour; a value is missing where nothing was measured")
  func equal() throws {
    let chart = HeatMap(
      title: "map", rows: ["a"], columns: ["b", "c", "d"], rowLabel: "r", columnLabel: "c", values: [[2, nil, 2]],
      scaleLabel: "load")
    let drawing = try Samples.drawing(chart)
    #expect(drawing.of("h8").count == 3 && drawing.of("absent").count == 1)
    #expect(drawing.of("point")[1].title == "r a, c c: nothing was measured")
  }
}
