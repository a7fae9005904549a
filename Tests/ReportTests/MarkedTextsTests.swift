import Foundation
import TestSupport
import Testing

@testable import Report

@Suite("Marked text")
struct MarkedTextsTests {
  private let root: Markings

  init() throws { root = try #require(Markings.parse(PageTests.page.html)) }

  private var views: [Markings] { root.of("view") }

  @Test("Neighbours with one mark are one element; control characters are signs; a line's end is kept")
  func runs() throws {
    let text = try #require(views[0].of("marked").last)
    let marks = text.children.filter { $0.name == "b" }
    #expect(marks.map { $0.attributes["class"] } == ["x0", "x13", "x1"])
    #expect(marks.map(\.text) == ["<&", "a⏎", "é"])
    #expect(text.children.count { $0.name == "br" } == 1 && text.text == "␀")
  }

  @Test("A carriage return before a line's end is a sign of its own, and the line still ends")
  func carriageReturn() throws {
    let texts = MarkedTexts(
      id: "m",
      views: [
        .init(
          title: "v", scale: .things(2), caption: "c",
          texts: [.init(title: "t", symbols: ["a", "\r\n", "b"], marks: [0, 0, 0])])
      ])
    let text = try #require(Markings.parse(texts.html)?.of("marked").last)
    #expect(text.children.map(\.name) == ["b", "br", "b"] && text.children.map(\.text) == ["a␍⏎", "", "b"])
  }

  @Test("Amounts above the highest are the highest; what has none is not marked")
  func amounts() throws {
    let text = try #require(views[1].of("marked").last)
    #expect(text.children.map { $0.attributes["class"] } == ["q3", "q9"] && text.text == "a")
  }

  @Test("Every mark has a number of its own below it: no two look the same without colour")
  func numbers() throws {
    let css = try #require(root.first("style")).text
    let numbers = css.matches(of: /\.x([0-9]+)::before\{content:"([0-9]+)"\}/)
    #expect(numbers.map { Int($0.1) } == (0..<14).map(Optional.some))
    #expect(numbers.map { Int($0.2) } == (1...14).map(Optional.some))
    #expect(
      css.matches(of: /\.q([0-9])::before\{content:"([0-9]\+?)"\}/).map { String($0.2) }
        == (0..<9).map { "\($0)" } + ["9+"])
    let used = root.of("marked").flatMap(\.children).compactMap { $0.attributes["class"] }
    for name in used { #expect(css.contains(".\(name){") && css.contains(".\(name)::before"), "\(name)") }
  }

  @Test("One way is shown without a script: a chosen radio button, and what follows it")
  func radios() throws {
    let group = try #require(root.of("views").first)
    let parts = group.children.filter { $0.name != "legend" }
    #expect(parts.map(\.name) == ["input", "label", "div", "input", "label", "div"])
    #expect(parts.filter { $0.name == "input" }.map { $0.attributes["checked"] } == ["checked", nil])
    #expect(Set(parts.compactMap { $0.attributes["name"] }) == ["marked"])
    #expect(PageStyle.css(marks: 0).contains(".views>input:checked+label+.view{display:block}"))
    #expect(PageStyle.css(marks: 0).contains(".view,.views,.paper{display:block}"), "on paper all are printed")
  }
}
