import Foundation
import Testing

@testable import Command

@Suite("Text tables")
struct TextTableTests {
  let plain = TextStyle(isColoured: false)

  @Test("Words are flush left, numbers flush right, under a rule")
  func alignment() {
    var table = TextTable([.text("router"), .number("bits/char"), .number("k")])
    table.append(["smoe", "1.684", "2"])
    table.append(["hyperrouter", "1.6", "16"])
    let expected = """
      router       bits/char   k
      --------------------------
      smoe             1.684   2
      hyperrouter        1.6  16
      """
    #expect(table.text(width: 80, style: plain) == expected)
    #expect(table.text(width: 80, style: TextStyle(isColoured: true)).hasPrefix("\u{1B}[1mrouter"))
  }

  @Test("Too wide a table first breaks its titles")
  func titles() {
    var table = TextTable([.text("router"), .number("bits per character"), .number("k")])
    table.append(["smoe", "1.684", "2"])
    let expected = """
               bits per
      router  character  k
      --------------------
      smoe        1.684  2
      """
    #expect(table.text(width: 24, style: plain) == expected)
  }

  @Test("A column without title and numbers takes no width: only the gaps on its sides remain")
  func emptyColumn() {
    for title in ["", " "] {
      var table = TextTable([.text("router"), .text(title), .number("bits per character")])
      table.append(["smoe", "", "1.684"])
      let expected = """
                   bits per
        router    character
        -------------------
        smoe          1.684
        """
      #expect(table.text(width: 19, style: plain) == expected)
    }
  }

  @Test("A table that is still too wide continues below with its first column repeated")
  func blocks() {
    var table = TextTable([.text("router")] + (1...16).map { .number("k = \($0)") })
    table.append(["smoe"] + (1...16).map { "1.\(100 + $0)" })
    table.append(["hyperrouter"] + (1...16).map { "2.\(100 + $0)" })
    let text = table.text(width: 80, style: plain)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(text.components(separatedBy: "hyperrouter").count > 2)
    for k in 1...16 { #expect(text.contains("1.\(100 + k)") && text.contains("2.\(100 + k)")) }
  }

  @Test("A cell wider than the page is cut, line feeds in cells are made visible")
  func longCells() {
    var table = TextTable([.text("file"), .number("n")])
    table.append([String(repeating: "x", count: 100), "1"])
    table.append(["a\nb", "2"])
    let lines = table.text(width: 40, style: plain).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 40 })
    #expect(lines.contains { $0.hasSuffix("x…") } && lines.contains { $0.hasPrefix("a\\nb") })
    #expect(TextTable([.text("nothing")]).text(width: 80, style: plain) == "nothing\n-------")
  }
}
