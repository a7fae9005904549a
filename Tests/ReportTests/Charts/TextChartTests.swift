import Testing

@testable import Report

@Suite("Charts in the terminal")
struct TextChartTests {
  private func lines(_ chart: TextChart, width: Int = 60) throws -> [String] {
    try #require(chart.text(width: width)).split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
  }

  /// The rows between title and axis.
  private func rows(_ chart: TextChart, width: Int = 60) throws -> [String] {
    Array(try lines(chart, width: width)[1...TextChart.height])
  }

  /// Rows and columns of a mark.
  private func places(_ mark: Character, _ rows: [String]) -> [[Int]] {
    rows.enumerated().flatMap { row, line in
      line.enumerated().filter { $0.element == mark }.map { [row, $0.offset] }
    }
  }

  @Test("A whole chart")
  func whole() throws {
    let chart = TextChart(
      "bits, by k", x: Axis(label: "k", scale: .logarithmic),
      [.init("smoe", [(1, 3), (2, 2), (4, 1.5), (8, 1)]), .init("hyperrouter", [(1, 2.5), (2, 2), (4, 1), (8, 1)])])
    let expected = """
      bits, by k
      3.00 ┤ ●
           │
           │ ○
           │
      2.00 ┤                 ✱
           │
           │                                  ●
           │
      1.00 ┤                                  ○               ✱
           └─┬───────────────┬────────────────┬───────────────┬─ k
             1               2                4               8
      ● smoe ○ hyperrouter ✱ several
      """
    #expect(try lines(chart).joined(separator: "\n") == expected)
  }

  @Test("A point stands where both axes say: at the row of its number, above its tick", arguments: [60, 71, 80])
  func geometry(width: Int) throws {
    let points = [(x: 0.0, y: 4.0), (50, 2), (100, 0)]
    let chart = TextChart("t", x: Axis(label: "steps"), [.init("a", points)])
    let all = try lines(chart, width: width)
    #expect(all.allSatisfy { $0.count <= width })
    let marks = places("●", try rows(chart, width: width))
    #expect(marks.map { $0[0] } == [0, 4, 8])
    for (mark, label) in zip(marks, ["4.00", "2.00", "0.00"]) { #expect(all[1 + mark[0]].hasPrefix(label)) }
    let ticks = all[10].enumerated().filter { $0.element == "┬" }.map(\.offset)
    #expect(ticks == marks.map { $0[1] })
    #expect(all[10].hasSuffix("─ steps"))
    let middle = try #require(ticks.dropFirst().first)
    #expect(Array(all[11])[middle...].starts(with: "0") && Array(all[11])[middle - 1] == "5", "50 below its tick")
    #expect(abs(ticks[2] - middle - (middle - ticks[0])) <= 1, "equal steps, equal distances")
  }

  @Test("One point, and numbers that are all the same, stand in the middle with their number beside them")
  func constant() throws {
    let one = try lines(TextChart("t", x: Axis(label: "k"), [.init("a", [(x: 3, y: 1.25)])]))
    #expect(one[5].hasPrefix("1.250 ┤") && one[5].hasSuffix("●"))
    #expect(one.filter { $0.contains("┤") }.count == 1 && one[11].contains("3"))
    let same = TextChart("t", x: Axis(label: "k"), [.init("a", [1, 2, 3].map { (x: $0, y: 2) })])
    #expect(places("●", try rows(same)).map { $0[0] } == [4, 4, 4])
  }

  @Test("Nothing to draw is no chart")
  func nothing() {
    #expect(TextChart("t", x: Axis(label: "k"), []).text(width: 60) == nil)
    #expect(TextChart("t", x: Axis(label: "k"), [.init("a", [])]).text(width: 60) == nil)
    #expect(TextChart("t", x: Axis(label: "k"), [.init("a", [(1, .nan)])]).text(width: 60) == nil)
  }

  @Test("What is not finite is not drawn, moves nothing else, and is said")
  func notFinite() throws {
    let sound = [(x: 1.0, y: 1.0), (2, 3), (3, 2)]
    let broken = sound + [(1.5, .nan), (2.5, .infinity), (.nan, 2)]
    let (expected, found) = (
      try lines(TextChart("t", x: Axis(label: "k"), [.init("a", sound)])),
      try lines(TextChart("t", x: Axis(label: "k"), [.init("a", broken)]))
    )
    #expect(found == expected + ["not drawn: 3 points without a finite place"])
    let zero = TextChart("t", x: Axis(label: "k", scale: .logarithmic), [.init("a", sound + [(0, 1)])])
    #expect(try lines(zero).last == "not drawn: 1 point without a finite place")
  }

  @Test("Tiny, huge and opposite numbers have a place", arguments: [1e-12, 1e12, 1e300])
  func magnitudes(scale: Double) throws {
    let points = [(x: 1.0, y: -1.7 * scale), (2, 0), (3, 1.7 * scale)]
    let chart = TextChart("t", x: Axis(label: "k"), [.init("a", points)])
    #expect(places("●", try rows(chart)).map { $0[0] } == [0, 4, 8])
    #expect(try lines(chart).allSatisfy { $0.count <= 60 })
    _ = try lines(TextChart("t", x: Axis(label: "k"), [.init("a", [(1, -1.7e308), (2, 1.7e308)])]))
  }

  @Test("Numbers of the axis below never run into one another; the first and the last are there")
  func crowdedTicks() throws {
    let points = (0...100).map { (x: Double($0) * 1000, y: Double($0)) }
    let numbers = try lines(TextChart("t", x: Axis(label: "steps"), [.init("a", points)]))[11].split(separator: " ")
      .map(
        String.init)
    #expect(numbers.first == "0" && numbers.last == "100000")
    #expect(numbers.allSatisfy { Int($0).map { $0 % 1000 == 0 } ?? false })
  }

  @Test("Thirty series and long names break the legend between entries")
  func legend() throws {
    let series = (0..<30).map { Series("a long name, number \($0)", [(x: 1, y: Double($0))]) }
    let all = try lines(TextChart("t", x: Axis(label: "k"), series))
    #expect(all.allSatisfy { $0.count <= 60 })
    for index in 0..<30 { #expect(all.contains { $0.contains("a long name, number \(index)") }) }
  }
}

extension Series {
  fileprivate init(_ name: String, _ points: [(x: Double, y: Double)]) {
    self.init(name: name, points: points.map { Point($0.x, $0.y) })
  }
}
