import Foundation
import TestSupport
import Testing

@testable import Corpora

@Suite("A vocabulary of words cut by frequency")
struct WordVocabularyTests {
  private let directory = TemporaryDirectory()

  /// The words of a text, a newline by itself, by splitting and nothing else.
  private func words(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.split { $0.isWhitespace }.map(String.init)
    }.enumerated().flatMap { index, line in index == 0 ? line : ["\n"] + line }
  }

  /// The vocabulary by its definition: counts of the first ⌊90 %⌋ words, sorted, cut, and <unk> behind them.
  private func definition(_ text: String, _ count: Int) -> [String] {
    let all = words(text)
    let training = all.prefix(all.count * 90 / 100)
    var frequencies: [String: (count: Int, first: Int)] = [:]
    for (place, word) in training.enumerated() { frequencies[word, default: (0, place)].count += 1 }
    frequencies["<unk>"] = nil
    let sorted = frequencies.sorted { ($1.value.count, $0.value.first) < ($0.value.count, $1.value.first) }
    return sorted.prefix(count - 1).map(\.key) + ["<unk>"]
  }

  private func vocabulary(_ text: String, _ count: Int) throws -> Vocabulary {
    try Vocabulary(of: Array(text.utf8), words: count)
  }

  private func symbols(of vocabulary: Vocabulary) -> [String] {
    (0..<vocabulary.count).map { String(decoding: vocabulary[Int32($0)], as: UTF8.self) }
  }

  /// "c" is frequent in the last tenth only; "d" comes before "e" and as often.
  private static let text =
    String(repeating: "a b a\n", count: 20) + "d e d e f\n" + String(repeating: "c ", count: 8) + "g\n"

  @Test("The most frequent words of the training split, ties by first appearance, <unk> last", arguments: 2...6)
  func definition(count: Int) throws {
    let found = try vocabulary(Self.text, count)
    #expect(found.count == count && symbols(of: found) == definition(Self.text, count))
    #expect(found.unknown == Int32(count - 1) && found.name(of: Int32(count - 1)) == "\"<unk>\"")
    #expect(symbols(of: found).contains("a"))
    // What the last tenth has most of is not in the training split.
    #expect(!symbols(of: found).contains("c"))
  }

  @Test(
    "By frequency a word costs what its share of the training split says, one added to every count; shares are one in all"
  )
  func frequencies() throws {
    func corpus(_ vocabulary: Vocabulary) throws -> Corpus {
      try Corpus(name: "x", text: Array(Self.text.utf8), vocabulary: vocabulary, minimum: Splits(all: 2))
    }
    let cut = try corpus(vocabulary(Self.text, 4))
    let found = try #require(cut.splits.test.frequencies)
    #expect(found == cut.splits.train.frequencies && found == cut.splits.validation.prefix(3).frequencies)
    let all = words(Self.text)
    let training = all.prefix(all.count * 90 / 100)
    for (symbol, cost) in zip(symbols(of: cut.vocabulary), found.costs) {
      let count = training.count { symbol == "<unk>" ? !["a", "\n", "b"].contains($0) : $0 == symbol }
      #expect(abs(cost + log(Double(count + 1) / Double(training.count + 4))) < 1e-12, "\(symbol)")
    }
    #expect(abs(found.costs.map { exp(-$0) }.reduce(0, +) - 1) < 1e-12)
    let uncut = try Vocabulary(of: Array(Self.text.utf8), tokenization: .words)
    #expect(try corpus(uncut).splits.test.frequencies == nil, "nothing is unknown")
  }

  @Test("Every other word is read as <unk>, whose number is no other word's")
  func encoding() throws {
    let vocabulary = try vocabulary(Self.text, 4)
    #expect(symbols(of: vocabulary) == ["a", "\n", "b", "<unk>"])
    #expect(try vocabulary.encode("a x b\nd <unk>") == [0, 3, 2, 1, 3, 3])
    #expect(try vocabulary.decode(vocabulary.encode("a x b\nd")) == "a <unk> b\n<unk>")
    let all = words(Self.text)
    let known = Set(["a", "b", "\n"])
    let expected = all.map { known.contains($0) ? $0 : "<unk>" }
    #expect(try vocabulary.encode(Self.text).map { symbols(of: vocabulary)[Int($0)] } == expected)
  }

  @Test("A word <unk> that the text has, as WikiText does, is the same symbol, however frequent")
  func own() throws {
    let text = String(repeating: "<unk> a <unk> b\n", count: 30)
    let three = try vocabulary(text, 3)
    #expect(symbols(of: three) == ["a", "b", "<unk>"] && three.unknown == 2)
    let four = try vocabulary(text, 4)
    #expect(symbols(of: four) == ["a", "b", "\n", "<unk>"])
    #expect(try four.encode("<unk> a zzz") == [3, 0, 3])
    // Without a limit it is a word like any other, in its place, and unknown words are read as it.
    let whole = try Vocabulary(of: Array(text.utf8), tokenization: .words)
    #expect(symbols(of: whole) == ["<unk>", "a", "b", "\n"] && whole.unknown == 0)
    #expect(try whole.encode("b zzz") == [2, 0])
  }

  @Test("Without <unk> nothing changes: no word is unknown, and one that is missing is named")
  func without() throws {
    let vocabulary = try Vocabulary(of: Array("a b\n".utf8), tokenization: .words)
    #expect(vocabulary.unknown == nil)
    #expect(corpusError { _ = try vocabulary.encode("a c") }?.description.contains("word \"c\"") == true)
    #expect(try Vocabulary(of: Array("<unk>".utf8), tokenization: .characters).unknown == nil)
    #expect(try Vocabulary(of: Array("<unk>".utf8), tokenization: .bytes).unknown == nil)
  }

  @Test("As many words as the training split has leave one unknown; more are refused with both numbers")
  func limits() throws {
    // a, b, newline, d, e, f.
    let different = Set(words(Self.text).prefix(words(Self.text).count * 90 / 100)).count
    let largest = try vocabulary(Self.text, different)
    #expect(largest.count == different)
    let error = corpusError { _ = try vocabulary(Self.text, different + 1) }
    #expect(
      error?.description
        == "the training split has \(different) different words, expected at least \(different + 1) for a vocabulary of "
        + "\(different + 1)")
    #expect(corpusError { _ = try Vocabulary(of: Array("a b \u{1F600}".utf8) + [0xFF], words: 2) } != nil)
  }

  @Test("A cut vocabulary is stored and read back with the same order and the same <unk>")
  func coding() throws {
    let vocabulary = try vocabulary(Self.text, 5)
    let copy = try JSONDecoder().decode(Vocabulary.self, from: JSONEncoder().encode(vocabulary))
    #expect(copy == vocabulary && copy.unknown == vocabulary.unknown && copy.unknown == 4)
    #expect(try copy.encode("q a") == [4, 0])
  }

  @Test("A corpus tells each of its splits which symbol is <unk>; its parts, too")
  func corpus() throws {
    let path = directory.file("text.txt")
    try Self.text.write(toFile: path, atomically: true, encoding: .utf8)
    let corpus = try Corpus.load(path, tokenization: .words, size: .count(4))
    for name in SplitName.allCases { #expect(corpus.splits[name].unknown == 3) }
    #expect(corpus.splits.train.prefix(5).unknown == 3)
    #expect(corpus.splits.test.symbols.contains(3))
    // Unless told otherwise, all words of the training split, if there are no more than ten thousand.
    let standard = try Corpus.load(path, tokenization: .words)
    #expect(standard.splits.train.unknown == Int32(standard.vocabulary.count - 1))
    #expect(!standard.splits.train.symbols.contains(Int32(standard.vocabulary.count - 1)))
    let many = (0..<24_000).map { "w\($0 % 12_000)" }.joined(separator: " ")
    try many.write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try Corpus.load(path, tokenization: .words).vocabulary.count == Vocabulary.standardWords)
    // Another text is read with it.
    let other = directory.file("other.txt")
    try String(repeating: "x a\n", count: 30).write(toFile: other, atomically: true, encoding: .utf8)
    let read = try Corpus.load(other, vocabulary: corpus.vocabulary)
    #expect(Array(read.splits.train.symbols.prefix(6)) == [3, 0, 1, 3, 0, 1])
  }
}
