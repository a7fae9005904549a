import Foundation

/// The style sheet of all charts.
enum ChartStyle {
  /// Rules for everything that charts draw, with the colours as custom properties `--chart-…`.
  ///
  /// Light and dark follow the reader's preference; paper is light, with black text.
  static let css = """
    :root{\(properties(.light))}
    @media screen and (prefers-color-scheme:dark){:root{\(properties(.dark))}}
    .chart{margin:0;max-width:30rem;color:var(--chart-text);background:var(--chart-background)}
    .chart figcaption{margin-bottom:.4rem;overflow-wrap:anywhere}
    .chart figcaption strong{display:block}
    .chart svg,svg.chart{display:block;width:100%;height:auto;overflow:visible;background:var(--chart-background);
    font:\(size)px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
    .chart text{fill:var(--chart-text);font-variant-numeric:tabular-nums}
    .chart text.muted{fill:var(--chart-muted)}
    .chart .grid{stroke:var(--chart-grid);stroke-width:1}
    .chart .axis{stroke:var(--chart-axis);stroke-width:1.2}
    .chart .reference{stroke:var(--chart-axis);stroke-width:1.2;stroke-dasharray:1 3}
    .chart .line{fill:none;stroke:var(--c);stroke-width:2;stroke-linejoin:round;stroke-linecap:butt}
    .chart .band{fill:var(--c);opacity:.2}
    .chart .marker{fill:var(--c);stroke:var(--c);stroke-width:1}
    .chart .hollow{fill:var(--chart-background);stroke-width:1.8}
    .chart .whisker{fill:none;stroke:var(--chart-text);stroke-width:1.6}
    .chart .bar{stroke:var(--c);stroke-width:1.2}
    .chart .hatch rect{fill:var(--c);fill-opacity:.22}
    .chart .hatch path{fill:none;stroke:var(--c);stroke-width:1.8}
    .chart .hatch .full{fill:var(--c);stroke:none}
    .chart .backed{paint-order:stroke;stroke:var(--chart-background);stroke-width:4;stroke-linejoin:round}
    .chart .cell{stroke:var(--chart-background);stroke-width:1}
    .chart .absent{fill:none;stroke:var(--chart-axis);stroke-dasharray:2 2}
    \(series)
    \(levels)
    .chart .target{fill:transparent;stroke:none}
    .chart .point{outline:none;cursor:default}
    .chart .point:hover .target,.chart .point:focus .target{stroke:var(--chart-focus);stroke-width:2.6}
    .chart .point .value{visibility:hidden;text-anchor:middle;pointer-events:none;font-weight:600;paint-order:stroke;
    stroke:var(--chart-background);stroke-width:5;stroke-linejoin:round}
    .chart .point:hover .value,.chart .point:focus .value{visibility:visible}
    .chart details{margin-top:.4rem;font-size:.875rem}
    .chart summary{cursor:pointer;color:var(--chart-muted);width:fit-content}
    .chart .rows{overflow-x:auto;max-height:24rem}
    .chart table{border-collapse:collapse;font-variant-numeric:tabular-nums}
    .chart caption{text-align:start;color:var(--chart-muted)}
    .chart th,.chart td{padding:.15rem .6rem;text-align:end;border-bottom:1px solid var(--chart-grid)}
    .chart th:first-child{text-align:start;font-weight:400}
    .chart summary:focus-visible,.chart .rows:focus-visible{outline:2px solid var(--chart-focus);outline-offset:2px}
    @media (forced-colors:active){.chart .point:focus .target{stroke:Highlight}}
    @media print{:root{--chart-text:#000;--chart-muted:#000;--chart-axis:#000}
    .chart{max-width:24rem;break-inside:avoid;print-color-adjust:exact;-webkit-print-color-adjust:exact}
    .chart .point .value,.chart .point:hover .value,.chart .point:focus .value,.chart details{display:none}
    .chart .point:hover .target,.chart .point:focus .target{stroke:none}}
    """

  private static let size = Int(Layout.fontSize)

  private static let series =
    (Palette.light.series.indices.map { ".chart .s\($0){--c:var(--chart-\($0))}" }
    + SeriesStyle.dashes.indices.dropFirst().map { ".chart .d\($0){stroke-dasharray:\(SeriesStyle.dashes[$0])}" })
    .joined(separator: "\n")

