import Foundation

/// The style sheet of pages; what charts draw is styled by `ChartStyle`, whose colours it shares.
enum PageStyle {
  static func css(marks: Int) -> String {
    """
    :root{color-scheme:light dark;\(properties(.light))}
    @media screen and (prefers-color-scheme:dark){:root{\(properties(.dark))}}
    \(rules)
    \(amounts)
    \((0..<marks).map(thing).joined(separator: "\n"))
    """
  }

  private static func properties(_ palette: PagePalette) -> String {
    (palette.tints.enumerated().map { ("tint-\($0)", $1) } + [("link", palette.link)])
      .map { "--\($0):" + String(format: "#%06x", $1) }.joined(separator: ";")
  }

  private static func thing(_ mark: Int) -> String {
    ".x\(mark){background:var(--tint-\(mark % PagePalette.light.tints.count))}.x\(mark)::before{content:\"\(mark + 1)\"}"
  }

  /// Every amount has a level of the heat maps, from the first to the last, and the colour of text that is read on it.
  private static let amounts = (0...MarkedTexts.levels).map { amount in
    let level = amount * 15 / MarkedTexts.levels
    return ".q\(amount){background:var(--chart-level-\(level));color:var(--chart-on-\(level))}"
      + ".q\(amount)::before{content:\"\(amount)\(amount == MarkedTexts.levels ? "+" : "")\"}"
  }.joined(separator: "\n")

