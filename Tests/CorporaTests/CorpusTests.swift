import Foundation
import RunFiles
import TestSupport
import Testing

@testable import Corpora

@Suite("Corpus")
struct CorpusTests {
  private let directory = TemporaryDirectory()

  @Test("The dialects have 25 symbols, whole lines in each split, and a dialect for each symbol")
  func dialects() throws {
    let annotations = DialectCorpus().annotations
    for tokenization in [Tokenization.bytes, .characters] {
      let corpus = try Corpus.load("builtin:dialects", tokenization: tokenization)
      #expect(corpus.vocabulary.decode(0..<25) == "\nABCDEFGHabcdefghijklmnop" && corpus.vocabulary.count == 25)
      let splits = [corpus.splits.train, corpus.splits.validation, corpus.splits.test]
      #expect(splits.allSatisfy { $0.symbols.count % 48 == 0 })
      #expect(splits.flatMap { $0.annotations?.classes ?? [] } == annotations.classes)
    }
  }

  @Test("The splits of a file put together are the file")
  func fileSplits() throws {
    let text = String(repeating: "To be, or not to be: that is the question — naïve?\n", count: 40)
    try AtomicFile.write(text, to: directory.file("text.txt"))
    for tokenization in Tokenization.allCases {
      let corpus = try Corpus.load(directory.file("text.txt"), tokenization: tokenization)
      let symbols = corpus.splits.train.symbols + corpus.splits.validation.symbols + corpus.splits.test.symbols
      #expect(corpus.vocabulary.decode(symbols) == text)
      #expect(corpus.name == "text.txt")
      #expect(corpus.entropyBitsPerCharacter == nil && corpus.splits.train.annotations == nil)
      let ranges = Splits<Range<Int>>(ofSymbols: symbols.count)
      #expect(corpus.splits.map(\.symbols.count) == ranges.map(\.count))
    }
  }

