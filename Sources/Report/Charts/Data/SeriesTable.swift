/// The points of several series side by side, or below one another where a series has two points in one place.
struct SeriesTable {
  let x: Axis
  let y: Axis
  let series: [Series]
  let notes: [String]

  var table: DataTable {
    let places = series.map { $0.points.map(\.x) }
    let isWide = places.allSatisfy { place in !place.contains(where: \.isNaN) && Set(place).count == place.count }
    return isWide ? wide : long
  }

  private var wide: DataTable {
    let positions = series.map { series in
      Dictionary(uniqueKeysWithValues: series.points.indices.map { (series.points[$0].x, $0) })
    }
    let columns = series.flatMap { [$0.name] + ($0.band == nil ? [] : ["\($0.name), from", "\($0.name), to"]) }
    let rows = Set(positions.flatMap(\.keys)).sorted().map { place in
      [DataTable.Cell.number(place)]
        + zip(series, positions).flatMap { series, positions -> [DataTable.Cell] in
          let index = positions[place]
          let range = index.flatMap { series.band?[$0] }
          return [.optional(index.map { series.points[$0].y })]
            + (series.band == nil ? [] : [.optional(range?.lowerBound), .optional(range?.upperBound)])
        }
    }
    return DataTable(columns: [x.title] + columns, rows: rows, notes: [y.title] + notes)
  }

  private var long: DataTable {
    let hasBands = series.contains { $0.band != nil }
    let rows = series.flatMap { series in
      series.points.indices.map { index in
        let range = series.band?[index]
        return [DataTable.Cell.text(series.name), .number(series.points[index].x), .number(series.points[index].y)]
          + (hasBands ? [.optional(range?.lowerBound), .optional(range?.upperBound)] : [])
      }
    }
    return DataTable(
      columns: ["series", x.title, y.title] + (hasBands ? ["from", "to"] : []), rows: rows, notes: notes)
  }
}
