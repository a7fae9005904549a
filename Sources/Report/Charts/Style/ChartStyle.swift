/// The style sheet of all charts.
package enum ChartStyle {
  /// Rules for everything that charts draw, with the colours as custom properties `--chart-…`.
  ///
  /// Light and dark follow the reader's preference; paper is light, with black text.
  package static let css = """
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
    return result.map { "--chart-\($0):\(hexadecimal($1))" }.joined(separator: ";")
  }

  private static func hexadecimal(_ colour: Int) -> String {
    let digits = String(colour, radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }
}