  @Test("Files to validate and test on are read in the symbols of the training file, whole, with nothing before them")
  func heldOut() throws {
    try TemporaryDirectory.use { directory in
      let texts = Splits(train: "abcab cab abc ab", validation: "cab ab", test: "abc ab abc")
      for name in SplitName.allCases { try AtomicFile.write(texts[name], to: directory.file(name.rawValue)) }
      let files = Corpus.HeldOut(directory.file("validation"), directory.file("test"))
      for tokenization in Tokenization.allCases {
        let corpus = try Corpus.load(directory.file("train"), heldOut: files, tokenization: tokenization)
        for name in SplitName.allCases {
          let split = corpus.splits[name]
          #expect(try split.symbols == corpus.vocabulary.encode(texts[name]) && split.preceding.symbols.isEmpty)
        }
        #expect(corpus.vocabulary.count == [.bytes: 256, .characters: 4, .words: 5][tokenization])
        let again = try Corpus.load(directory.file("train"), heldOut: files, vocabulary: corpus.vocabulary)
        #expect(again.fingerprint == corpus.fingerprint)
        #expect(
          try Corpus.load(
            directory.file("train"), vocabulary: corpus.vocabulary, minimum: Splits(train: 2, validation: 0, test: 0)
          ).fingerprint != corpus.fingerprint)
        // The same symbols in one file, or cut elsewhere.
        try AtomicFile.write(SplitName.allCases.map { texts[$0] }.joined(), to: directory.file("whole"))
        let whole = try Corpus.load(directory.file("whole"), vocabulary: corpus.vocabulary, minimum: Splits(all: 0))
        let symbols = whole.all.symbols
        let cut = Splits(train: Array(symbols.prefix(1)), validation: Array(symbols.dropFirst()), test: [])
        let other = Corpus(name: "", symbols: cut, vocabulary: corpus.vocabulary)
        #expect(Set([corpus, whole, other].map(\.fingerprint)).count == 3)
      }
      try AtomicFile.write("cab d", to: directory.file("validation"))
      let unseen = #expect(throws: FileError.self) {
        _ = try Corpus.load(directory.file("train"), heldOut: files, tokenization: .characters)
      }
      #expect(unseen?.path == directory.file("validation") && unseen?.problem.contains("\"d\"") == true)
      let short = #expect(throws: FileError.self) {
        _ = try Corpus.load(
          directory.file("train"), heldOut: files, tokenization: .bytes,
          minimum: Splits(train: 2, validation: 2, test: 11))
      }
      #expect(short?.path == directory.file("test"))
      #expect(short?.problem == "too short: found 10 bytes for the test split, expected at least 11")
      try FileManager.default.removeItem(atPath: directory.file("test"))
      let missing = #expect(throws: FileError.self) {
        _ = try Corpus.load(directory.file("train"), heldOut: files, tokenization: .bytes)
      }
      #expect(missing?.kind == .missing && missing?.path == directory.file("test"))
    }
  }

  @Test(
    "A byte-order mark is left out of words and characters and that is said, of each file; bytes are the whole file")
  func mark() throws {
    let text = String(repeating: "some words\n", count: 40)
    for (name, text) in [("plain", text), ("marked", "\u{FEFF}" + text)] {
      try AtomicFile.write(text, to: directory.file(name))
    }
    let (plain, marked) = (directory.file("plain"), directory.file("marked"))
    let said = "marked: a byte-order mark at the beginning is left out"
    for tokenization in Tokenization.allCases {
      let corpora = try [plain, marked].map { try Corpus.load($0, tokenization: tokenization) }
      let isSame = corpora[0].fingerprint == corpora[1].fingerprint && corpora[0].vocabulary == corpora[1].vocabulary
      #expect(isSame == (tokenization != .bytes) && corpora[0].notes.isEmpty)
      #expect(corpora[1].notes == (tokenization == .bytes ? [] : [said]))
      #expect(tokenization != .bytes || corpora[1].all.symbols.count == text.utf8.count + 3)
      let held = try Corpus.load(
        plain, heldOut: Corpus.HeldOut(marked, plain), tokenization: tokenization, minimum: Splits(all: 2))
      #expect(held.notes == corpora[1].notes)
    }
  }

  @Test(
    "A compressed file is refused as any symbols, another file that is no text as words and characters, with the remedy"
  )
  func noText() throws {
    func load(_ bytes: [UInt8], _ tokenization: Tokenization) throws -> Corpus {
      try AtomicFile.write(Data(bytes + Array(repeating: 7, count: 100)), to: directory.file("book"))
      return try Corpus.load(directory.file("book"), tokenization: tokenization)
    }
    let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    for tokenization in Tokenization.allCases {
      let packed = #expect(throws: FileError.self) { _ = try load([0x1F, 0x8B, 8, 0], tokenization) }
      #expect(packed?.kind == .damaged && packed?.path == directory.file("book"))
      #expect(
        packed?.problem
          == "looks like a gzip file by its first bytes, expected text; unpack it with gunzip")
      guard tokenization != .bytes else { continue }
      let image = #expect(throws: FileError.self) { _ = try load(png, tokenization) }
      #expect(image?.problem.hasPrefix("looks like a PNG image by its first bytes, expected text") == true)
    }
    #expect(
      try load(png, .bytes).notes
        == ["book: looks like a PNG image by its first bytes, and is read byte by byte as it is"])
    #expect(try load([0x41, 0, 0x42], .bytes).notes == ["book: has zero bytes, as binary files have"])
    #expect(try load(Array("PNG and PDF".utf8), .bytes).notes.isEmpty)
  }

  @Test("A file's bytes are all 256 symbols, a built-in text's those that occur")
  func allBytes() throws {
    try TemporaryDirectory.use { directory in
      try AtomicFile.write(String(repeating: "ab", count: 50), to: directory.file("text"))
      #expect(try Corpus.load(directory.file("text"), tokenization: .bytes).vocabulary == .allBytes)
      #expect(try Corpus.load(DialectCorpus.name, tokenization: .bytes).vocabulary.count < 256)
    }
  }

  @Test("A file is encoded with another vocabulary, or the symbol that it lacks is named")
  func otherVocabulary() throws {
    let vocabulary = try Vocabulary(of: Array("abc\n".utf8), tokenization: .bytes)
    try AtomicFile.write(String(repeating: "cab", count: 20), to: directory.file("good"))
    let corpus = try Corpus.load(directory.file("good"), vocabulary: vocabulary)
    #expect(corpus.vocabulary == vocabulary)
    #expect(Array(corpus.splits.train.symbols.prefix(3)) == [3, 1, 2])
    try AtomicFile.write("abc\nabd", to: directory.file("bad"))
    let error = #expect(throws: FileError.self) { _ = try Corpus.load(directory.file("bad"), vocabulary: vocabulary) }
    #expect(error?.path == directory.file("bad"))
    #expect(
      error?.problem
        == "byte 0x64 (\"d\") at byte offset 6, line 2 is not among the vocabulary's 4 bytes, "
        + "those of the text that the model was trained on; a model trained with --vocabulary 256 reads every text")
  }

  @Test("The checksum of a text is FNV-1a of its symbols in order, zeros in front and all")
  func fingerprint() throws {
    let vocabulary = try Vocabulary(of: Array("0123456789".utf8), tokenization: .bytes)
    // Computed in Python from the definition: h ← (h XOR symbol) · (2⁴⁰ + 2⁸ + 0xB3) modulo 2⁶⁴.
    let known = [
      ("", "cbf29ce484222325"), ("1", "af63bc4c8601b62c"), ("723153", "00005e2562d9d240"),
      ("0123456789", "9800d3c0ce314572"),
      ("1023456789", "d6816a79baceeda4"), ("0123456798", "97fd6ec0ce2e63fc"),
      ("0123456789012345678901234567890123456789", "fc8ea7a9dcf49ef5"),
    ]
    for (text, expected) in known {
      let corpus = try Corpus(name: "", text: Array(text.utf8), vocabulary: vocabulary, minimum: Splits(all: 0))
      #expect(corpus.fingerprint == expected, "\(text)")
    }
  }

  @Test("A text that is too short is refused with what was found and what would do")
  func tooShort() throws {
    let (short, empty) = (directory.file("short"), directory.file("empty"))
    try AtomicFile.write(String(repeating: "x", count: 200), to: short)
    try AtomicFile.write("", to: empty)
    func expect(_ path: String, _ minimum: Splits<Int>, _ problem: String) {
      #expect(throws: FileError(.damaged, path, problem)) {
        _ = try Corpus.load(path, tokenization: .bytes, minimum: minimum)
      }
    }
    expect(empty, Splits(all: 2), "found an empty file, expected text")
    expect(
      short, Splits(train: 100, validation: 11, test: 2),
      "too short: the validation split has 10 bytes, expected at least 11; "
        + "the whole text has 200, expected at least 211")
    #expect(throws: FileError.self) {
      _ = try Corpus.load(short, tokenization: .bytes, minimum: Splits(all: .max))
    }
    _ = try Corpus.load(short, tokenization: .bytes, minimum: Splits(train: 180, validation: 10, test: 10))
  }

  @Test("An unknown built-in corpus is a missing input, and the message says which there are")
  func unknownBuiltin() {
    let error = #expect(throws: FileError.self) { _ = try Corpus.load("builtin:dialect", tokenization: .bytes) }
    #expect(error?.kind == .missing)
    #expect(
      error?.description
        == "builtin:dialect: found no such built-in corpus, expected builtin:topics, builtin:dialects, "
        + "builtin:dialects-half-marked, builtin:lists, builtin:recall or the path of a file")
  }

  @Test("A built-in corpus has no words", arguments: BuiltinCorpus.allCases)
  func builtinWords(name: BuiltinCorpus) {
    for words in [nil, 20] {
      let error = #expect(throws: FileError.self) {
        _ = try Corpus.load(name.rawValue, tokenization: .words, size: words.map { .count($0) })
      }
      #expect(error?.kind == .damaged && error?.path == name.rawValue)
    }
  }

  @Test(
    "Every built-in corpus has about 1.25 million characters, annotations in step, and what its type says",
    arguments: BuiltinCorpus.allCases)
  func everyBuiltin(name: BuiltinCorpus) throws {
    let (made, corpus) = (name.make(), try Corpus.load(name.rawValue, tokenization: .bytes))
    #expect(corpus.name == name.rawValue && corpus.builtin == name && type(of: made).corpus == name)
    #expect((1_100_000...1_400_000).contains(made.text.count) && made.annotations.marks.count == made.text.count)
    #expect(corpus.entropyBitsPerCharacter == name.facts.entropyBitsPerCharacter)
    #expect(corpus.minimumSegment == made.minimumSegment)
    let splits = [corpus.splits.train, corpus.splits.validation, corpus.splits.test]
    #expect(splits.flatMap(\.symbols).count == made.text.count)
    #expect(splits.flatMap { $0.annotations?.marks ?? [] } == made.annotations.marks)
    let ends = Set(name.facts.boundaries)
    let lines = made.text.split(whereSeparator: ends.contains)
    #expect(lines.count == name.facts.defaultLines && lines.allSatisfy { $0.count < name.facts.longestLine })
    for count in [-1, 0, 1, 7] {
      let short = name.type.init(seed: BuiltinCorpus.defaultSeed, lines: count)
      #expect(made.text.starts(with: short.text) && short.text.count(where: ends.contains) == max(0, count))
      #expect(short.annotations.marks.count == short.text.count)
    }
    #expect(name.type.init(seed: 2, lines: 50).text != name.type.init(seed: 1, lines: 50).text)
  }
}

