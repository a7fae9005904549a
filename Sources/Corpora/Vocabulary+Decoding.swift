extension Vocabulary {
  /// Returns the text of a sequence of symbols.
  ///
  /// - Parameter symbols: Numbers in 0 ..< V.
  /// - Returns: The text; bytes that are not UTF-8 become U+FFFD.
  public func decode(_ symbols: some Sequence<Int32>) -> String {
    String(decoding: decodeBytes(symbols), as: UTF8.self)
  }

  /// Returns the exact bytes of a sequence of symbols.
  ///
  /// Words are separated by single spaces, except beside a newline.
  ///
  /// - Parameter symbols: Numbers in 0 ..< V.
  /// - Returns: The bytes of the text.
  public func decodeBytes(_ symbols: some Sequence<Int32>) -> [UInt8] {
    var bytes: [UInt8] = []
    for symbol in symbols {
      let next = self[symbol]
      if tokenization == .words, let last = bytes.last, last != 0x0A, next.first != 0x0A { bytes.append(0x20) }
      bytes += next
    }
    return bytes
  }

  /// The bytes of a symbol.
  ///
  /// - Parameter symbol: A number in 0 ..< V.
  public subscript(symbol: Int32) -> ArraySlice<UInt8> {
    precondition(0 <= symbol && symbol < count, "Vocabulary: symbol \(symbol) is not in 0 ..< \(count)")
    return table[Int(symbol)]
  }

  /// Returns a symbol as it is shown in a table: quoted, with escapes; a newline among words is `<eos>`.
  ///
  /// - Parameter symbol: A number in 0 ..< V.
  /// - Returns: A printable name.
  public func name(of symbol: Int32) -> String {
    let bytes = self[symbol]
    if tokenization == .words && bytes.elementsEqual([0x0A]) { return "<eos>" }
    if tokenization == .bytes, let byte = bytes.first, byte >= 0x80 { return hexadecimal(byte) }
    return String(decoding: bytes, as: UTF8.self).debugDescription
  }
}
