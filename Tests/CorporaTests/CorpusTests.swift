import Foundation
import Testing

@testable import Corpora

@Suite("Corpus")
struct CorpusTests {
  @Test("The built-in corpus has 25 symbols, whole lines in each split, annotations in step, and its entropy")
  func builtin() throws {
    for tokenization in [Tokenization.bytes, .characters] {
      let corpus = try Corpus.load("builtin:dialects", tokenization: tokenization)
      #expect(corpus.name == "builtin:dialects")
      #expect(corpus.vocabulary.count == 25)
      #expect(corpus.vocabulary.decode(0..<25) == "\nABCDEFGHabcdefghijklmnop")
      #expect(corpus.entropyBitsPerCharacter == DialectCorpus.entropyBitsPerCharacter)
      for name in SplitName.allCases {
        let split = corpus.splits[name]
        let annotations = try #require(split.annotations)
        #expect(annotations.dialects.count == split.symbols.count && annotations.kinds.count == split.symbols.count)
        for (index, symbol) in split.symbols.prefix(100_000).enumerated() {
          // Symbols 1 … 8 are the markers.
          let isMarker = (1...8).contains(symbol)
          if isMarker != (annotations.kinds[index] == .marker)
            || (symbol == 0) != (annotations.kinds[index] == .newline)
            || isMarker && annotations.dialects[index] != UInt8(symbol - 1)
          {
            Issue.record("\(name): the annotation of symbol \(index) is wrong")
            break
          }
        }
        #expect(annotations.kinds.first == .marker && annotations.kinds.last == .newline)
      }
    }
  }

  @Test("The splits of a file put together are the file")
  func fileSplits() throws {
    try withTemporaryDirectory { directory in
      let text = String(repeating: "To be, or not to be: that is the question — naïve?\n", count: 40)
      try AtomicFile.write(Array(text.utf8), to: directory + "/text.txt")
      for tokenization in Tokenization.allCases {
        let corpus = try Corpus.load(directory + "/text.txt", tokenization: tokenization)
        let symbols = corpus.splits.train.symbols + corpus.splits.validation.symbols + corpus.splits.test.symbols
        #expect(corpus.vocabulary.decode(symbols) == text)
        #expect(corpus.name == "text.txt")
        #expect(corpus.entropyBitsPerCharacter == nil && corpus.splits.train.annotations == nil)
        let ranges = Splits<Range<Int>>(ofSymbols: symbols.count)
        #expect(corpus.splits.map(\.symbols.count) == ranges.map(\.count))
      }
    }
  }

  @Test("A file is encoded with another vocabulary, or the symbol that it lacks is named")
  func otherVocabulary() throws {
    try withTemporaryDirectory { directory in
      let vocabulary = try Vocabulary(of: Array("abc\n".utf8), tokenization: .bytes)
      try AtomicFile.write(Array(String(repeating: "cab", count: 20).utf8), to: directory + "/good")
      let corpus = try Corpus.load(directory + "/good", vocabulary: vocabulary)
      #expect(corpus.vocabulary == vocabulary)
      #expect(Array(corpus.splits.train.symbols.prefix(3)) == [3, 1, 2])
      try AtomicFile.write(Array("abc\nabd".utf8), to: directory + "/bad")
      let error = corpusError { _ = try Corpus.load(directory + "/bad", vocabulary: vocabulary) }
      let path = (directory + "/bad").debugDescription
      #expect(
        error?.description
          == "\(path): byte 0x64 at byte offset 6, line 2 is not among the vocabulary's 4 bytes")
    }
  }

  @Test("A text that is too short is refused with what was found and what would do")
  func tooShort() throws {
    try withTemporaryDirectory { directory in
      try AtomicFile.write(Array(String(repeating: "x", count: 200).utf8), to: directory + "/short")
      let minimum = Splits(train: 100, validation: 11, test: 2)
      let error = corpusError {
        _ = try Corpus.load(directory + "/short", tokenization: .bytes, minimum: minimum)
      }
      #expect(error?.kind == .badData)
      #expect(
        error?.description.hasSuffix(
          "too short: the validation split has 10 bytes, expected at least 11; "
            + "the whole text has 200, expected at least 211") == true)
      let huge = corpusError {
        _ = try Corpus.load(directory + "/short", tokenization: .bytes, minimum: Splits(all: .max))
      }
      #expect(huge?.kind == .badData)
      #expect(throws: Never.self) {
        _ = try Corpus.load(
          directory + "/short", tokenization: .bytes, minimum: Splits(train: 180, validation: 10, test: 10))
      }
    }
  }

  @Test("An unknown built-in corpus is a missing input, and the message says which there are")
  func unknownBuiltin() {
    let error = corpusError { _ = try Corpus.load("builtin:dialect", tokenization: .bytes) }
    #expect(error?.isMissing == true)
    #expect(
      error?.description
        == "\"builtin:dialect\": no such built-in corpus, expected builtin:dialects or the path of a file")
  }

  @Test("A built-in corpus of another seed is encoded with the same numbers")
  func otherSeed() throws {
    let corpus = try Corpus(dialects: DialectCorpus(seed: 8, lines: 400))
    let vocabulary = try Corpus.load("builtin:dialects", tokenization: .bytes).vocabulary
    #expect(corpus.vocabulary == vocabulary)
    #expect(vocabulary.decodeBytes(corpus.splits.train.symbols).elementsEqual(DialectCorpus(seed: 8, lines: 360).text))
  }

  @Test("The built-in corpus has no words")
  func builtinWords() {
    let error = corpusError { _ = try Corpus.load("builtin:dialects", tokenization: .words) }
    #expect(error?.kind == .badData)
  }

  @Test("1.25 million characters are generated and loaded in well under a second")
  func speed() throws {
    let time = try ContinuousClock().measure { _ = try Corpus.load("builtin:dialects", tokenization: .bytes) }
    // About 0.04 s alone on a machine; the bound leaves room for a busy one.
    #expect(time < .seconds(1))
  }
}
