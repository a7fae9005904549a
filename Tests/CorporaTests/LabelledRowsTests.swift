import Foundation
import RunFiles
import Tensors
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
    #expect(found.header == nil && found.notes.isEmpty && found.source == "rows.tsv")
  }

  @Test("A first line with the names text or sentence, and label, is no row and says which column is which")
  func named() throws {
    for line in ["sentence\tlabel", "text\tlabel", "Sentence\tLabel"] {
      let found = try rows("\(line)\na\tx\nb\ty\n")
      #expect(found.header == line.split(separator: "\t").map(String.init))
      #expect(found.rows.map(\.label) == ["x", "y"] && found.rows[0].origin.line == 2)
      #expect(try rows("a\tx\n\(line)\n").rows.count == 2)
    }
    let reversed = try rows("label\ttext\na\tx\nb\ty\n")
    #expect(reversed.rows.map(\.label) == ["a", "b"] && reversed.notes.count == 2)
  }

  @Test("Lines may end in carriage returns; empty lines at the end are none; a last line needs no line feed")
  func lineEnds() throws {
    #expect(try rows("text\tlabel\r\na\tx\r\nb\ty\r\n\r\n\n").rows.map(\.label) == ["x", "y"])
    #expect(try rows("a\tx\nb\ty").rows == rows("a\tx\nb\ty\n").rows)
  }

  @Test(
    "What is no row is refused with its line",
    arguments: [
      ("", "empty file"), ("a\nb\n", "no line has a tab or a comma"),
      ("\n\n", "no line has a tab"),
      ("a\tx\nb\nc\ty\n", "line 2: found no tab"), ("a\tx\n\nc\ty\n", "line 2: found no tab"),
      ("a\tx\nb\ty\tz\n", "line 2: found 2 tabs"), ("a\tx\n\ty\n", "line 2: found an empty text"),
      ("a\tx\nb\t\n", "line 2: found an empty label"), ("a\tx\nb\t \n", "line 2: found an empty label"),
      ("text\tlabel\n", "nothing below the names"),
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
    let short = #expect(throws: CorpusError.self) { try few.split(validation: true, test: false) }
    #expect(short?.description.contains("found 5 rows") == true && short?.description.contains("at least 20") == true)
    let own = LabelledRows(
      source: "own", rows: (0..<20).map { .init(text: [0x61], label: "\($0)", origin: .start) })
    let none = #expect(throws: CorpusError.self) { try own.split(validation: true, test: true) }
    #expect(
      none?.description == "found 20 labels in 20 rows: the first row of a label trains, and none is left for the "
        + "validation part; expected several rows of a label, or --validation FILE")
  }
}

@Suite("Labelled files as people have them")
struct LabelledFileTests {
  /// Twelve rows of two labels, and what stands around them.
  private func file(
    first: [String] = [], labels: [String] = ["good", "bad"], isReversed: Bool = false, separator: String = "\t",
    end: String = "\n", ownLabel: String? = nil
  ) -> String {
    let rows = (0..<12).map { ["this is row \($0) of them", labels[$0 % labels.count]] }
    let own = ownLabel.map { [["this is a row of its own", $0]] } ?? []
    let lines = (own + rows).map { isReversed ? [$0[1], $0[0]] : $0 }
    return ((first.isEmpty ? [] : [first]) + lines).map { $0.joined(separator: separator) + end }.joined()
  }

  private func rows(_ text: String, known: LabelColumn.Known? = nil) throws -> LabelledRows {
    try LabelledRows(source: "rows.tsv", Array(text.utf8), known: known)
  }

  /// What a file is expected to be read as: twelve rows of two labels.
  private func expectTwelve(_ text: String, _ note: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let (found, plain) = (try rows(text), try rows(file()))
    #expect(found.rows.map(\.label) == plain.rows.map(\.label), sourceLocation: sourceLocation)
    #expect(found.rows.map(\.text) == plain.rows.map(\.text), sourceLocation: sourceLocation)
    #expect(found.notes.contains { $0.contains(note) }, "\(found.notes)", sourceLocation: sourceLocation)
    for row in found.rows {
      let bytes = Array(text.utf8)[row.origin.offset...]
      #expect(bytes.starts(with: row.text), "a text lies where its row says", sourceLocation: sourceLocation)
      let line = 1 + Array(text.utf8)[..<row.origin.offset].count { $0 == 0x0A }
      #expect(row.origin.line == line, sourceLocation: sourceLocation)
    }
  }

