/// How a series looks: colour, marker and dashes, of which no two of 30 series share the latter two.
struct SeriesStyle: Equatable {
  /// Relative paths of one marker each; six, so that with five patterns of dashes thirty pairs are different.
  private static let markers = {
    let r = Layout.markerRadius
    func path(_ steps: (Double, Double)...) -> String {
      "m" + steps.map { Markup.pair($0.0 * r, $0.1 * r) }.joined(separator: "l") + "z"
    }
    return [
      "m\(-r),0a\(r),\(r) 0 1,0 \(2 * r),0a\(r),\(r) 0 1,0 \(-2 * r),0z",
      path((-0.9, -0.9), (1.8, 0), (0, 1.8), (-1.8, 0)),
      path((0, -1.25), (1.2, 2.1), (-2.4, 0)),
      path((0, -1.35), (1.35, 1.35), (-1.35, 1.35), (-1.35, -1.35)),
      path((0, 1.25), (1.2, -2.1), (-2.4, 0)),
      path(
        (-0.45, -1.3), (0.9, 0), (0, 0.85), (0.85, 0), (0, 0.9), (-0.85, 0), (0, 0.85), (-0.9, 0), (0, -0.85),
        (-0.85, 0), (0, -0.9), (0.85, 0)),
    ]
  }()
  /// Patterns of dashes, the first a solid line.
  static let dashes = ["none", "7 3", "2 3", "9 3 2 3", "12 3 2 3 2 3"]

  let index: Int
  /// Whether it is a variant: never solid, hollow.
  var isDashed = false

  var colour: Int { index % Palette.light.series.count }
  var marker: Int { index % SeriesStyle.markers.count }
  var dash: Int {
    isDashed ? 1 + index % (SeriesStyle.dashes.count - 1) : index % SeriesStyle.dashes.count
  }

  /// The class of its colour.
  var colourClass: String { "s\(colour)" }
  /// The classes of its line.
  var lineClass: String { "line s\(colour) d\(dash)" }
  /// The classes of its markers.
  var markerClass: String { "marker s\(colour) m\(marker)" + (isDashed ? " hollow" : "") }

  /// Returns one path with a marker at each place, empty without places.
  func markers(at places: [Point]) -> String {
    let path = places.map { "M\(Markup.pair($0.x, $0.y))\(SeriesStyle.markers[marker])" }.joined()
    return path.isEmpty ? "" : "<path class=\"\(markerClass)\" d=\"\(path)\"/>"
  }
}
