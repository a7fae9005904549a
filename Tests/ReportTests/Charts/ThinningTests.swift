import Testing

@testable import Report

@Suite("Thinning")
struct ThinningTests {
  @Test("An even choice has the first and the last, none twice, and everything if that is few")
  func evenly() {
    #expect(Thinning.evenly(0, atMost: 5).isEmpty)
    #expect(Thinning.evenly(5, atMost: 5) == [0, 1, 2, 3, 4])
    #expect(Thinning.evenly(101, atMost: 5) == [0, 25, 50, 75, 100])
    for count in [6, 7, 119, 121, 1000] {
      let chosen = Thinning.evenly(count, atMost: 6)
      #expect(chosen.count == 6 && Set(chosen).count == 6 && chosen.last == count - 1)
    }
  }

  @Test("A thinned line keeps its order, its ends, and the extremes of every column")
  func line() {
    let places = (0..<3000).map { Point(Double($0) * 0.1, Double($0 * 7919 % 1000)) }
    let line = Thinning.line(places, columnWidth: 300.0 / Double(Layout.columns))
    #expect(line.first == places.first && line.last == places.last)
    #expect(line.map(\.x) == line.map(\.x).sorted())
    #expect(line.map(\.y).min() == places.map(\.y).min() && line.map(\.y).max() == places.map(\.y).max())
    #expect(line.count <= 2 * Layout.columns + 2 && line.allSatisfy(places.contains))
  }
}
