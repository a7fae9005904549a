import Foundation
import Testing

@testable import Report

@Suite("Colours and style sheet")
struct ChartStyleTests {
  private static let themes = [("light", Palette.light), ("dark", Palette.dark)]

  @Test("Lines, markers, axes, references and the focus ring stand out 3 : 1")
  func lines() {
    for (name, palette) in Self.themes {
      for colour in palette.series + [palette.axis, palette.focus] {
        let contrast = Palette.contrast(colour, palette.background)
        #expect(contrast >= 3, "\(name), \(String(colour, radix: 16)): \(contrast)")
      }
      #expect(palette.series.count == 7)
    }
  }

  @Test("Levels of a heat map go one way, from the background outwards")
  func levels() {
    for (_, palette) in Self.themes {
      let contrasts = palette.levels.map { Palette.contrast($0, palette.background) }
      #expect(zip(contrasts, contrasts.dropFirst()).allSatisfy { $0 < $1 })
    }
  }

  @Test("Colours differ for eyes without red, green or blue receptors", arguments: ColourVision.allCases)
  func vision(_ vision: ColourVision) {
    for (name, palette) in Self.themes {
      for (index, one) in palette.series.enumerated() {
        for other in palette.series.dropFirst(index + 1) {
          let distance = vision.distance(one, other)
          #expect(distance >= (vision == .full ? 20 : 10), "\(name): \(distance)")
        }
      }
    }
  }

  @Test("The style sheet has both themes, paper, focus, every colour that drawings use, and loads nothing")
  func css() throws {
    let css = ChartStyle.css
    for part in [
      "prefers-color-scheme:dark", "@media print", ".point:focus .value", ".point:hover .value",
    ] {
      #expect(css.contains(part), "\(part)")
    }
    for index in 0..<30 {
      #expect(css.contains(".chart .\(SeriesStyle(index: index).colourClass){"))
      let dash = SeriesStyle(index: index, isDashed: true).dash
      #expect(css.contains(".chart .d\(dash){"))
    }
    for word in ["url(", "@import", "http", "</", "<!"] { #expect(!css.contains(word), "\(word)") }
    let used = Set(css.matches(of: /var\((--chart-[a-z0-9-]+)\)/).map { String($0.1) })
    let declared = Set(css.matches(of: /(--chart-[a-z0-9-]+):/).map { String($0.1) })
    #expect(used.count > 40 && used.subtracting(declared).isEmpty)
    #expect(css.count(where: { $0 == "{" }) == css.count(where: { $0 == "}" }))
  }
}
