import Corpora
import RunFiles

/// The beginning of a text that a model continues.
struct Prompt {
  /// What is shown before the continuation; empty where none was given.
  let bytes: [UInt8]
  /// What the model reads, at least one symbol.
  let symbols: [Int32]

  /// Reads the beginning from a file, or takes it as it is: wrong on the command line, it is a usage error.
  init(_ text: [UInt8]?, file path: String?, _ vocabulary: Vocabulary) throws {
    if let path {
      let isInput = path == InputFile.standardInput
      bytes = isInput ? try InputFile.readStandardInput() : try InputFile.read(path)
      let name = isInput ? InputFile.standardInputName : path
      do {
        try FileFormat.expectText(bytes)
        symbols = try vocabulary.encode(bytes)
      } catch let error as CorpusError {
        throw FileError(.damaged, name, error.description)
      }
      if symbols.isEmpty { throw FileError(.damaged, name, "found no symbols, expected at least one") }
    } else if let text {
      do {
        (bytes, symbols) = (text, try vocabulary.encode(text))
      } catch let error as CorpusError {
        throw CommandError.usage("--prompt: \(error)")
      }
      if symbols.isEmpty { throw CommandError.usage("--prompt: found no symbols, expected at least one") }
    } else {
      (bytes, symbols) = ([], (try? vocabulary.encode("\n")) ?? [0])
    }
  }
}

/// Turns symbols into bytes as they come.
struct DecodedStream {
  private let vocabulary: Vocabulary
  /// A word is joined to its predecessor.
  private var last: Int32

  /// Begins after symbols, at least one.
  init(_ vocabulary: Vocabulary, after prompt: [Int32]) {
    (self.vocabulary, last) = (vocabulary, prompt[prompt.count - 1])
  }

  /// The bytes that a symbol adds.
  mutating func append(_ symbol: Int32) -> [UInt8] {
    let bytes = vocabulary.decodeBytes([last, symbol]).dropFirst(vocabulary[last].count)
    last = symbol
    return Array(bytes)
  }
}

/// Bytes as a terminal shows them: control characters, and what is not UTF-8, as escapes, but for line feeds and tabs.
///
/// The bytes of one character may come in several pieces.
struct ShownBytes {
  private var held: [UInt8] = []

  /// What became whole.
  mutating func append(_ bytes: [UInt8]) -> String {
    held += bytes
    let count = held.count - Self.unfinished(held)
    defer { held.removeFirst(count) }
    return Self.shown(held.prefix(count))
  }

  /// What is left at the end.
  mutating func finish() -> String {
    defer { held = [] }
    return Self.shown(held[...])
  }

  private static func shown(_ bytes: ArraySlice<UInt8>) -> String {
    bytes.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
      .map { String(escaping: $0).printable }.joined(separator: "\t")
  }

  /// How many bytes at the end are the beginning of a character.
  private static func unfinished(_ bytes: [UInt8]) -> Int {
    for (index, byte) in bytes.suffix(3).reversed().enumerated() where byte & 0xC0 != 0x80 {
      let length = byte < 0xC2 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : byte < 0xF5 ? 4 : 1
      return length > index + 1 ? index + 1 : 0
    }
    return 0
  }
}

/// A text that ends where a given one appears in it.
struct StoppedText {
  /// The text so far.
  private(set) var bytes: [UInt8] = []
  /// Whether the given text appeared.
  private(set) var isStopped = false
  private let end: [UInt8]

  init(until end: [UInt8]?) {
    self.end = end ?? []
  }

  /// Appends a piece, up to the end of the given text if that appears, and returns what was appended.
  mutating func append(_ piece: [UInt8]) -> [UInt8] {
    guard !isStopped else { return [] }
    let count = bytes.count
    bytes += piece
    // The given text may have begun before the piece.
    let start = max(0, count - max(0, end.count - 1))
    if !end.isEmpty, let place = bytes[start...].firstRange(of: end) {
      bytes.removeSubrange(place.upperBound...)
      isStopped = true
    }
    return Array(bytes[count...])
  }
}

/// The object that `generate --json` prints.
struct GeneratedTexts: Codable, Described {
  static let words = "generated: generate --json"

  /// A continuation.
  struct Sample: Codable, Described {
    static let words = "continuation: what generate wrote"
    let seed: UInt64
    let text: String
  }

  let prompt: String
  /// Experts for each token.
  let k: Int
  var samples: [Sample] = []
}
