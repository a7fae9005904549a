/// A piece of Swift source: a word, a number, an operator, a bracket, a whole string literal, or the end of a line.
struct Token: Equatable {
  /// What kind of piece it is.
  enum Kind: Equatable {
    case word, number, op, open, close, comma, colon, semicolon, string, newline, directive
  }

  let kind: Kind
  let text: String
  /// Where it begins in the source's UTF-8.
  let start: Int
  /// Where it ends.
  let end: Int
  /// The line it begins on, counted from 1.
  let line: Int
  /// Whether something other than white space stands directly before it, or directly behind it.
  let isGlued: (before: Bool, behind: Bool)

  static func == (a: Token, b: Token) -> Bool { a.kind == b.kind && a.text == b.text && a.start == b.start }

  /// An operator between two operands: white space on both sides.
  var isBinary: Bool { kind == .op && !isGlued.before && !isGlued.behind }

  /// Whether the token is a word or an operator of this spelling.
  func reads(_ spelling: String) -> Bool { text == spelling && kind != .string }
}

/// Takes Swift source apart, far enough to find expressions in it: comments go, string literals stay whole.
struct Lexer {
  private let source: [UInt8]
  private var position = 0
  private var line = 1
  private var tokens: [Token] = []

  /// Takes a source apart.
  static func tokens(of text: String) -> [Token] {
    var lexer = Lexer(source: Array(text.utf8))
    lexer.run()
    return lexer.tokens
  }

  private init(source: [UInt8]) { self.source = source }

  private mutating func run() {
    while let byte = peek() {
      switch byte {
      case UInt8(ascii: "\n"): take(.newline, 1)
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): position += 1
      case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"): skipLine()
      case UInt8(ascii: "\""): takeString()
      case UInt8(ascii: "#") where isDirective: takeDirective()
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): take(.open, 1)
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): take(.close, 1)
      case UInt8(ascii: ","): take(.comma, 1)
      case UInt8(ascii: ":"): take(.colon, 1)
      case UInt8(ascii: ";"): take(.semicolon, 1)
      case UInt8(ascii: "0")...UInt8(ascii: "9"): take(.number, numberLength)
      case _ where Self.isOfWord(byte): take(.word, length { Self.isOfWord($0) })
      default: take(.op, max(1, operatorLength))
      }
    }
  }

  private func peek(_ ahead: Int = 0) -> UInt8? {
    position + ahead < source.count ? source[position + ahead] : nil
  }

  private func length(while belongs: (UInt8) -> Bool) -> Int {
    source[position...].prefix(while: belongs).count
  }

  private static func isOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...: true
    case UInt8(ascii: "_"), UInt8(ascii: "$"), UInt8(ascii: "@"), UInt8(ascii: "#"), UInt8(ascii: "`"): true
    default: false
    }
  }

  /// Digits with a point or an exponent, if one belongs to them: `1..<n` begins with the number 1.
  private var numberLength: Int {
    var count = length { Self.isOfWord($0) }
    let isHexadecimal = peek() == UInt8(ascii: "0") && peek(1) == UInt8(ascii: "x")
    func digit(_ ahead: Int) -> Bool { peek(ahead).map { (48...57).contains($0) } ?? false }
    if peek(count) == UInt8(ascii: "."), digit(count + 1) {
      count += 1
      while let byte = peek(count), Self.isOfWord(byte) { count += 1 }
    }
    let last = source[position + count - 1]
    let exponents = isHexadecimal ? Array("pP".utf8) : Array("eE".utf8)
    if exponents.contains(last), let sign = peek(count), Array("+-".utf8).contains(sign), digit(count + 1) {
      count += 1
      while digit(count) { count += 1 }
    }
    return count
  }

  private var operatorLength: Int {
    let symbols = Array("/=-+!*%<>&|^~?".utf8)
    let mayHaveDots = peek() == UInt8(ascii: ".")
    return length { symbols.contains($0) || (mayHaveDots && $0 == UInt8(ascii: ".")) }
  }

  private var isDirective: Bool {
    ["#if", "#else", "#endif"].contains { source[position...].starts(with: Array($0.utf8)) }
  }

  private mutating func skipLine() {
    while let byte = peek(), byte != UInt8(ascii: "\n") { position += 1 }
  }

  private mutating func takeDirective() { take(.directive, length { $0 != UInt8(ascii: "\n") }) }

  private mutating func takeString() {
    let quote = UInt8(ascii: "\"")
    let isLong = peek(1) == quote && peek(2) == quote
    let delimiter = isLong ? 3 : 1
    var count = delimiter
    var interpolations = 0
    while let byte = peek(count) {
      if byte == UInt8(ascii: "\\"), peek(count + 1) == UInt8(ascii: "(") {
        interpolations += 1
        count += 2
      } else if byte == UInt8(ascii: "\\") {
        count += 2
      } else if interpolations > 0 {
        if byte == UInt8(ascii: "(") { interpolations += 1 }
        if byte == UInt8(ascii: ")") { interpolations -= 1 }
        count += 1
      } else if byte == quote, !isLong || (peek(count + 1) == quote && peek(count + 2) == quote) {
        count += delimiter
        break
      } else {
        count += 1
      }
    }
    take(.string, count)
  }

  private mutating func take(_ kind: Token.Kind, _ length: Int) {
    let end = min(position + length, source.count)
    func isSpace(_ index: Int) -> Bool {
      index < 0 || index >= source.count || [32, 9, 10, 13].contains(source[index])
    }
    let bytes = source[position..<end]
    tokens.append(
      Token(
        kind: kind, text: String(decoding: bytes, as: UTF8.self), start: position, end: end, line: line,
        isGlued: (!isSpace(position - 1), !isSpace(end))))
    line += bytes.count { $0 == UInt8(ascii: "\n") }
    position = end
  }
}
