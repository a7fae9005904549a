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
