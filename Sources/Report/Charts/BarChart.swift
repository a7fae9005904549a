import Foundation
import Tables

/// Bars from zero, several beside one another for each category, with intervals.
struct BarChart: Chart {
  let title: String
  /// Upwards; a linear axis begins at 0.
  let y: Axis
  let categories: [String]
  let groups: [BarGroup]
  var references: [Reference] = []

  /// A bar that can be drawn.
  private struct Bar {
    let group: Int
    let category: Int
    let value: Double
    let interval: ClosedRange<Double>?
  }

  private var drawn: (bars: [Bar], omissions: Omissions) {
    var (bars, omissions) = ([Bar](), Omissions())
    for (index, group) in groups.enumerated() {
      precondition(
        group.values.count == categories.count,
        "BarChart: \(categories.count) values expected in '\(group.name)', found \(group.values.count)")
      for (category, value) in group.values.enumerated() {
        let interval = group.intervals.isEmpty ? nil : group.intervals[category]
        let drawnInterval = interval.flatMap { omissions.draws($0, y.scale) ? $0 : nil }
        guard let value, omissions.draws((value, y.scale)) else { continue }
        bars.append(Bar(group: index, category: category, value: value, interval: drawnInterval))
      }
    }
    for reference in references { _ = omissions.draws((reference.value, y.scale)) }
    return (bars, omissions)
  }

  var omissions: Omissions { drawn.omissions }

  var sentences: [String] {
    let bars = drawn.bars
    let categories = Wording.count(categories.count, "category").replacingOccurrences(
      of: "categorys", with: "categories")
    var sentences = ["\(y.title) of \(categories), \(Wording.count(groups.count, "group"))"]
    for (index, group) in groups.enumerated() {
      let own = bars.filter { $0.group == index }
      sentences.append(Wording.extremes(of: group.name, own.map { (self.categories[$0.category], $0.value) }))
    }
    return sentences + references.map(\.title)
  }

  var table: Table {
    let columns = groups.flatMap { Table.headings($0.name, hasIntervals: !$0.intervals.isEmpty) }
    let rows = categories.indices.map { category in
      [Table.Cell.text(categories[category])]
        + groups.flatMap { group -> [Table.Cell] in
          [.optional(group.values[category])]
            + (group.intervals.isEmpty ? [] : Table.Cell.ends(group.intervals[category]))
        }
    }
    return Table(headings: [""] + columns, rows: rows, notes: [y.title] + omissions.sentences)
  }

  func drawing(id: String) -> Drawing? {
    let (y, bars) = (y.includingZero, drawn.bars)
    guard !bars.isEmpty else { return nil }
    let intervals = bars.compactMap(\.interval).flatMap { [$0.lowerBound, $0.upperBound] }
    let values = bars.map(\.value) + intervals
    let plain = Frame(y: y, values: values, references: references)
    let frame = Frame(
      y: y, values: values, references: references,
      leastLeft: CategoryLabels.overhang(categories, plotWidth: plain.plot.width))
    let floor = y.scale == .linear ? frame.y.position(0) : frame.plot.bottom
    let slot = frame.plot.width / Double(categories.count)
    let width = min(Layout.widestBar, slot * 0.8 / Double(groups.count))
    var drawing = Drawing(bottom: frame.plot.bottom)
    drawing.body = hatches(id: id) + frame.vertical()
    for bar in bars {
      let offset = (Double(bar.group) - Double(groups.count - 1) / 2) * width
      let (middle, end) = (frame.plot.left + (Double(bar.category) + 0.5) * slot + offset, frame.y.position(bar.value))
      let box = Box(
        left: middle - width * 0.46, top: min(end, floor), right: middle + width * 0.46, bottom: max(end, floor))
      drawing.body += Markup.rectangle(box, fill(bar.group, id: id)) + "\n"
      if let interval = bar.interval {
        drawing.body += Whisker.vertical(
          at: middle, from: frame.y.position(interval.lowerBound), to: frame.y.position(interval.upperBound),
          width: min(8, width * 0.6))
      }
      // A bar of no height can be pointed at, too.
      let target = Box(left: box.left, top: min(box.top, floor - 4), right: box.right, bottom: max(box.bottom, floor))
      drawing.add(
        target: Markup.rectangle(target, "class=\"target\""),
        title: "\(groups[bar.group].name), \(categories[bar.category]): \(y.words(bar.value))"
          + Wording.interval(bar.interval),
        value: Numeral.value(bar.value), at: Point(middle, box.top + 4))
    }
    drawing.body += frame.baseline(at: floor) + frame.referenceLines()
    CategoryLabels.below(categories, plot: frame.plot, drawing: &drawing)
    let fills = groups.indices.map { fill($0, id: id) }
    drawing.add(
      legend: zip(groups, fills).map { group, fill in
        let key = { (box: Box) in
          let swatch = Box(left: box.left + 8, top: box.top + 3, right: box.right, bottom: box.bottom - 3)
          return Markup.rectangle(swatch, fill)
        }
        return (group.name, key)
      })
    return drawing
  }

  private func style(_ group: Int) -> SeriesStyle { SeriesStyle(index: groups[group].style ?? group) }

  private func fill(_ group: Int, id: String) -> String {
    "class=\"bar \(style(group).colourClass)\" fill=\"url(#\(id)-fill-\(group))\""
  }

  private func hatches(id: String) -> String {
    let patterns = groups.indices.map { index in
      let (size, number) = (Markup.number(Self.hatchSize), style(index).index % Self.hatchings.count)
      return "<pattern id=\"\(id)-fill-\(index)\" class=\"hatch \(style(index).colourClass)\" width=\"\(size)\" "
        + "height=\"\(size)\" patternUnits=\"userSpaceOnUse\"><rect width=\"\(size)\" height=\"\(size)\"/>"
        + "<path d=\"\(Self.hatchings[number])\"" + (number == 0 ? " class=\"full\"" : "") + "/></pattern>"
    }
    return "<defs>\(patterns.joined())</defs>\n"
  }

  private static let hatchSize = 8.0
  /// The hatching of a group's bars, so that groups differ without their colours; the first is filled.
  private static let hatchings = [
    "M0,0H8V8H0Z", "M-2,2L2,-2M0,8L8,0M6,10L10,6", "M0,2H8M0,6H8", "M2,0V8M6,0V8",
    "M-2,6L2,10M0,0L8,8M6,-2L10,2", "M0,4H8M4,0V8", "M2,2h2v2h-2zM6,6h2v2h-2z",
  ]
}

/// The bars of one colour, one for each category of a bar chart.
struct BarGroup: Sendable, Equatable {
  let name: String
  /// A value for each category; nil where nothing was measured.
  let values: [Double?]
  /// The interval of each value; empty if there are none.
  var intervals: [ClosedRange<Double>?] = []
  /// Which colour and hatching it has; its position in the chart if nil.
  var style: Int?
}
