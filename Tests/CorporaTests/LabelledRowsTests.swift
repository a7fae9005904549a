import Foundation
import RunFiles
import TestSupport
import Testing

@testable import Corpora

@Suite("Rows of labelled texts")
struct LabelledRowsTests {
  private func rows(_ text: String) throws -> LabelledRows {
    try LabelledRows(source: "rows.tsv", Array(text.utf8))
  }

  private func problem(_ bytes: [UInt8]) -> String? {
    do throws(CorpusError) {
      _ = try LabelledRows(source: "rows.tsv", bytes)
      return nil
    } catch {
      return error.description
    }
  }

  @Test("Every text has the label of its own row, and knows where it stands")
  func pairs() throws {
    let found = try rows("good film\t1\nbad film\t0\nso-so\t2\n")
    #expect(found.rows.map { String(decoding: $0.text, as: UTF8.self) } == ["good film", "bad film", "so-so"])
    #expect(found.rows.map(\.label) == ["1", "0", "2"])
    #expect(found.rows.map(\.origin) == [(0, 1), (12, 2), (23, 3)].map { TextOrigin(offset: $0.0, line: $0.1) })
    #expect(found.header == nil && found.source == "rows.tsv")
  }

  @Test("A first line that names the columns is no row", arguments: ["sentence\tlabel", "text\tlabel"])
  func header(line: String) throws {
    let found = try rows("\(line)\na\tx\nb\ty\n")
    #expect(found.header == line && found.rows.map(\.label) == ["x", "y"] && found.rows[0].origin.line == 2)
    #expect(try rows("a\tx\n\(line)\n").rows.map(\.label) == ["x", "label"])
  }

  @Test("Lines may end in carriage returns; empty lines at the end are none; a last line needs no line feed")
  func lineEnds() throws {
    #expect(try rows("text\tlabel\r\na\tx\r\nb\ty\r\n\r\n\n").rows.map(\.label) == ["x", "y"])
    #expect(try rows("a\tx\nb\ty").rows == rows("a\tx\nb\ty\n").rows)
  }

  @Test(
    "What is no row is refused with its line",
    arguments: [
      ("", "empty file"), ("a\nb\n", "no line has a tab"), ("\n\n", "no line has a tab"),
      ("a\tx\nb\nc\ty\n", "line 2: found no tab"), ("a\tx\n\nc\ty\n", "line 2: found no tab"),
      ("a\tx\nb\ty\tz\n", "line 2: found 2 tabs"), ("a\tx\n\ty\n", "line 2: found an empty text"),
      ("a\tx\nb\t\n", "line 2: found an empty label"), ("text\tlabel\n", "nothing below the names"),
    ])
  func faults(text: String, words: String) {
    #expect(problem(Array(text.utf8))?.contains(words) == true, "\(problem(Array(text.utf8)) ?? "nothing")")
  }

  @Test("Bytes that are not UTF-8 are refused with their place")
  func encoding() {
    let found = problem(Array("a\tx\nb".utf8) + [0xC3, 0x28] + Array("\ty\n".utf8))
    #expect(found == "byte 0xC3 at byte offset 5, line 2 is not valid UTF-8, which labelled texts are")
  }

  /// 60 rows of one label, 25 of another, 3 of a third, 1 of a fourth, mixed.
  private func many() -> LabelledRows {
    let labels = [60, 25, 3, 1].enumerated().flatMap { Array(repeating: "\($0)", count: $1) }
    return LabelledRows(
      source: "rows.tsv",
      rows: labels.indices.map { index in
        let label = labels[index * 37 % labels.count]
        return .init(text: Array("\(index) of \(label)".utf8), label: label, origin: .start)
      })
  }

  @Test("A tenth of every label is held out for validation, another for the test, and no row is lost or met twice")
  func parts() throws {
    let all = many()
    let parts = try all.split(validation: true, test: true)
    let joined = parts.train + parts.validation + parts.test
    #expect(joined.count == 89 && Set(joined.map(\.text)) == Set(all.rows.map(\.text)))
    #expect(joined.allSatisfy { String(decoding: $0.text, as: UTF8.self).hasSuffix("of \($0.label)") })
    for part in [parts.validation, parts.test] {
      #expect((7...9).contains(part.count))
      #expect(part.count { $0.label == "0" } == 6 && (2...3).contains(part.count { $0.label == "1" }))
    }
    #expect(Set(parts.train.map(\.label)) == ["0", "1", "2", "3"])
    // File order within a part.
    let places = parts.train.map { row in all.rows.firstIndex(of: row) ?? -1 }
    #expect(places == places.sorted())
    #expect(try all.split(validation: true, test: true).test == parts.test)
  }

  @Test("What has a file of its own is not taken from the rows; too few rows are refused")
  func given() throws {
    let all = many()
    let parts = try all.split(validation: false, test: true)
    #expect(parts.validation.isEmpty && parts.train.count + parts.test.count == 89 && parts.test.count > 6)
    #expect(try all.split(validation: false, test: false).train == all.rows)
    let few = LabelledRows(source: "few", rows: Array(all.rows.prefix(5)))
    #expect(throws: CorpusError.self) { try few.split(validation: true, test: false) }
  }
}
