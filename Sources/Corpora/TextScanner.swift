/// Finds the scalars and the words in UTF-8 bytes and names the first byte that is not UTF-8.
struct TextScanner {
  /// The text.
  let bytes: UnsafeBufferPointer<UInt8>
  /// Where it begins in the file that messages speak of.
  var origin = TextOrigin.start

  /// Where the first scalar is: behind a byte-order mark that a file begins with.
  private var start: Int { origin.offset == 0 && bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0 }

  /// Returns the Unicode scalar whose encoding starts at `offset`, and the length of the encoding.
  ///
  /// Overlong encodings, surrogates and numbers beyond U+10FFFF are refused (Unicode 16, table 3-7).
  @inline(__always)
  func scalar(at offset: Int) throws -> (value: UInt32, length: Int) {
    let first = UInt32(bytes[offset])
    if first < 0x80 { return (first, 1) }
    let length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0
    guard length > 0, offset + length <= bytes.count else { throw invalid(at: offset) }
    var value = first & (0xFF >> UInt32(length + 1))
    for index in 1..<length {
      let next = UInt32(bytes[offset + index])
      guard next & 0xC0 == 0x80 else { throw invalid(at: offset) }
      value = value << 6 | next & 0x3F
    }
    switch (length, value) {
    case (3, ..<0x800), (3, 0xD800...0xDFFF), (4, ..<0x1_0000), (4, 0x11_0000...): throw invalid(at: offset)
    default: return (value, length)
    }
  }

  /// Calls `body` with every scalar and the offset of its encoding.
  @inline(__always)
  func forEachScalar(_ body: (_ value: UInt32, _ offset: Int) throws -> Void) throws {
    var offset = start
    while offset < bytes.count {
      let (value, length) = try scalar(at: offset)
      try body(value, offset)
      offset += length
    }
  }

  /// Calls `body` with the place of every word and of every newline, in order.
  @inline(__always)
  func forEachWord(_ body: (_ place: Range<Int>) throws -> Void) throws {
    var start = start
    try forEachScalar { value, offset in
      guard TextScanner.isWhiteSpace(value) else { return }
      if start < offset { try body(start..<offset) }
      if value == 0x0A { try body(offset..<offset + 1) }
      start = offset + (value < 0x80 ? 1 : value < 0x800 ? 2 : 3)
    }
    if start < bytes.count { try body(start..<bytes.count) }
  }

  /// Whether a scalar has the Unicode property White_Space (PropList.txt).
  @inline(__always)
  static func isWhiteSpace(_ value: UInt32) -> Bool {
    if value < 0x80 { return value == 0x20 || (0x09...0x0D).contains(value) }
    switch value {
    case 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: return true
    default: return false
    }
  }

  /// Returns "byte offset 17, line 2".
  func position(of offset: Int) -> String {
    "byte offset \(origin.offset + offset), line \(origin.line + bytes[..<offset].count { $0 == 0x0A })"
  }

  /// The error for a byte that does not start a valid encoding.
  func invalid(at offset: Int) -> CorpusError {
    CorpusError(
      "\(hexadecimal(bytes[offset])) at \(position(of: offset)) is not valid UTF-8, which characters and words need; "
        + "--tokens bytes reads any file")
  }
}

/// What some programs write before UTF-8.
let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

extension [UInt8] {
  /// The bytes without a byte-order mark at their beginning; places are those of the whole.
  var withoutMark: ArraySlice<UInt8> { dropFirst(starts(with: byteOrderMark) ? byteOrderMark.count : 0) }
}

/// Returns "byte 0x0A".
func hexadecimal(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 16, uppercase: true)
  return "byte 0x" + (digits.count == 1 ? "0" : "") + digits
}

/// Where a piece of text begins in its file, so that messages name places in the file.
struct TextOrigin: Equatable, Sendable {
  /// Bytes before it.
  let offset: Int
  /// The line that it begins in, counted from 1.
  let line: Int

  /// The beginning of a file.
  static let start = TextOrigin(offset: 0, line: 1)
}

/// Why a text cannot be encoded or cut into batches: what was found and what was expected.
///
/// Knows no file: `Corpus.load` makes a `FileError` of it, which names one.
public struct CorpusError: Error, CustomStringConvertible, Hashable, Sendable {
  /// What is wrong: one line, without a full stop.
  public let description: String

  /// Creates an error.
  public init(_ description: String) {
    self.description = description
  }
}
