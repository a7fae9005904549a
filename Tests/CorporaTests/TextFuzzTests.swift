import Foundation
import Tensors
import TestSupport
import Testing

@testable import Corpora

@Suite("Random texts: read as what they are, or refused where they are not UTF-8", .thorough)
struct TextFuzzTests {
  /// A text of letters, white space of every length, long scalars, and now and then bytes that no UTF-8 has.
  private func text(_ random: inout Random) -> [UInt8] {
    let sound: [[UInt8]] = [
      "a", "b", "é", "e\u{301}", "€", "😀", "\u{10FFFF}", " ", "\n", "\r\n", "\t", "\u{85}", "\u{A0}", "\u{2003}",
      "\u{3000}", "\u{FEFF}", "\u{0}", "\u{7FF}", "\u{800}", "\u{FFFF}", "\u{10000}",
    ].map { Array($0.utf8) }
    let broken: [[UInt8]] = [
      [0x80], [0xC0, 0x80], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82],
      [0xF0, 0x80, 0x80, 0x80],
      [0xF4, 0x90, 0x80, 0x80], [0xF5], [0xFF], [0xFE], [0xF0, 0x9F, 0x98],
    ]
    let isBroken = random.bernoulli(0.3)
    var bytes: [UInt8] = []
    for _ in 0..<random.below(60) {
      switch random.below(20) {
      case 0 where isBroken: bytes += random.pick(broken)
      case 1 where isBroken: bytes.append(UInt8(random.below(256)))
      default: bytes += random.pick(sound)
      }
    }
    return bytes
  }

  /// What is read of a text: bytes as they are, other symbols without a byte-order mark at the beginning.
  private func read(_ bytes: [UInt8], as tokenization: Tokenization) -> [UInt8] {
    tokenization != .bytes && bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes[3...]) : bytes
  }

  /// The words of a text, and its line feeds, as Foundation-free Swift finds them.
  private func words(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    for scalar in text.unicodeScalars {
      guard scalar.properties.isWhitespace else {
        word.unicodeScalars.append(scalar)
        continue
      }
      if !word.isEmpty { words.append(word) }
      word = ""
      if scalar == "\n" { words.append("\n") }
    }
    return word.isEmpty ? words : words + [word]
  }

  @Test("Bytes and characters come back as they were, words as they were between white space; nothing else is accepted")
  func encoding() {
    Fuzz("texts", cases: 4_000).expect(accepted: 2_000, refused: 200) { random in
      let bytes = text(&random)
      let tokenization = random.pick(Tokenization.allCases)
      let decoded = String(validating: bytes, as: UTF8.self)
      let symbols: [Int32]
      let vocabulary: Vocabulary
      do {
        vocabulary = try Vocabulary(of: bytes, tokenization: tokenization)
        symbols = try vocabulary.encode(bytes)
      } catch {
        guard tokenization != .bytes, decoded == nil, error is CorpusError, !"\(error)".contains("\n") else {
          throw Fuzz.Fault("\(bytes) refused by \(error)")
        }
        return .refused
      }
      guard symbols.allSatisfy({ (0..<Int32(vocabulary.count)).contains($0) }) else { throw Fuzz.Fault("a symbol ≥ V") }
      guard Set(symbols).count == vocabulary.count else { throw Fuzz.Fault("a symbol that does not occur") }
      switch tokenization {
      case .bytes, .characters:
        let expected = read(bytes, as: tokenization)
        guard vocabulary.decodeBytes(symbols) == expected else { throw Fuzz.Fault("\(bytes) became another text") }
        if tokenization == .characters, symbols.count != String(decoding: expected, as: UTF8.self).unicodeScalars.count
        {
          throw Fuzz.Fault("\(bytes) accepted as \(symbols.count) characters")
        }
      case .words:
        guard let decoded else { throw Fuzz.Fault("\(bytes) accepted as words") }
        let found = symbols.map { String(decoding: vocabulary[$0], as: UTF8.self).unicodeScalars.map(\.value) }
        let read = String(decoding: read(Array(decoded.utf8), as: .words), as: UTF8.self)
        guard found == words(read).map({ $0.unicodeScalars.map(\.value) }) else {
          throw Fuzz.Fault("\(bytes): \(found)")
        }
      }
      return .accepted
    }
  }

  @Test("With the vocabulary of another text, a text is encoded or its first unknown symbol named")
  func foreignVocabulary() {
    Fuzz("texts with another vocabulary", cases: 2_000).expect(accepted: 50, refused: 500) { random in
      let tokenization = random.pick(Tokenization.allCases)
      guard let vocabulary = try? Vocabulary(of: text(&random), tokenization: tokenization) else { return .refused }
      let stored = try JSONEncoder().encode(vocabulary)
      guard try JSONDecoder().decode(Vocabulary.self, from: stored) == vocabulary else {
        throw Fuzz.Fault("a vocabulary did not survive being stored")
      }
      let bytes = text(&random)
      do {
        let symbols = try vocabulary.encode(bytes)
        if tokenization != .words, vocabulary.decodeBytes(symbols) != read(bytes, as: tokenization) {
          throw Fuzz.Fault("another text")
        }
        return .accepted
      } catch let error as CorpusError {
        guard !error.description.contains("\n") else { throw Fuzz.Fault("more than a line") }
        return .refused
      }
    }
  }

  @Test("Stored vocabularies that are damaged are refused or whole")
  func storedVocabulary() throws {
    let sound = try Tokenization.allCases.map { tokenization in
      [UInt8](try JSONEncoder().encode(Vocabulary(of: Array("a é 😀\nb ab".utf8), tokenization: tokenization)))
    }
    let structure = Array("0123456789-.eE[]{},:\"\\ ".utf8)
    Fuzz("stored vocabularies", cases: 5_000).expect(accepted: 300, refused: 1_500) { random in
      let text = random.pick(sound)
      let bytes = random.bernoulli(0.7) ? random.misvalued(text) : random.damaged(text, alphabet: structure, most: 2)
      // Deep nesting is another reader's matter.
      guard bytes.count(where: { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "{") }) < 100 else { return .refused }
      guard let vocabulary = try? JSONDecoder().decode(Vocabulary.self, from: Data(bytes)) else { return .refused }
      let symbols = (0..<Int32(vocabulary.count)).map { $0 }
      guard try vocabulary.tokenization == .words || vocabulary.encode(vocabulary.decodeBytes(symbols)) == symbols
      else {
        throw Fuzz.Fault("\(String(decoding: bytes, as: UTF8.self)) accepted, but its symbols do not come back")
      }
      for symbol in symbols { _ = vocabulary.name(of: symbol) }
      return .accepted
    }
  }

  @Test("Texts of every length are cut into parts and batches, or refused as too short")
  func batches() {
    Fuzz("corpora and batches", cases: 4_000).expect(accepted: 1_000, refused: 500) { random in
      let bytes = (0..<random.below(400)).map { _ in UInt8(97 + random.below(3)) }
      let batch = random.bernoulli(0.9) ? 1 + random.below(6) : random.pick([1, 65536, 1 << 40, .max])
      let length = random.bernoulli(0.9) ? 1 + random.below(9) : random.pick([1, 16384, 1 << 40, .max])
      let least = random.bernoulli(0.8) ? 2 : random.pick(Random.boundaryIntegers.filter { $0 >= 0 })
      var minimum = Splits(all: least)
      minimum.train = BatchStream.minimumSymbols(batch: batch, segmentLength: length)
      do {
        let corpus = try Corpus(
          name: "x", text: bytes, vocabulary: Vocabulary(of: bytes, tokenization: .bytes), minimum: minimum)
        let parts = corpus.splits
        guard parts.train.symbols.count + parts.validation.symbols.count + parts.test.symbols.count == bytes.count
        else {
          throw Fuzz.Fault("symbols lost")
        }
        let stream = try BatchStream(parts.train.symbols, batch: batch, segmentLength: length)
        for index in [0, stream.count - 1, stream.count, 1_000_000_007] {
          let segment = stream.segment(at: index)
          guard segment.inputs.count == batch * length, segment.targets.count == batch * length else {
            throw Fuzz.Fault("segment \(index) has \(segment.inputs.count) symbols")
          }
        }
        let reading = try EvaluationRows(parts.validation, segment: min(length, 16384), receptiveField: length % 50)
        let steps = reading.tiles.flatMap { tile in tile.segments.map { reading.step(tile, $0) } }
        let targets = steps.reduce(0) { $0 + $1.scored.count + $1.cold.count }
        guard targets == reading.symbolCount else { throw Fuzz.Fault("\(targets) targets, not \(reading.symbolCount)") }
        return .accepted
      } catch let error as CorpusError {
        guard !error.description.contains("\n") else { throw Fuzz.Fault("more than a line") }
        return .refused
      }
    }
  }
}
