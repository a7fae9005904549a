import Foundation
import TestSupport
import Testing

@testable import Report

@Suite("Axes")
struct AxisTests {
  private static let scales: [(Axis.Scale, [Double])] = [
    (.linear, [0, 10]), (.linear, [-3.7, 8.1]), (.linear, [1.684, 1.6875]), (.linear, [-5e-12, 1e-12]),
    (.linear, [1e-12, 1e12]), (.linear, [999_999, 1_000_001]), (.linear, [3, 3]), (.linear, [-1e300, 1e300]),
    (.logarithmic, [1, 2, 4, 8]), (.logarithmic, [1e-12, 1e12]), (.logarithmic, [3, 70]), (.logarithmic, [1.1, 1.2]),
    (.logarithmic, [5, 5]), (.logarithmic, [0.5, 1024]), (.logarithmic, [2e5, 1.1e6]),
  ]

  @Test(
    "A point lies where the ticks of both axes say, which begin and end their axis; labels have room", arguments: scales
  )
  func axes(_ scale: Axis.Scale, _ data: [Double]) throws {
    let axis = Axis(label: "both", scale: scale)
    let drawing = try Samples.drawing(Samples.line(data.map { Point($0, $0) }, x: axis, y: axis))
    let (x, y) = (try DrawnAxis(drawing, "x-axis", scale), try DrawnAxis(drawing, "y-axis", scale))
    let places = try Samples.places(drawing)
    #expect(places.count == data.count)
    for (value, place) in zip(data, places) {
      #expect(x.shows(value, at: place.x), "\(value) at \(place.x): \(x.value(at: place.x))")
      #expect(y.shows(value, at: place.y), "\(value) at \(place.y): \(y.value(at: place.y))")
    }
    let line = try #require(drawing.of("axis").first)
    #expect(try x.places.first == line.number("x1") && x.places.last == line.number("x2"))
    #expect(try y.places.first == line.number("y1"))
    for (axis, name, anchor) in [(x, "x-axis", Markup.Anchor.middle), (y, "y-axis", .end)] {
      for (place, value) in zip(axis.places, axis.values) {
        #expect(axis.shows(value, at: place), "\(value) at \(place)")
      }
      #expect(axis.values == axis.values.sorted() && Set(axis.values).count == axis.values.count)
      #expect((2...9).contains(axis.values.count), "\(axis.values)")
      let boxes = try #require(drawing.of(name).first).all.filter { $0.name == "text" }.map {
        Box(text: $0.text, x: try $0.number("x"), y: try $0.number("y"), anchor: anchor)
      }
      for (index, box) in boxes.enumerated() {
        #expect(box.left >= -0.1 && box.right <= Layout.width + 0.1)
        #expect(!boxes.dropFirst(index + 1).contains(where: box.overlaps), "\(data), \(name)")
      }
    }
  }

  @Test("Ticks of a linear axis are 1, 2 or 5 times a power of ten apart")
  func round() {
    for range in [0.0...1, -3.7...8.1, 1.684...1.6875, 1e-12...1e12, 0...1e-300, 17...23456] {
      let values = Ticks.linear(range, atMost: 7).values
      let step = values[1] - values[0]
      let mantissa = step / pow(10, log10(step * 1.0000001).rounded(.down))
      #expect([1, 2, 5].contains { abs(mantissa - $0) < 1e-4 }, "\(step)")
      #expect(values[0] <= range.lowerBound && values[values.count - 1] >= range.upperBound)
    }
  }

  @Test("Different ticks have different labels")
  func different() {
    for offset in [0, 1, -7.3, 1e6, -1e12, 1e-9] {
      for span in [1e-3, 1, 17, 1e5] {
        let low = offset, high = offset + span * max(1e-12, abs(offset))
        let labels = Ticks.linear(low...high, atMost: 7).labels
        #expect(Set(labels).count == labels.count, "\(labels)")
      }
    }
  }

  @Test("Powers of two have ticks at powers of two, other ratios at round decimal numbers")
  func bases() throws {
    func labels(_ range: ClosedRange<Double>, _ base: Double) -> [String] {
      Ticks.logarithmic(range, base: base, atMost: 9).labels
    }
    #expect(labels(1...8, 2) == ["1", "2", "4", "8"])
    #expect(labels(3...70, 10) == ["2", "5", "10", "20", "50", "100"])
    #expect(labels(1e-12...1e12, 10).first == "1e-12")
    let k = Axis(label: "k", scale: .logarithmic)
    let drawing = try Samples.drawing(Samples.line([1, 2, 4, 16].map { Point($0, $0) }, x: k))
    #expect(try DrawnAxis(drawing, "x-axis", .logarithmic).values == [1, 2, 4, 8, 16])
  }

  @Test("Zero is shown where it is asked for")
  func zero() throws {
    let axis = Axis(label: "count", includesZero: true)
    let drawing = try Samples.drawing(Samples.line([Point(0, 100), Point(1, 101)], y: axis))
    #expect(try DrawnAxis(drawing, "y-axis").values.first == 0)
  }
}