@Suite("Splits")
struct SplitsTests {
  @Test("The splits are contiguous, in file order, and together the whole text")
  func partition() {
    for count in Array(0...500) + [999_999, 1_115_394, .max] {
      let ranges = Splits<Range<Int>>(ofSymbols: count)
      #expect(ranges.train.lowerBound == 0)
      #expect(ranges.train.upperBound == ranges.validation.lowerBound)
      #expect(ranges.validation.upperBound == ranges.test.lowerBound)
      #expect(ranges.test.upperBound == count)
    }
  }

  @Test("A file of 100,000,000 bytes is cut into the customary 90, 5 and 5 million")
  func enwik8() {
    let sizes = Splits<Range<Int>>(ofSymbols: 100_000_000).map(\.count)
    #expect(sizes == Splits(train: 90_000_000, validation: 5_000_000, test: 5_000_000))
  }

  @Test("The smallest text with splits of given sizes is found")
  func smallestWhole() {
    for minimum in [
      Splits(all: 0), Splits(all: 2), Splits(train: 1000, validation: 3, test: 4),
      Splits(train: 1, validation: 77, test: 2), Splits(train: 1, validation: 2, test: 77),
    ] {
      func suffices(_ count: Int) -> Bool {
        let sizes = Splits<Range<Int>>(ofSymbols: count).map(\.count)
        return SplitName.allCases.allSatisfy { sizes[$0] >= minimum[$0] }
      }
      #expect(minimum.smallestWhole() == (0...).first(where: suffices))
    }
  }
}
