import Foundation
import Testing

@testable import Report

@Suite("A page's style")
struct PageStyleTests {
  private static let themes = [(Palette.light, PagePalette.light), (.dark, .dark)]

  @Test("Text stands out 4.5 : 1 from all that it stands on, in light and in dark")
  func contrast() {
    var compared = 0
    func expect(_ text: Int, on background: Int, _ name: String) {
      compared += 1
      let contrast = Palette.contrast(text, background)
      #expect(contrast >= 4.5, "\(name): \(contrast)")
    }
    for (charts, page) in Self.themes {
      expect(charts.text, on: charts.background, "text")
      expect(charts.muted, on: charts.background, "muted text")
      expect(page.link, on: charts.background, "links")
      expect(charts.background, on: charts.text, "the chosen button")
      for (index, tint) in page.tints.enumerated() { expect(charts.text, on: tint, "tint \(index)") }
      #expect(charts.levels.count == Palette.levelCount)
      for level in charts.levels.indices { expect(charts.onLevel(level), on: charts.levels[level], "level \(level)") }
    }
    #expect(compared == 2 * (4 + 12 + Palette.levelCount) && abs(Palette.contrast(0x000000, 0xFFFFFF) - 21) < 1e-9)
  }

  @Test("The style sheet has the colours that were compared, as many in both themes, dark only on screens")
  func colours() {
    let css = PageStyle.css(marks: 3)
    for (name, palette) in [("light", PagePalette.light), ("dark", .dark)] {
      #expect(palette.tints.count == 12 && Set(palette.tints).count == 12)
      for tint in palette.tints { #expect(css.contains(String(format: "#%06x", tint)), "\(name)") }
    }
    #expect(css.contains("@media screen and (prefers-color-scheme:dark)") && css.contains("@media print"))
    #expect(css.count { $0 == "{" } == css.count { $0 == "}" })
    #expect(css.contains(".q9{background:var(--chart-level-15);color:var(--chart-on-15)}"))
  }
}
