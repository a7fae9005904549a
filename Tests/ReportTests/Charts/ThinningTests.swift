import Testing

@testable import Report

@Suite("Thinning")
struct ThinningTests {
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
