import Report

/// Curves of several seeds as one line, their mean, with all of them inside a band.
struct SeedCurves {
  /// Seeds are not told apart in a chart of more variants.
  static let mostBands = 4

  /// Joins the curves of each variant.
  static func series(
    _ part: ReportedPart, _ suffix: String = "", isDashed: Bool = false, points: (ReportedRun) -> [Point]
  ) -> [Series] {
    let variants = part.variants
    return variants.enumerated().compactMap { index, variant in
      let curves = part.runs(of: variant).map(points).filter { !$0.isEmpty }
      guard !curves.isEmpty else { return nil }
      var found: [Double: [Double]] = [:]
      for point in curves.joined() { found[point.x, default: []].append(point.y) }
      let places = found.keys.sorted()
      let values = places.map { found[$0] ?? [] }
      let hasBand = curves.count > 1 && variants.count <= mostBands && !isDashed
      return Series(
        name: variant + suffix,
        points: zip(places, values).map { Point($0, $1.reduce(0, +) / Double($1.count)) },
        band: hasBand ? values.map(range) : nil, isDashed: isDashed, style: index)
    }
  }

  /// From the least to the greatest value; what is not a number makes the range one that is drawn as a gap.
  private static func range(_ values: [Double]) -> ClosedRange<Double> {
    guard let low = values.min(), let high = values.max(), values.allSatisfy({ !$0.isNaN }) else {
      return -.infinity ... .infinity
    }
    return low...high
  }

  /// Joins lines that are the same for all variants.
  static func joined(_ series: [Series], _ name: String) -> [Series] {
    guard let first = series.first, series.count > 1, series.allSatisfy({ $0.points == first.points }) else {
      return series
    }
    return [Series(name: name, points: first.points, band: first.band, style: 0)]
  }

  /// Averages neighbours of a long curve.
  static func averaged(_ points: [Point], atMost most: Int) -> [Point] {
    let size = (points.count + most - 1) / most
    guard size > 1 else { return points }
    return stride(from: 0, to: points.count, by: size).map { start in
      let group = points[start..<min(points.count, start + size)]
      let count = Double(group.count)
      return Point(group.reduce(0) { $0 + $1.x } / count, group.reduce(0) { $0 + $1.y } / count)
    }
  }
}
