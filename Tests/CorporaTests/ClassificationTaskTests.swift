import Foundation
import RunFiles
import TestSupport
import Testing

@testable import Corpora

@Suite("Classification task")
struct ClassificationTaskTests {
  private let folder = TemporaryDirectory()

  private func vocabulary(_ tokenization: Tokenization = .bytes) throws -> Vocabulary {
    try Vocabulary(of: Array("abcdefghijklmnopqrst .\n".utf8), tokenization: tokenization)
  }

  private func rows(_ pairs: [(String, String)], source: String = "x.tsv") -> LabelledRows {
    LabelledRows(
      source: source,
      rows: pairs.enumerated().map {
        .init(text: Array($1.0.utf8), label: $1.1, origin: TextOrigin(offset: 0, line: $0 + 1))
      })
  }

  private func task(
    train: [(String, String)], validation: [(String, String)] = [("a", "no")], test: [(String, String)] = [("a", "no")],
    context: Int = 9, tokenization: Tokenization = .bytes
  ) throws -> ClassificationTask {
    try ClassificationTask(
      name: "task", Splits(train: rows(train), validation: rows(validation), test: rows(test, source: "test.tsv")),
      vocabulary: vocabulary(tokenization), context: context)
  }

  @Test("Every text keeps its label and its symbols; labels are numbered in the order of their bytes")
  func pairs() throws {
    let train = [("abc", "yes"), ("de", "no"), ("a.", "10"), ("f", "yes")]
    let task = try task(train: train, test: [("b", "10"), ("c", "yes")])
    #expect(task.labels == ["10", "no", "yes"])
    let vocabulary = try vocabulary()
    for (text, pair) in zip(task.splits.train, train) {
      #expect(vocabulary.decode(text.symbols) == pair.0 && task.labels[Int(text.label)] == pair.1)
    }
    #expect(task.splits.test.map { task.labels[Int($0.label)] } == ["10", "yes"])
    #expect(task.longest == 3 && task.truncatedCount == 0)
  }

  @Test("Of a text longer than the context the last symbols are read, and it is counted")
  func truncation() throws {
    let task = try task(
      train: [("abcdef", "x"), ("ab", "y"), ("bcd", "x")], validation: [("abcd", "y")], test: [("b", "y")], context: 3)
    #expect(task.splits.train.map(\.symbols.count) == [3, 2, 3])
    #expect(try vocabulary().decode(task.splits.train[0].symbols) == "def")
    #expect(task.truncated == Splits(train: 1, validation: 1, test: 0) && task.truncatedCount == 2 && task.longest == 3)
  }

  @Test("Chance is the test part's share of the training part's most frequent label, of equal ones the first")
  func chance() throws {
    let test = [("a", "x"), ("a", "y"), ("a", "y"), ("a", "z")]
    #expect(
      try task(train: [("a", "z"), ("b", "y"), ("c", "y"), ("d", "x")], validation: [("a", "x")], test: test).chance
        == 0.5)
    #expect(try task(train: [("a", "z"), ("b", "y"), ("c", "x")], validation: [("a", "x")], test: test).chance == 0.25)
  }

  @Test("One label only, a label never seen in training, a symbol that the vocabulary lacks, a text without words")
  func faults() throws {
    let one = try #require(
      #expect(throws: FileError.self) { _ = try task(train: [("a", "x"), ("b", "x")], validation: [("a", "x")]) })
    #expect(one.kind == .damaged && one.description.contains("found the label \"x\" alone"))
    let unseen = try #require(
      #expect(throws: FileError.self) {
        _ = try task(train: [("a", "no"), ("b", "yes")], test: [("a", "no"), ("b", "maybe")])
      })
    #expect(
      unseen.description == "test.tsv: line 2: found the label \"maybe\", expected one of the 2 of the training part")
    let symbol = try #require(
      #expect(throws: FileError.self) { _ = try task(train: [("a", "no"), ("b", "yes"), ("aZ", "no")]) })
    #expect(
      symbol.path == "x.tsv" && symbol.problem.hasPrefix("byte 0x5A (\"Z\") at byte offset 1, line 3 is not among"))
    let empty = try #require(
      #expect(throws: FileError.self) { _ = try task(train: [(" ", "no"), ("b", "yes")], tokenization: .words) })
    #expect(empty.problem == "line 1: found a text without any of the vocabulary's words")
  }

  @Test(
    "Files: their own parts where they are given, tenths of the training rows where not; header lines are said once")
  func files() throws {
    func write(_ name: String, _ count: Int, header: Bool = false) throws -> String {
      let lines = (0..<count).map { "text \($0 % 9 == 0 ? "a" : "b")\t\($0 % 2)\n" }.joined()
      return try folder.write(Data(((header ? "sentence\tlabel\n" : "") + lines).utf8), to: name)
    }
    func said(_ file: String) -> String { "\(file): the first line names the columns: \"sentence\", \"label\"" }
    let (train, test) = (try write("train.tsv", 100, header: true), try write("test.tsv", 7, header: true))
    let vocabulary = try Vocabulary(of: Array("text ab".utf8), tokenization: .characters)
    let whole = try ClassificationTask(ClassificationSources(train: train), vocabulary: vocabulary, context: 50)
    #expect(whole.splits.map(\.count) == Splits(train: 80, validation: 10, test: 10))
    #expect(whole.name == "train.tsv" && whole.notes == [said("train.tsv")] && whole.ceiling == nil)
    let own = try ClassificationTask(
      ClassificationSources(train: train, test: test), vocabulary: vocabulary, context: 50)
    #expect(own.splits.map(\.count) == Splits(train: 90, validation: 10, test: 7))
    #expect(own.notes == [said("train.tsv"), said("test.tsv")] && own.counts == [45, 45] && whole.counts == [40, 40])
    #expect(own.fingerprint != whole.fingerprint)
    #expect(
      try ClassificationTask(ClassificationSources(train: train), vocabulary: vocabulary, context: 50).fingerprint
        == whole.fingerprint)
    let missing = #expect(throws: FileError.self) {
      _ = try ClassificationTask(
        ClassificationSources(train: train, validation: folder.file("none")), vocabulary: vocabulary, context: 50)
    }
    #expect(missing?.kind == .missing && missing?.path == folder.file("none"))
    let read = try ClassificationTask.texts(at: test, labels: ["0", "1"], vocabulary: vocabulary, context: 4)
    #expect(
      read.texts.map(\.label) == [0, 1, 0, 1, 0, 1, 0] && read.truncated == 7 && read.notes == [said("test.tsv")])
    let other = #expect(throws: FileError.self) {
      _ = try ClassificationTask.texts(at: test, labels: ["0", "2"], vocabulary: vocabulary, context: 4)
    }
    #expect(other?.problem.hasPrefix("line 3: found the label \"1\"") == true)
  }
}

