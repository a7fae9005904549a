import Foundation
import TestSupport
import Tables
import Testing

@testable import Report

@Suite("A page")
struct PageTests {
  /// A page with every kind of block, and text that tries to be markup.
  static let page = Page(
    title: "A < B & \"C\" 'D' 😀", subtitle: "Seen: </title><script>alert(1)</script>", notice: "Not finished & <b>",
    sections: [
      Section(
        id: "one", title: "One & <i>", lead: "lead <",
        blocks: [
          .heading("h <3"), .paragraph("p & \u{0}\u{1B}[31m 😀"), .facts([.init("a<", "b&")]),
          .command("hyperrouter compare --data 'a b' <x"),
          .figures([
            .init(
              "chart",
              LineChart(
                title: "t<", x: Axis(label: "x"), y: Axis(label: "y"),
                series: [Series(name: "s&", points: [Point(0, 1)])]),
              caption: "c<")
          ]), .table(Table("numbers <", headings: ["a", "b<"], rows: [[.text("x&"), .number(1.25)]])),
          .verdicts([
            VerdictLine(claim: "c<", verdict: .agrees, words: "agrees", numbers: "1 < 2"),
            VerdictLine(claim: "d", verdict: .inconclusive, words: "inconclusive: one seed"),
          ]), .sample(title: "s<", text: "<a>\n\n & b\r\nc\u{9F}\td"),
          .details(summary: "more <", [.paragraph("inside")]),
        ]),
      Section(id: "two", title: "Two", blocks: [.markedTexts(Self.texts)]),
    ], results: "two")

  /// The page, read back.
  private let root: Markings

  init() throws { root = try #require(Markings.parse(Self.page.html)) }

  static let texts = MarkedTexts(
    id: "marked",
    views: [
      .init(
        title: "layer 1", scale: .things(14), caption: "first",
        texts: [.init(title: "smoe", symbols: ["<", "&", "a", "\n", "\u{0}", "é"], marks: [0, 0, 13, 13, nil, 1])]),
      .init(
        title: "surprise", scale: .amounts, caption: "second",
        texts: [.init(title: "smoe", symbols: ["a", "b", "c"], marks: [nil, 3, 40])]),
    ])

  @Test("It is well-formed, and its text is what was given, whatever it holds")
  func wellFormed() throws {
    #expect(root.first("title")?.text == Self.page.title && root.first("h1")?.text == Self.page.title)
    #expect(root.of("subtitle").first?.text == Self.page.subtitle)
    #expect(root.of("sample").first?.first("pre")?.text == "<a>\n\n & b␍\nc�⇥d")
    #expect(root.first("code")?.text == "hyperrouter compare --data 'a b' <x")
    #expect(root.of("notice").first?.text == Self.page.notice)
    #expect(Markings.parse(Self.page.html.replacing("</h1>", with: "")) == nil, "the parser finds what is wrong")
  }

  @Test("It loads nothing and runs nothing, and says so to the browser")
  func loadsNothing() throws {
    #expect(!root.all.contains { ["script", "link", "img", "iframe", "object", "video", "audio"].contains($0.name) })
    for element in root.all {
      for (name, value) in element.attributes where !name.hasPrefix("xmlns") {
        #expect(!value.contains("://") && !name.hasPrefix("on") && name != "src", "\(name)=\(value)")
      }
      if let target = element.attributes["href"] { #expect(target.hasPrefix("#"), "\(target)") }
    }
    let css = try #require(root.first("style")).text
    #expect(!css.contains("://") && !css.contains("@import") && !css.contains("@font-face"))
    #expect(!css.replacing(/url\(#[^)]*\)/, with: "").contains("url("))
    let policy = root.all.first { $0.attributes["http-equiv"] == "Content-Security-Policy" }
    #expect(policy?.attributes["content"] == "default-src 'none'; style-src 'unsafe-inline'")
  }

  @Test("Every id is there once, and every link leads to one; the table of contents names every section")
  func links() throws {
    let ids = root.all.compactMap { $0.attributes["id"] }
    #expect(Set(ids).count == ids.count)
    for element in root.all {
      for name in ["href", "for", "aria-labelledby"] {
        guard let value = element.attributes[name] else { continue }
        #expect(ids.contains(value.hasPrefix("#") ? String(value.dropFirst()) : value), "\(value)")
      }
    }
    #expect(root.of("skip").first?.attributes["href"] == "#two", "to the results")
    // No level of headings is left out.
    let levels = root.all.compactMap { ["h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6][$0.name] }
    #expect(levels.first == 1 && levels.count > 6)
    for (one, other) in zip(levels, levels.dropFirst()) { #expect(other <= one + 1) }
    #expect(root.first("nav")?.all.filter { $0.name == "a" }.map(\.text) == Self.page.sections.map(\.title))
  }

  @Test("What may be wide scrolls in a region of its own that the keyboard reaches and that has a name")
  func regions() throws {
    let regions = root.of("wide") + root.of("rows")
    #expect(regions.count == 3)
    for region in regions {
      #expect(region.attributes["tabindex"] == "0" && region.attributes["role"] == "region")
      #expect(region.attributes["aria-label"]?.isEmpty == false)
    }
    #expect(root.all.count { $0.name == "table" } == 2, "each is in a region")
    for table in root.all where table.name == "table" { #expect(regions.contains { $0.all.contains { $0 === table } }) }
  }

  @Test("A verdict is a sign, words and numbers")
  func verdicts() throws {
    let lines = try #require(root.of("verdicts").first).children
    #expect(lines.map { $0.attributes["class"] } == ["agrees", "inconclusive"])
    #expect(lines.map { $0.of("sign").first?.text } == ["✓", "?"])
    #expect(lines[0].allText.contains("1 < 2"))
    #expect(lines[1].allText.contains("inconclusive: one seed"))
  }
}