  @Test("A first line unlike those below it names the columns, whatever its words, and is said")
  func header() throws {
    for names in [
      ["text", "category"], ["Sentence", "Label"], ["utterance", "intent"], ["Was gesagt wurde", "Klasse"],
    ] {
      try expectTwelve(file(first: names), "the first line names the columns: \"\(names[0])\", \"\(names[1])\"")
      #expect(try rows(file(first: names)).header == names)
    }
    // No number above numbers; one label that is rare among many.
    let numbers = try rows(file(first: ["review", "stars"], labels: (1...12).map(String.init)))
    #expect(numbers.header == ["review", "stars"] && numbers.rows.count == 12)
    let many = (0..<24).map { "this is row \($0)\tlabel \($0 % 12)\n" }.joined() + "another row\trare\n"
    #expect(try rows("phrase\tkind\n" + many).header == ["phrase", "kind"])
  }

  @Test("A first line like those below it is a row; a label that stands in line 1 alone is said")
  func noHeader() throws {
    for text in [
      file(), file(ownLabel: "good"), file(labels: ["1", "0"], ownLabel: "2"),
      "a\tx\nb\ty\nc\tz\n", "a\tx\nb\ty\nc\ty\n", "a\tx\n",
    ] {
      let found = try rows(text)
      #expect(found.header == nil && found.rows.count == text.split(separator: "\n").count)
      #expect(!found.notes.contains { $0.contains("line 1") }, "\(found.notes)")
    }
    let rare = try rows(file(first: ["This is a whole sentence, is it not?", "ugly"]))
    #expect(rare.header == nil && rare.rows[0].label == "ugly")
    #expect(
      rare.notes == ["the label \"ugly\" of line 1 is in no other line: remove that line if it names the columns"])
  }

  @Test("A byte-order mark is left out and said")
  func mark() throws {
    try expectTwelve("\u{FEFF}" + file(), "a byte-order mark")
    try expectTwelve("\u{FEFF}" + file(first: ["text", "category"]), "a byte-order mark")
    #expect(try rows("\u{FEFF}" + file(first: ["text", "label"])).header == ["text", "label"])
  }

  @Test("Columns the other way round are recognised by few different labels, and said; in doubt a first line decides")
  func reversed() throws {
    try expectTwelve(
      file(isReversed: true),
      "the first column has the labels, 2 different ones, the second the texts, 12 different ones")
    try expectTwelve(file(first: ["category", "text"], isReversed: true), "names the columns: \"text\", \"category\"")
    try expectTwelve(file(first: ["label", "text"], isReversed: true), "the first column has the labels")
    // Three different texts with four labels.
    let doubtful = (0..<12).map { "row \($0 % 3)\tlabel \($0 % 4)\n" }.joined()
    let error = #expect(throws: CorpusError.self) { _ = try rows(doubtful) }
    #expect(error?.description.contains("found 3 and 4 different values; expected a first line") == true)
    #expect(try rows("text\tlabel\n" + doubtful).rows[1].label == "label 1")
    #expect(try rows("label\ttext\n" + doubtful).rows[1].label == "row 1")
    // As many in both: the usual order.
    #expect(try rows("a\tx\nb\ty\na\tx\n").rows.map(\.label) == ["x", "y", "x"])
  }

  @Test("A file for a classifier is read as its training file was: by its labels, or the same first line")
  func known() throws {
    let known = LabelColumn.Known(labels: ["good", "bad"], header: ["What they said", "Verdict."])
    #expect(try rows("good\tsome text\nbad\tsome text\n", known: known).rows.map(\.label) == ["good", "bad"])
    #expect(try rows("What they said\tVerdict.\na\tgood\n", known: known).rows.map(\.label) == ["good"])
    #expect(try rows("text\tcategory\na\tgood\n", known: known).header == ["text", "category"])
    for text in ["a\tugly\n", "It is a sentence.\tugly\na\tgood\n", "a\tgood\ntext\tcategory\n"] {
      #expect(try rows(text, known: known).header == nil)
    }
  }

  @Test("Blanks at the ends of labels are no part of them, and their rows are counted")
  func blanks() throws {
    try expectTwelve(file(labels: ["good ", " bad\u{A0}"]), "in rows: 12")
    try expectTwelve(file(labels: ["good", "bad", "good ", "bad"]), "in rows: 3")
    #expect(try rows(file(labels: ["very good", "bad"])).rows[0].label == "very good")
  }

  @Test("CSV: commas or semicolons, quotation marks, line feeds and commas within them, and it is said")
  func csv() throws {
    try expectTwelve(file(separator: ","), "read as CSV, with commas")
    try expectTwelve(file(separator: ";"), "read as CSV, with semicolons")
    try expectTwelve(file(first: ["text", "category"], separator: ",", end: "\r\n") + "\r\n", "names the columns")
    let quoted =
      "text,category\n\"He said \"\"no\"\", twice\",bad\n"
      + "\"two\nlines\",\"good, very\"\nplain \"x\",bad\n\"\"\"\",bad"
    let found = try rows(quoted)
    #expect(
      found.rows.map { String(decoding: $0.text, as: UTF8.self) }
        == ["He said \"no\", twice", "two\nlines", "plain \"x\"", "\""])
    #expect(found.rows.map(\.label) == ["bad", "good, very", "bad", "bad"])
    #expect(found.rows.map(\.origin.line) == [2, 3, 5, 6])
    // A semicolon in a text and commas between the columns; tabs in texts.
    #expect(try rows("a;b,x\nc,y\nd,y\n").rows.map(\.label) == ["x", "y", "y"])
    #expect(try rows("a,x\n\"b\tc\",y\nd,y\n").rows.map(\.label) == ["x", "y", "y"])
    // Between tabs they are letters.
    #expect(try rows("\"a\tx\nb, c\ty\n").rows.map { String(decoding: $0.text, as: UTF8.self) } == ["\"a", "b, c"])
  }

  @Test(
    "What is no CSV is refused with its line",
    arguments: [
      ("a,x\nb, c,y\n", "line 2: found 3 columns, expected 2 as CSV"), ("a,x\n\nb,y\n", "line 2: found 1 column"),
      ("a,x\n\"b,y\nc,y\n", "line 2: found a quotation mark that is never closed"),
      ("a,x\n\"b\" c,y\n", "line 2: found more behind a closing quotation mark"),
      ("\"two\nlines\",x\nb,y,z\n", "line 3: found 3 columns"), ("a,x\n\"\",y\n", "line 2: found an empty text"),
      ("a,x\nb,", "line 2: found an empty label"), ("a\tb\tx\n", "cut -f"),
    ])
  func faults(text: String, words: String) throws {
    let error = #expect(throws: CorpusError.self) { _ = try rows(text) }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "nothing")")
  }

  @Test("Labels that nearly every text has for its own are a hint")
  func own() throws {
    let found = try rows(file(labels: (0..<12).map { "label \($0)" }))
    #expect(found.notes == ["nearly every text has a label of its own: 12 labels in 12 rows"])
  }

  @Test("Fields of random letters, quoted where they must be, come back from CSV")
  func roundTrip() throws {
    for seed in 0..<200 {
      var random = Random(seed: UInt64(seed))
      func field() -> String {
        String((0...random.below(6)).map { _ in Array("ab,;\"\n é")[random.below(8)] })
      }
      let pairs = (0..<5).map { _ in [field() + "x", field() + "y"] }
      let text = pairs.map { $0.map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: ",") }
      let values = try SeparatedValues(Array((text.joined(separator: "\r\n") + "\r\n").utf8)[...])
      #expect(values.rows.map { $0.map { String(decoding: $0.bytes, as: UTF8.self) } } == pairs)
    }
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

  @Test("A byte-order mark is left out, and places are those of the file")
  func mark() throws {
    let found = try lines("\u{FEFF}ab\nc\n")
    #expect(found.isMarked && found.lines.map(\.text) == ["ab", "c"])
    #expect(try !lines("ab\n").isMarked)
    let error = #expect(throws: FileError.self) { _ = try lines("\u{FEFF}ab\nxb\n") }
    #expect(error?.problem.hasPrefix("byte 0x78 (\"x\") at byte offset 6, line 2") == true)
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