@Suite("The built-in task: which dialect a line is from")
struct DialectTaskTests {
  @Test("A text is the key and the 44 letters of a line of another sample; its label is the line's marker")
  func rows() throws {
    let rows = DialectTask.rows
    #expect(rows.map(\.count) == DialectTask.lines)
    let text = DialectCorpus(seed: DialectTask.seed, lines: 2500).text
    let lines = text.split(separator: 0x0A)
    let all = rows.train + rows.validation + rows.test
    #expect(all.count == 2500 && lines.count == 2500)
    for (row, line) in zip(all, lines) {
      #expect(
        row.text == Array(line.dropFirst().dropLast()) && row.label == String(decoding: line.prefix(1), as: UTF8.self))
      #expect(row.text.count == 45 && row.text.allSatisfy { DialectCorpus.letters.contains($0) })
    }
    #expect(DialectTask.seed != DialectCorpus.defaultSeed)
  }

  @Test("The posterior is Bayes' rule over the eight chains, by products")
  func posterior() {
    let sample = DialectTask.rows.test.prefix(20).map { Array($0.text.prefix(5)) }
    for text in sample {
      let letters = text.map { Int($0 - UInt8(ascii: "a")) }
      let likelihoods = DialectCorpus.chains.map { chain in
        (1..<letters.count).reduce(1.0) { product, place in
          guard let rank = chain.successors[letters[place - 1]].firstIndex(of: letters[place]) else { return 0 }
          return product * [0.6, 0.2, 0.12, 0.08][rank]
        }
      }
      let sum = likelihoods.reduce(0, +)
      #expect(sum > 0)
      for (found, expected) in zip(DialectTask.posterior(of: text), likelihoods) {
        #expect(abs(found - expected / sum) < 1e-12)
      }
    }
    // One letter says nothing of the dialect; a text that no chain can write has no posterior.
    #expect(DialectTask.posterior(of: [0x61]).allSatisfy { abs($0 - 1.0 / 8) < 1e-15 })
  }

  @Test("The ceiling is reached where labels belong to their texts, and chance where they are shifted by a row")
  func ceiling() {
    let rows = DialectTask.rows.test
    #expect(DialectTask.optimalAccuracy(on: rows) > 0.99)
    let shifted = rows.indices.map { index in
      LabelledRows.Row(
        text: rows[index].text, label: rows[(index + 1) % rows.count].label, origin: rows[index].origin)
    }
    // Five standard errors.
    #expect(abs(DialectTask.optimalAccuracy(on: shifted) - 0.125) < 5 * (0.125 * 0.875 / 1000).squareRoot())
    // A mean of posteriors of the labels is what the best classifier expects of itself.
    let short = rows.map { LabelledRows.Row(text: Array($0.text.prefix(4)), label: $0.label, origin: $0.origin) }
    let expected = short.reduce(0) { $0 + (DialectTask.posterior(of: $1.text).max() ?? 0) } / Double(short.count)
    #expect(abs(DialectTask.optimalAccuracy(on: short) - expected) < 5 * (0.25 / 1000).squareRoot())
    #expect(expected > 0.2 && expected < 0.99)
  }
}
