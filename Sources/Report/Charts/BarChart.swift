import Foundation
import Tables

/// Bars from zero, several beside one another for each category, with intervals.
struct BarChart: Chart {
  let title: String
  /// Upwards; a linear axis begins at 0.
  let y: Axis
  let categories: [String]
  let groups: [BarGroup]
  let references: [Reference]

  init(title: String, y: Axis, categories: [String], groups: [BarGroup], references: [Reference] = []) {
    for group in groups {
      precondition(
        group.values.count == categories.count,
        "BarChart: \(categories.count) values expected in '\(group.name)', found \(group.values.count)")
    }
    (self.title, self.y, self.categories, self.groups, self.references) = (
      title, Axis(label: y.label, unit: y.unit, scale: y.scale, includesZero: true), categories, groups, references
    )
  }

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

  var summary: String {
    let (bars, omissions) = drawn
    let categories = Wording.count(categories.count, "category").replacingOccurrences(
      of: "categorys", with: "categories")
    var sentences = ["\(y.title) of \(categories), \(Wording.count(groups.count, "group"))"]
    for (index, group) in groups.enumerated() {
      let own = bars.filter { $0.group == index }
      sentences.append(Wording.extremes(of: group.name, own.map { (self.categories[$0.category], $0.value) }))
    }
    return Wording.text(sentences + references.map(\.title) + omissions.sentences)
  }

  var table: Table {
    let columns = groups.flatMap { [$0.name] + ($0.intervals.isEmpty ? [] : ["\($0.name), from", "\($0.name), to"]) }
    let rows = categories.indices.map { category in
      [Table.Cell.text(categories[category])]
        + groups.flatMap { group -> [Table.Cell] in
          let interval = group.intervals.isEmpty ? nil : group.intervals[category]
          return [.optional(group.values[category])]
            + (group.intervals.isEmpty ? [] : [.optional(interval?.lowerBound), .optional(interval?.upperBound)])
        }
    }
    return Table(headings: [""] + columns, rows: rows, notes: [y.title] + drawn.omissions.sentences)
  }

  func svg(id: String) -> String {
    let (bars, omissions) = drawn
    guard !bars.isEmpty else { return Drawing(nothingBut: omissions).svg(id: id, chart: self) }
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
    drawing.add(notes: omissions.sentences)
    return drawing.svg(id: id, chart: self)
  }

  private func style(_ group: Int) -> SeriesStyle { SeriesStyle(index: groups[group].style ?? group) }

  private func fill(_ group: Int, id: String) -> String {
    "class=\"bar \(style(group).colourClass)\" fill=\"url(#\(id)-fill-\(group))\""
  }

  private func hatches(id: String) -> String {
    let patterns = groups.indices.map { index in
      Hatch(index: style(index).index).pattern(id: "\(id)-fill-\(index)", colourClass: style(index).colourClass)
    }
    return "<defs>\(patterns.joined())</defs>\n"
  }
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

/// The hatching of a group's bars, so that groups differ without their colours.
struct Hatch {
  private static let size = 8.0
  private static let paths = [
    "M0,0H8V8H0Z", "M-2,2L2,-2M0,8L8,0M6,10L10,6", "M0,2H8M0,6H8", "M2,0V8M6,0V8",
    "M-2,6L2,10M0,0L8,8M6,-2L10,2", "M0,4H8M4,0V8", "M2,2h2v2h-2zM6,6h2v2h-2z",
  ]

  let index: Int

  /// Returns the definition of the pattern; the first is filled.
  func pattern(id: String, colourClass: String) -> String {
    let size = Markup.number(Hatch.size)
    let isFilled = index % Hatch.paths.count == 0
    return "<pattern id=\"\(id)\" class=\"hatch \(colourClass)\" width=\"\(size)\" height=\"\(size)\" "
      + "patternUnits=\"userSpaceOnUse\"><rect width=\"\(size)\" height=\"\(size)\"/>"
      + "<path d=\"\(Hatch.paths[index % Hatch.paths.count])\"" + (isFilled ? " class=\"full\"" : "")
      + "/></pattern>"
  }
}