  private static let rules = """
    *{box-sizing:border-box}
    html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
    @media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
    body{margin:0 auto;padding:1.5rem 1rem 4rem;max-width:76rem;background:var(--chart-background);
    color:var(--chart-text);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
    h1{font-size:1.9rem;line-height:1.2;margin:0 0 .4rem;overflow-wrap:anywhere}
    h2{font-size:1.4rem;line-height:1.3;margin:0 0 .4rem;padding-top:1.6rem;border-top:1px solid var(--chart-grid)}
    h3{font-size:1.05rem;margin:1.8rem 0 .4rem}
    .view h3{font-size:.95rem;margin:1rem 0 .2rem}
    p,dd,li{max-width:46rem;overflow-wrap:anywhere}
    p{margin:.4rem 0 .8rem}
    a{color:var(--link);text-underline-offset:.15em}
    :focus-visible{outline:2px solid var(--chart-focus);outline-offset:2px}
    .skip{position:absolute;left:-99rem}
    .skip:focus{left:1rem;top:.5rem;background:var(--chart-background);padding:.3rem .6rem}
    .subtitle{font-size:1.15rem;line-height:1.5;max-width:52rem}
    .notice{border-left:.3rem solid var(--chart-1);padding:.5rem .8rem;font-weight:600;max-width:52rem}
    .lead,.caption{color:var(--chart-muted)}
    nav ol{list-style:none;display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;margin:.8rem 0 1.6rem;padding:0}
    nav a{display:inline-block;padding:.25rem 0}
    section{margin:0 0 2.4rem}
    .facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,19rem),1fr));gap:.5rem 2rem;margin:.8rem 0}
    .facts dt{color:var(--chart-muted);font-size:.85rem}
    .facts dd{margin:0}
    .wide{overflow-x:auto;max-width:100%;margin:.4rem 0 1rem;
    background:linear-gradient(to right,var(--chart-background) 40%,transparent) left/2.4rem 100% no-repeat local,
    linear-gradient(to left,var(--chart-background) 40%,transparent) right/2.4rem 100% no-repeat local,
    linear-gradient(to right,var(--chart-grid),transparent) left/.5rem 100% no-repeat scroll,
    linear-gradient(to left,var(--chart-grid),transparent) right/.5rem 100% no-repeat scroll}
    .wide table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.9rem}
    .wide caption{text-align:start;color:var(--chart-muted)}
    .wide th,.wide td{padding:.25rem .8rem .25rem 0;text-align:end;white-space:nowrap;
    border-bottom:1px solid var(--chart-grid)}
    .wide thead th{vertical-align:bottom;font-weight:600;white-space:normal;min-width:4.5rem}
    .wide th:first-child{text-align:start;font-weight:400}
    .wide thead th:first-child{font-weight:600}
    .command{margin:0;padding:.6rem .8rem;border:1px solid var(--chart-grid);border-radius:.4rem;width:max-content;
    min-width:100%}
    code,pre,.marked{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.9rem}
    .figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,22rem),1fr));gap:2rem 2.4rem;
    margin:1rem 0;align-items:start}
    .figures>*{min-width:0}
    .figures figcaption{font-size:.9rem;line-height:1.4;color:var(--chart-muted)}
    .figures figcaption strong{font-size:1rem;color:var(--chart-text)}
    .figures .chart,.figures .chart:target{scroll-margin-top:1rem}
    .chart:target figcaption strong{text-decoration:underline;text-decoration-thickness:.15em}
    .verdicts{list-style:none;padding:0;margin:.8rem 0}
    .verdicts li{display:flex;gap:.7rem;padding:.45rem 0;border-bottom:1px solid var(--chart-grid);max-width:60rem}
    .verdicts .sign{flex:none;width:1.6rem;height:1.6rem;line-height:1.5rem;text-align:center;font-weight:700;
    border:2px solid var(--c,var(--chart-axis));border-radius:50%}
    .verdicts .agrees{--c:var(--chart-2)}
    .verdicts .disagrees{--c:var(--chart-1)}
    .verdicts em{font-style:normal;font-weight:600}
    .verdicts .numbers{color:var(--chart-muted);font-variant-numeric:tabular-nums}
    .sample{margin:1.2rem 0}
    .sample figcaption{font-weight:600}
    .sample pre{margin:.3rem 0;padding:.6rem .8rem;border:1px solid var(--chart-grid);border-radius:.4rem;
    white-space:pre-wrap;overflow-wrap:anywhere;max-width:46rem}
    .views{display:flex;flex-wrap:wrap;gap:.4rem;border:0;margin:1rem 0;padding:0;min-width:0}
    .views legend{float:left;padding:.3rem .6rem .3rem 0;color:var(--chart-muted)}
    .views>input{position:absolute;opacity:0}
    .views>label{border:1px solid var(--chart-axis);border-radius:1rem;padding:.2rem .9rem;cursor:pointer}
    .views>input:checked+label{background:var(--chart-text);color:var(--chart-background)}
    .views>input:focus-visible+label{outline:2px solid var(--chart-focus);outline-offset:2px}
    .view{display:none;order:1;width:100%;min-width:0}
    .views>input:checked+label+.view{display:block}
    .paper{display:none}
    .marked{white-space:pre-wrap;overflow-wrap:anywhere;line-height:2.9;max-width:none;margin:0;position:relative}
    .marked b{font-weight:400;padding:.15em 0}
    .marked b::before{position:absolute;margin-top:2.75em;font-size:.62em;line-height:1;color:var(--chart-text)}
    .key{display:inline-block;font-size:.9rem}
    summary{cursor:pointer;width:fit-content;padding:.2rem 0}
    main>section>details>summary{font-weight:600}
    @media print{
    @page{margin:14mm}
    body{padding:0;font-size:9.5pt;max-width:none}
    nav,.skip,.views>input,.views>label,.views legend{display:none}
    .view,.views,.paper{display:block}
    .paper{display:inline}
    .figures{grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:1.2rem}
    .marked b,.key b{print-color-adjust:exact;-webkit-print-color-adjust:exact}
    .verdicts li,.sample,.facts div{break-inside:avoid}
    h2,h3{break-after:avoid}
    a{color:inherit;text-decoration:none}
    .wide{overflow:visible;background:none}
    .wide table{font-size:7.5pt}
    .wide th,.wide td{padding-right:.5rem}
    .command{white-space:pre-wrap;width:auto}
    }
    """
}

/// The backgrounds of marked text, as hexadecimal numbers: pale in light, deep in dark, so that text stands out 4.5 : 1.
///
/// Twelve hues; the thirteenth thing has the first again, and its own number.
struct PagePalette: Sendable {
  let tints: [Int]
  let link: Int

  static let light = PagePalette(
    tints: [
      0xBFDDF5, 0xFFD3AE, 0xB5E6CF, 0xF5C6E2, 0xEFE08F, 0xD5CCF6, 0xD9D9D9, 0xF8BDB5, 0xAEE3E8, 0xD3E8A4, 0xE6CBB0,
      0xC4CFDE,
    ], link: 0x0B55C0)

  static let dark = PagePalette(
    tints: [
      0x124A75, 0x74401A, 0x125A42, 0x6D2D58, 0x5D5208, 0x463A7E, 0x4A4A4A, 0x772E26, 0x0F565D, 0x42591A, 0x5C4329,
      0x384860,
    ], link: 0x8AB8FF)
}
