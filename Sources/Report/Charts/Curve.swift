import Tables

/// One series of a line chart in its place.
struct Curve {
  /// A point that can be drawn.
  struct Vertex {
    let point: Point
    /// The range around it, if it can be drawn.
    let range: ClosedRange<Double>?
    /// How many gaps lie before it.
    let run: Int
  }

  let style: SeriesStyle
  let points: [Vertex]
  let x: PlotScale
  let y: PlotScale
  /// Whether every point has a marker.
  let marksAll: Bool
  /// Where between two sparse markers the first stands, so that those of several curves do not hide each other.
  let offset: Double

  func place(_ point: Point) -> Point { Point(x.position(point.x), y.position(point.y)) }

  /// The points between gaps.
  private var runs: [ArraySlice<Vertex>] {
    var (result, start) = ([ArraySlice<Vertex>](), 0)
    for index in 0...points.count where index == points.count || points[index].run != points[start].run {
      if start < index { result.append(points[start..<index]) }
      start = index
    }
    return result
  }

  private func path(_ places: [Point]) -> String {
    "M" + places.map { Markup.pair($0.x, $0.y) }.joined(separator: "L")
  }

  /// The line, broken at gaps; empty for single points.
  var line: String {
    let parts = runs.filter { $0.count > 1 }.map { run in
      path(run.map { place($0.point) })
    }
    return parts.isEmpty ? "" : "<path class=\"\(style.lineClass)\" d=\"\(parts.joined())\"/>\n"
  }

  /// The band around the line, broken where a range is missing.
  var band: String {
    var parts: [String] = []
    for run in runs {
      for part in run.split(whereSeparator: { $0.range == nil }) {
        let upper = part.compactMap { vertex in vertex.range.map { place(Point(vertex.point.x, $0.upperBound)) } }
        let lower = part.compactMap { vertex in vertex.range.map { place(Point(vertex.point.x, $0.lowerBound)) } }
        parts.append(path(upper + lower.reversed()) + "Z")
      }
    }
    return parts.isEmpty ? "" : "<path class=\"band \(style.colourClass)\" d=\"\(parts.joined())\"/>\n"
  }

  /// Markers on all points or on a few, and on those that no line reaches.
  var markers: String {
    var chosen = Set(
      points.count <= Layout.sparseMarkers || (marksAll && points.count <= Layout.mostPoints)
        ? Array(points.indices)
        : (0..<Layout.sparseMarkers).map {
          Int((Double($0) + offset) / Double(Layout.sparseMarkers) * Double(points.count))
        })
    for run in runs where run.count == 1 { chosen.insert(run.startIndex) }
    let markers = style.markers(at: chosen.sorted().map { place(points[$0].point) })
    return markers.isEmpty ? "" : markers + "\n"
  }

  /// The points that the pointer finds.
  var reachable: [Vertex] {
    points.count <= Layout.mostPoints
      ? points
      : evenIndices(below: points.count, atMost: Layout.thinnedPoints).map { points[$0] }
  }

  /// The line and the marker in the legend.
  func key(_ box: Box) -> String {
    "<path class=\"\(style.lineClass)\" d=\"M\(Markup.pair(box.left, box.centre))H\(Markup.number(box.right))\"/>"
      + style.markers(at: [Point(box.middle, box.centre)])
  }
}
