import Corpora
import RunFiles

/// The beginning of a text that a model continues.
struct Prompt {
  /// What is shown before the continuation; empty where none was given.
  let text: String
  /// What the model reads, at least one symbol.
  let symbols: [Int32]

  /// Reads the beginning from a file, or takes it as it is: wrong on the command line, it is a usage error.
  init(_ text: String?, file path: String?, _ vocabulary: Vocabulary) throws {
    if let path {
      let isInput = path == InputFile.standardInput
      let bytes = isInput ? try InputFile.readStandardInput() : try InputFile.read(path)
      let name = isInput ? InputFile.standardInputName : path
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw FileError(.damaged, name, "found bytes that are not UTF-8, expected a text")
      }
      do {
        (self.text, symbols) = (text, try vocabulary.encode(bytes))
      } catch let error as CorpusError {
        throw FileError(.damaged, name, error.description)
      }
      if symbols.isEmpty { throw FileError(.damaged, name, "found no symbols, expected at least one") }
    } else if let text {
      do {
        (self.text, symbols) = (text, try vocabulary.encode(text))
      } catch let error as CorpusError {
        throw CommandError.usage("--prompt: \(error)")
      }
      if symbols.isEmpty { throw CommandError.usage("--prompt: found no symbols, expected at least one") }
    } else {
      (self.text, symbols) = ("", (try? vocabulary.encode("\n")) ?? [0])
    }
  }
}

/// Turns symbols into text as they come; a character of several bytes appears when it is whole.
struct DecodedStream {
  private let vocabulary: Vocabulary
  private var symbols: [Int32]
  private var shown: Int

  /// Begins after symbols that are shown already.
  init(_ vocabulary: Vocabulary, after prompt: [Int32]) {
    self.vocabulary = vocabulary
    symbols = prompt
    shown = vocabulary.decodeBytes(prompt).count
  }

  /// Adds a symbol and returns the text that became whole.
  mutating func append(_ symbol: Int32) -> String {
    symbols.append(symbol)
    let bytes = vocabulary.decodeBytes(symbols)
    let fresh = bytes[min(shown, bytes.count)...]
    // A lead byte promises up to three more; a text that breaks the promise is shown as it is.
    let isIncomplete = fresh.count < 4 && String(validating: fresh, as: UTF8.self) == nil
    if isIncomplete { return "" }
    // Only the last symbols matter for what comes next: words are joined to their predecessor.
    symbols = Array(symbols.suffix(1))
    shown = vocabulary.decodeBytes(symbols).count
    return String(decoding: fresh, as: UTF8.self)
  }
}

/// A text that ends where a given one appears in it.
struct StoppedText {
  /// The text so far.
  private(set) var text = ""
  /// Whether the given text appeared.
  private(set) var isStopped = false
  private let end: [UInt8]
  /// The last bytes, in which the given text may have begun.
  private var tail: [UInt8] = []

  init(until end: String?) {
    self.end = Array((end ?? "").utf8)
  }

  /// Appends a piece, up to the end of the given text if that appears, and returns what was appended.
  mutating func append(_ piece: String) -> String {
    guard !isStopped else { return "" }
    var piece = piece
    // Bytes, not characters: a letter with a combining mark behind it is one character.
    let bytes = tail + Array(piece.utf8)
    if !end.isEmpty, let place = bytes.firstRange(of: end) {
      piece = String(decoding: bytes[tail.count..<place.upperBound], as: UTF8.self)
      isStopped = true
    }
    tail = Array(bytes.suffix(max(0, end.count - 1)))
    text += piece
    return piece
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
