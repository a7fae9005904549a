import Foundation
import Testing

@testable import Tables

@Suite("Tables")
struct TableTests {
  let plain = TextStyle(isColoured: false)

  @Test("Words are flush left, numbers flush right, under a rule")
  func alignment() {
    var table = Table(columns: [.text("router"), .number("bits/char"), .number("k")])
    table.append(texts: ["smoe", "1.684", "2"])
    table.append(texts: ["hyperrouter", "1.6", "16"])
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
    var table = Table(columns: [.text("router"), .number("bits per character"), .number("k")])
    table.append(texts: ["smoe", "1.684", "2"])
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
      var table = Table(columns: [.text("router"), .text(title), .number("bits per character")])
      table.append(texts: ["smoe", "", "1.684"])
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
    var table = Table(columns: [.text("router")] + (1...16).map { .number("k = \($0)") })
    table.append(texts: ["smoe"] + (1...16).map { "1.\(100 + $0)" })
    table.append(texts: ["hyperrouter"] + (1...16).map { "2.\(100 + $0)" })
    let text = table.text(width: 80, style: plain)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(text.components(separatedBy: "hyperrouter").count > 2)
    for k in 1...16 { #expect(text.contains("1.\(100 + k)") && text.contains("2.\(100 + k)")) }
  }

  @Test("A cell wider than the page is cut, line feeds in cells are made visible")
  func longCells() {
    var table = Table(columns: [.text("file"), .number("n")])
    table.append(texts: [String(repeating: "x", count: 100), "1"])
    table.append(texts: ["a\nb", "2"])
    let lines = table.text(width: 40, style: plain).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 40 })
    #expect(lines.contains { $0.hasSuffix("x…") } && lines.contains { $0.hasPrefix("a\\nb") })
    #expect(lines.suffix(4) == ["n", "-", "1", "2"], "what does not fit beside the first column stands alone")
    #expect(Table(columns: [.text("nothing")]).text(width: 80, style: plain) == "nothing\n-------")
  }

  @Test("An even choice has the first and the last, none twice, and everything if that is few")
  func evenly() {
    #expect(evenIndices(below: 0, atMost: 5).isEmpty)
    #expect(evenIndices(below: 5, atMost: 5) == [0, 1, 2, 3, 4])
    #expect(evenIndices(below: 101, atMost: 5) == [0, 25, 50, 75, 100])
    for count in [6, 7, 119, 121, 1000] {
      let chosen = evenIndices(below: count, atMost: 6)
      #expect(chosen.count == 6 && Set(chosen).count == 6 && chosen.last == count - 1)
    }
  }

  private static let grouped = Table(
    "cost <",
    columns: [
      .text("router"), .number("1 %", group: "its own"), .number("2 %", group: "its own"),
      .number("all | k", unit: "bits", digits: 2),
    ],
    rows: [
      [
        "smoe", .number(1.5), .estimate(Estimate(1234.5678, halfWidth: 0.01234)),
        .estimate(Estimate(2, halfWidth: 0.456)),
      ],
      ["dense", .missing, .number(0.25, digits: 1), .missing],
    ], notes: ["± is half of the 95 % interval", "Two."])

  @Test("A group is named once in each block where its columns stand side by side, cells as their column says")
  func groups() {
    #expect(
      Self.grouped.text(width: 80) == """
        cost <
        router  its own: 1 %                 2 %  all | k, bits
        -------------------------------------------------------
        smoe             1.5  1,234.57 ± 0.01234    2.00 ± 0.46
        dense              –                 0.2              –
        ± is half of the 95 % interval
        Two.
        """)
    let narrow = Self.grouped.text(width: 30)
    #expect(
      narrow.contains("\nrouter        its own: 2 %\n")
        && narrow.contains("\n         its\n        own:\nrouter   1 %\n"))
  }

  @Test("Markdown and HTML have the same cells; a page's table names rows, columns and groups")
  func markup() throws {
    #expect(
      Self.grouped.markdown == #"""
        **cost <**

        | router | its own: 1 % | its own: 2 % | all \| k, bits |
        |---|---:|---:|---:|
        | smoe | 1.5 | 1,234.57 ± 0.01234 | 2.00 ± 0.46 |
        | dense | – | 0.2 | – |

        ± is half of the 95 % interval

        Two.
        """#)
    #expect(
      Self.grouped.html() == #"""
        <table><caption>± is half of the 95 % interval. Two.</caption><thead><tr>\#
        <th scope="col" rowspan="2">router</th><th scope="colgroup" colspan="2">its own</th>\#
        <th scope="col" rowspan="2">all | k, bits</th></tr><tr><th scope="col">1 %</th><th scope="col">2 %</th></tr>\#
        </thead><tbody><tr><th scope="row">smoe</th><td>1.5</td><td>1,234.57 ± 0.01234</td><td>2.00 ± 0.46</td></tr>
        <tr><th scope="row">dense</th><td>–</td><td>0.2</td><td>–</td></tr></tbody></table>
        """#)
    let long = Table(headings: ["a<", "b"], rows: (0..<9).map { ["\($0)&", .number(Double($0))] })
    #expect(
      long.html(mostRows: 2) == #"""
        <table><caption>2 of 9 rows.</caption><thead><tr><th scope="col">a&lt;</th><th scope="col">b</th></tr></thead>\#
        <tbody><tr><th scope="row">0&amp;</th><td>0</td></tr>
        <tr><th scope="row">8&amp;</th><td>8</td></tr></tbody></table>
        """#)
  }
}
