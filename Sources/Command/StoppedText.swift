/// A text that ends where a given one appears in it.
struct StoppedText {
  /// The text so far.
  private(set) var text = ""
  /// Whether the given text appeared.
  private(set) var isStopped = false
  private let end: [UInt8]
  /// The last bytes, in which the given text may have begun.
  private var tail: [UInt8] = []

  /// Begins an empty text.
  ///
  /// - Parameter end: With what it ends; nil for a text without end.
  init(until end: String?) {
    self.end = Array((end ?? "").utf8)
  }

  /// Appends a piece, up to the end of the given text if that appears.
  ///
  /// - Parameter piece: What follows.
  /// - Returns: What was appended.
  mutating func append(_ piece: String) -> String {
    guard !isStopped else { return "" }
    var piece = piece
    // Bytes, not characters: a letter with a combining mark behind it is one character.
    let bytes = tail + Array(piece.utf8)
    if !end.isEmpty, let place = Self.place(of: end, in: bytes) {
      piece = String(decoding: bytes[tail.count..<place + end.count], as: UTF8.self)
      isStopped = true
    }
    tail = Array(bytes.suffix(max(0, end.count - 1)))
    text += piece
    return piece
  }

  private static func place(of part: [UInt8], in bytes: [UInt8]) -> Int? {
    guard bytes.count >= part.count else { return nil }
    return (0...bytes.count - part.count).first { bytes[$0..<$0 + part.count] == part[...] }
  }
}
