import Foundation
import Tensors
import Testing

@testable import Corpora

@Suite("Vocabulary")
struct VocabularyTests {
  /// Line ends of all kinds, a combining accent beside the composed letter, joined emoji, NUL, wide and no-break spaces.
  static let tricky =
    "Ünï e\u{301} é\r\nb\rc\u{0}\n\n👩‍👩‍👧 \u{FEFF}漢字\u{3000}x\u{A0}y\t<eos> \u{1F1E6}\u{1F1E8}\u{10FFFF}\n z "

  @Test("Bytes and characters come back exactly as they were", arguments: [Tokenization.bytes, .characters])
  func exactRoundTrip(tokenization: Tokenization) throws {
    let text = Array(VocabularyTests.tricky.utf8)
    let vocabulary = try Vocabulary(of: text, tokenization: tokenization)
    let symbols = try vocabulary.encode(text)
    #expect(vocabulary.decodeBytes(symbols) == text)
    #expect(Array(vocabulary.decode(symbols).utf8) == text)
    #expect(symbols.allSatisfy { 0 <= $0 && $0 < vocabulary.count })
    let expected = tokenization == .bytes ? text.count : VocabularyTests.tricky.unicodeScalars.count
    #expect(symbols.count == expected)
    #expect(vocabulary.count == Set(symbols).count)
  }

  @Test("Words come back with single spaces and their newlines")
  func wordsRoundTrip() throws {
    let text = Array(VocabularyTests.tricky.utf8)
    let vocabulary = try Vocabulary(of: text, tokenization: .words)
    let symbols = try vocabulary.encode(text)
    let decoded = vocabulary.decode(symbols)
    let expected = "Ünï e\u{301} é\nb c\u{0}\n\n👩‍👩‍👧 \u{FEFF}漢字 x y <eos> \u{1F1E6}\u{1F1E8}\u{10FFFF}\nz"
    #expect(Array(decoded.utf8) == Array(expected.utf8))
    #expect(try vocabulary.encode(decoded) == symbols)
  }

  @Test(
    "A byte-order mark at the beginning is no character and no part of a word, within the text it is; bytes keep it")
  func mark() throws {
    let text = Array("\u{FEFF}ab \u{FEFF}ab\n".utf8)
    for (tokenization, symbols, read) in [
      (Tokenization.words, 3, "ab \u{FEFF}ab\n"), (.characters, 7, "ab \u{FEFF}ab\n"),
      (.bytes, text.count, "\u{FEFF}ab \u{FEFF}ab\n"),
    ] {
      let vocabulary = try Vocabulary(of: text, tokenization: tokenization)
      let found = try vocabulary.encode(text)
      #expect(found.count == symbols && Array(vocabulary.decode(found).utf8) == Array(read.utf8))
    }
    let other = try Vocabulary(of: Array("ab\n".utf8), tokenization: .characters)
    #expect(try other.encode("\u{FEFF}a").count == 1)
    // Places are those of the file.
    let error = corpusError { _ = try other.encode("\u{FEFF}ab\ncb\n") }
    #expect(error?.description.contains("\"c\" at byte offset 6, line 2") == true)
  }

  @Test("Bytes and characters are numbered by value, words by frequency and first appearance")
  func order() throws {
    let bytes = try Vocabulary(of: Array("banana\n".utf8), tokenization: .bytes)
    #expect(bytes.decode(0..<4) == "\nabn")
    #expect(try bytes.encode("nab") == [3, 1, 2])
    let characters = try Vocabulary(of: Array("zé漢a".utf8), tokenization: .characters)
    #expect(characters.decode(0..<4) == "azé漢")
    let words = try Vocabulary(of: Array("b a c a\nb d\n \n".utf8), tokenization: .words)
    #expect((0..<5).map { words.name(of: $0) } == ["<eos>", "\"b\"", "\"a\"", "\"c\"", "\"d\""])
    #expect(try words.encode("d\nb") == [4, 0, 1])
  }

  @Test("Canonically equivalent words and characters stay different symbols")
  func canonicalEquivalence() throws {
    let words = try Vocabulary(of: Array("é e\u{301}".utf8), tokenization: .words)
    #expect(words.count == 2)
    let characters = try Vocabulary(of: Array("\u{212B}\u{C5}".utf8), tokenization: .characters)
    #expect(characters.count == 2)
  }

  @Test("A word <eos> in the text is not the newline")
  func literalEndOfSentence() throws {
    let vocabulary = try Vocabulary(of: Array("<eos>\n".utf8), tokenization: .words)
    #expect(vocabulary.count == 2)
    #expect(vocabulary.decode(try vocabulary.encode("<eos>\n<eos>")) == "<eos>\n<eos>")
  }