  private static let levels = (0..<Palette.levelCount).map {
    ".chart .h\($0){fill:var(--chart-level-\($0))}.chart .on\($0){fill:var(--chart-on-\($0))}"
  }.joined(separator: "\n")

  private static func properties(_ palette: Palette) -> String {
    var result = [
      ("background", palette.background), ("text", palette.text), ("muted", palette.muted), ("grid", palette.grid),
      ("axis", palette.axis), ("focus", palette.focus),
    ]
    result += palette.series.enumerated().map { ("\($0)", $1) }
    result += palette.levels.enumerated().map { ("level-\($0)", $1) }
    result += palette.levels.indices.map { ("on-\($0)", palette.onLevel($0)) }
    return result.map { "--chart-\($0):" + String(format: "#%06x", $1) }.joined(separator: ";")
  }
}

/// The colours of a theme, as hexadecimal numbers.
///
/// Series follow Okabe and Ito's palette, whose colours people with any colour vision tell apart, darkened or lightened
/// until they stand out from the background 3 : 1. Text stands out 4.5 : 1.
struct Palette: Sendable {
  let background: Int
  let text: Int
  let muted: Int
  let grid: Int
  let axis: Int
  let focus: Int
  let series: [Int]
  /// A heat map's levels from the least to the most; ever further from the background.
  let levels: [Int]
  /// What is written on the first and on the last levels.
  let onLevels: (low: Int, high: Int)

  static let light = Palette(
    background: 0xFFFFFF, text: 0x1B1F24, muted: 0x555E68, grid: 0xE1E5EA, axis: 0x6E7781, focus: 0x0B5CD6,
    series: [0x0060A8, 0xD55E00, 0x008F68, 0xC0509A, 0x7A5C00, 0x3A9AD9, 0x303030],
    levels: ramp([0xF4F8FC, 0xC3DBEE, 0x7FB4D8, 0x3B86BD, 0x125A93, 0x08305C]), onLevels: (0x000000, 0xFFFFFF))

  static let dark = Palette(
    background: 0x15181D, text: 0xE8EBEF, muted: 0xA9B2BD, grid: 0x2C323A, axis: 0x8B95A1, focus: 0x7FB6FF,
    series: [0x56B4E9, 0xE8702A, 0x1FB58A, 0xE79AC8, 0xF0C93A, 0x3C78D8, 0xE0E0E0],
    levels: ramp([0x1C232D, 0x1D3D5C, 0x1F5F8F, 0x3F8CBF, 0x86BFE0, 0xE3F1FA]), onLevels: (0xFFFFFF, 0x000000))

  /// How many levels a heat map has.
  static let levelCount = 16

  /// What is written on a level.
  func onLevel(_ level: Int) -> Int {
    let (low, high) = (Palette.contrast(onLevels.low, levels[level]), Palette.contrast(onLevels.high, levels[level]))
    return low >= high ? onLevels.low : onLevels.high
  }

  /// Returns how far two colours stand out from each other, 1 to 21, as WCAG 2 defines it.
  static func contrast(_ one: Int, _ other: Int) -> Double {
    let (a, b) = (luminance(one), luminance(other))
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
  }

  private static func luminance(_ colour: Int) -> Double {
    zip([16, 8, 0], [0.2126, 0.7152, 0.0722]).reduce(0) { sum, channel in
      let value = Double(colour >> channel.0 & 255) / 255
      return sum + channel.1 * (value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4))
    }
  }

  private static func ramp(_ stops: [Int]) -> [Int] {
    (0..<levelCount).map { level in
      let place = Double(level) / Double(levelCount - 1) * Double(stops.count - 1)
      let index = min(Int(place), stops.count - 2)
      return [16, 8, 0].reduce(0) { colour, shift in
        let (a, b) = (Double(stops[index] >> shift & 255), Double(stops[index + 1] >> shift & 255))
        return colour | Int((a + (b - a) * (place - Double(index))).rounded()) << shift
      }
    }
  }
}

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

  var colourClass: String { "s\(colour)" }
  var lineClass: String { "line s\(colour) d\(dash)" }
  var markerClass: String { "marker s\(colour) m\(marker)" + (isDashed ? " hollow" : "") }

  /// Returns one path with a marker at each place, empty without places.
  func markers(at places: [Point]) -> String {
    let path = places.map { "M\(Markup.pair($0.x, $0.y))\(SeriesStyle.markers[marker])" }.joined()
    return path.isEmpty ? "" : "<path class=\"\(markerClass)\" d=\"\(path)\"/>"
  }
}
