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
    #expect(found == "byte 0xC3 at byte offset 5, line 2 is not valid UTF-8, which texts to classify are")
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

@Suite("Who says it in a play")
struct SpeechesTests {
  /// Nine tenths that pretraining reads, of one speaker's speeches, then speeches of speakers with so many each, by turns.
  private func play(_ counts: [String: Int], lineEnd: String = "\n") -> String {
    let turns = counts.flatMap { name, count in (0..<count).map { (name: name, turn: $0) } }
      .sorted { ($0.turn, $0.name) < ($1.turn, $1.name) }
    let last = turns.map { "\($0.name):\nline \($0.turn) of \($0.name.lowercased()),\nand one more.\n\n" }.joined()
    let before = "EARLY:\nspoken before\n\n"
    let whole = String(repeating: before, count: 9 * last.utf8.count / before.utf8.count + 1) + last
    return whole.replacing("\n", with: lineEnd)
  }

  private func rows(_ text: String) throws -> LabelledRows {
    try LabelledRows(play: Array(text.utf8), source: "play.txt")
  }

  @Test("A speech is its lines without the name, and knows where it stands; only the last tenth is read")
  func speeches() throws {
    let text = play(["ANNA": 12, "First BOB": 11])
    let found = try rows(text)
    #expect(found.rows.count == 23 && Set(found.rows.map(\.label)) == ["ANNA", "First BOB"])
    let bytes = Array(text.utf8)
    for row in found.rows {
      #expect(!String(decoding: row.text, as: UTF8.self).contains(row.label))
      #expect(row.origin.offset >= bytes.count / 10 * 9)
      #expect(bytes[row.origin.offset...].starts(with: row.text))
      #expect(bytes[..<row.origin.offset].suffix(row.label.utf8.count + 2).elementsEqual(Array("\(row.label):\n".utf8)))
      #expect(row.origin.line == 1 + bytes[..<row.origin.offset].count { $0 == 0x0A })
    }
    #expect(String(decoding: found.rows[0].text, as: UTF8.self) == "line 0 of anna,\nand one more.")
    #expect(
      try rows(play(["ANNA": 12, "First BOB": 11], lineEnd: "\r\n")).rows.map(\.label) == found.rows.map(\.label))
  }

  @Test("Labels are the eight most frequent speakers, each with at least ten speeches")
  func speakers() throws {
    var counts = Dictionary(uniqueKeysWithValues: (0..<10).map { ("S\($0)", 30 - $0) })
    let eight = try rows(play(counts))
    #expect(Set(eight.rows.map(\.label)) == Set((0..<8).map { "S\($0)" }))
    counts["S3"] = 9
    #expect(try !rows(play(counts)).rows.contains { $0.label == "S3" })
    let parts = try eight.split(validation: true, test: true)
    // The first speech of each of the eight trains in any case.
    for part in [parts.test, parts.validation] { #expect(abs(part.count - eight.rows.count / 5) <= 8) }
    #expect(Set(parts.train.map(\.label)) == Set(parts.test.map(\.label)))
  }

  @Test(
    "A text without speeches, one speaker, too few speeches: one line",
    arguments: [
      (["ANNA": 30], "found 1 speakers"), (["ANNA": 30, "BOB": 9], "found 1 speakers"),
      (["ANNA": 3], "found 0 speakers"),
    ])
  func tooFew(counts: [String: Int], words: String) throws {
    let error = #expect(throws: CorpusError.self) { _ = try rows(play(counts)) }
    #expect(error?.description.hasPrefix(words + " with at least 10 speeches in the last tenth") == true)
    for text in ["", "no speech here\n", ":\n\nANNA:\n\nANNA:"] {
      let error = #expect(throws: CorpusError.self) { _ = try rows(text) }
      #expect(error?.description.hasPrefix("found 0 speakers") == true)
    }
  }

  @Test("A play stands behind its prefix wherever a file of rows could; paths are made absolute behind it")
  func specification() throws {
    let folder = TemporaryDirectory()
    let path = try folder.write(Data(play(["ANNA": 20, "BOB": 20]).utf8), to: "play.txt")
    let sources = ClassificationSources(train: "speakers:\(path)")
    #expect(sources.name == "play.txt" && sources.train == "speakers:\(path)")
    #expect(ClassificationSources(train: "speakers:play.txt").train.hasPrefix("speakers:/"))
    let vocabulary = try Vocabulary(of: Array(play(["ANNA": 20, "BOB": 20]).utf8), tokenization: .bytes)
    let task = try ClassificationTask(sources, vocabulary: vocabulary, context: 100)
    #expect(task.labels == ["ANNA", "BOB"] && task.splits.map(\.count) == Splits(train: 24, validation: 8, test: 8))
    let none = #expect(throws: FileError.self) { _ = try LabelledRows(reading: "speakers:\(folder.file("none"))") }
    #expect(none?.kind == .missing && none?.path == folder.file("none"))
  }
}

@Suite("Lines without labels")
struct UnlabelledLinesTests {
  private let folder = TemporaryDirectory()

  private func lines(_ text: String, _ tokenization: Tokenization = .bytes) throws -> UnlabelledLines {
    let vocabulary = try Vocabulary(of: Array("abcdef \n".utf8), tokenization: tokenization)
    return try UnlabelledLines(folder.write(Data(text.utf8), to: "lines.txt"), vocabulary: vocabulary, context: 3)
  }

  @Test("Every line that has a symbol, with its number; of a long one the last symbols; the others are counted")
  func found() throws {
    let found = try lines("ab\n\nabcdef\r\nc\n\n")
    #expect(found.lines.map(\.text) == ["ab", "abcdef", "c"] && found.lines.map(\.number) == [1, 3, 4])
    #expect(found.lines.map(\.symbols.count) == [2, 3, 1] && found.emptyCount == 1 && found.truncatedCount == 1)
    let whole = try Vocabulary(of: Array("abcdef \n".utf8), tokenization: .bytes)
    #expect(whole.decode(found.lines[1].symbols) == "def")
  }

  @Test("A symbol that the vocabulary lacks is named with its line; a text without lines is refused")
  func faults() {
    for (text, words) in [
      ("ab\nxb\n", "byte 0x78 (\"x\") at byte offset 3, line 2"), ("\n\n", "found 2 empty lines, expected text"),
      ("\n\r\n\r", "found 3 empty lines"),
      ("", "found an empty file"),
    ] {
      let error = #expect(throws: FileError.self) { _ = try lines(text) }
      #expect(error?.kind == .damaged && error?.problem.hasPrefix(words) == true, "\(error?.problem ?? "nothing")")
    }
  }
}