  @Test("All 256 bytes read every text, UTF-8 or not, as the byte's own number")
  func everyText() throws {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let numbers = try Vocabulary.allBytes.encode(bytes)
    #expect(numbers == bytes.map(Int32.init) && Set(numbers).count == 256 && Vocabulary.allBytes.count == 256)
    let kept = try JSONDecoder().decode(Vocabulary.self, from: JSONEncoder().encode(Vocabulary.allBytes))
    #expect(kept == Vocabulary.allBytes)
  }

  private static let trained = ", those of the text that the model was trained on"

  @Test(
    "A symbol that the vocabulary lacks is named with its position",
    arguments: [
      (
        Tokenization.bytes, "ab\n é",
        "byte 0xC3 at byte offset 4, line 2 is not among the vocabulary's 4 bytes\(Self.trained)"
          + "; a model trained with --vocabulary 256 reads every text"
      ),
      (
        .characters, "ab\n é",
        "character \"é\" at byte offset 4, line 2 is not among the vocabulary's 4 characters\(Self.trained)"
          + "; a model trained with --tokens bytes reads every text"
      ),
      (
        .characters, "ab\n\u{7}",
        "character \"\\u{07}\" at byte offset 3, line 2 is not among the vocabulary's 4 characters\(Self.trained)"
          + "; a model trained with --tokens bytes reads every text"
      ),
      (
        .words, "a b\na\n c\n",
        "word \"c\" at byte offset 7, line 3 is not among the vocabulary's 3 words\(Self.trained)"
          + "; a model trained with --vocabulary 10000 reads unknown words as <unk>"
      ),
    ])
  func unknownSymbol(tokenization: Tokenization, text: String, message: String) throws {
    let vocabulary = try Vocabulary(of: Array("a b\n".utf8), tokenization: tokenization)
    let error = corpusError { _ = try vocabulary.encode(text) }
    #expect(error?.description == message)
  }

  @Test("Text that is not UTF-8 is refused with the offset of the first bad byte, except as bytes")
  func invalidUTF8() throws {
    let text = Array("fine é\n".utf8) + [0xFF, 0x41]
    for tokenization in [Tokenization.characters, .words] {
      let error = corpusError { _ = try Vocabulary(of: text, tokenization: tokenization) }
      #expect(error?.description.hasPrefix("byte 0xFF at byte offset 8, line 2 is not valid UTF-8") == true)
    }
    #expect(try Vocabulary(of: text, tokenization: .bytes).decode([8, 9, 8]).contains("\u{FFFD}"))
  }

  @Test("A vocabulary is stored and read back equal", arguments: Tokenization.allCases)
  func coding(tokenization: Tokenization) throws {
    let vocabulary = try Vocabulary(of: Array(VocabularyTests.tricky.utf8), tokenization: tokenization)
    let data = try JSONEncoder().encode(vocabulary)
    let copy = try JSONDecoder().decode(Vocabulary.self, from: data)
    #expect(copy == vocabulary)
    #expect(try copy.encode(VocabularyTests.tricky) == vocabulary.encode(VocabularyTests.tricky))
  }

  @Test(
    "A stored vocabulary with repeated or impossible symbols is refused",
    arguments: [
      #"{"tokenization":"bytes","symbols":[65,66,65]}"#, #"{"tokenization":"bytes","symbols":[256]}"#,
      #"{"tokenization":"characters","symbols":["a","bc"]}"#, #"{"tokenization":"characters","symbols":[""]}"#,
      #"{"tokenization":"words","symbols":["a b"]}"#, #"{"tokenization":"words","symbols":["a",""]}"#,
      #"{"tokenization":"words","symbols":["a","a"]}"#, #"{"tokenization":"syllables","symbols":["a"]}"#,
    ])
  func corruptCoding(json: String) {
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Vocabulary.self, from: Data(json.utf8)) }
  }

  @Test("Tens of thousands of words each keep their own number")
  func manyWords() throws {
    var random = Random(seed: 4)
    let words = (0..<60_000).map { _ in String(random.below(40_000), radix: 36) }
    let text = words.joined(separator: " ")
    let vocabulary = try Vocabulary(of: Array(text.utf8), tokenization: .words)
    #expect(vocabulary.count == Set(words).count)
    let symbols = try vocabulary.encode(text)
    #expect(zip(words, symbols).allSatisfy { Array($0.utf8) == Array(vocabulary[$1]) })
  }
}
