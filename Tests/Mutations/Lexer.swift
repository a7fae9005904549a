import Foundation

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
enum Lexer {
  private static let word = #"[A-Za-z0-9_$@#`\u0080-\U0010FFFF]"#
  /// What is interpolated into a string: anything with brackets that close, one inside another up to three times.
  private static let interpolated = #"\\\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*\)"#
  private static let fraction = #"(?:\.[0-9]\#(word)*)?"#

  /// What begins at a place is of the first of these kinds that matches; `1..<n` begins with the number 1.
  private static let kinds: [(kind: Token.Kind?, pattern: String)] = [
    (nil, #"[ \t\r]+|//[^\n]*"#), (.newline, #"\n"#),
    (.string, #""""(?:\#(interpolated)|\\.|[\s\S])*?"""|"(?:\#(interpolated)|\\.|[^"\\])*""#),
    (.directive, #"#(?:if|else|endif)[^\n]*"#), (.open, #"[(\[{]"#), (.close, #"[)\]}]"#), (.comma, ","), (.colon, ":"),
    (.semicolon, ";"),
    (.number, #"0x\#(word)*\#(fraction)(?:(?<=[pP])[-+][0-9]+)?|[0-9]\#(word)*\#(fraction)(?:(?<=[eE])[-+][0-9]+)?"#),
    (.word, "\(word)+"), (.op, #"\.[-/=+!*%<>&|^~?.]*|[-/=+!*%<>&|^~?]+|[\s\S]"#),
  ]

  private static let pattern = try? NSRegularExpression(
    pattern: kinds.map { "(\($0.pattern))" }.joined(separator: "|"))

  /// Takes a source apart.
  static func tokens(of text: String) -> [Token] {
    let units = Array(text.utf16)
    func isSpace(_ index: Int) -> Bool { !units.indices.contains(index) || [32, 9, 10, 13].contains(units[index]) }
    var (end, nextLine) = (0, 1)
    return (pattern?.matches(in: text, range: NSRange(location: 0, length: units.count)) ?? []).compactMap { match in
      let range = match.range.lowerBound..<match.range.upperBound
      let own = String(decoding: units[range], as: UTF16.self)
      let (start, line) = (end, nextLine)
      end += own.utf8.count
      nextLine += own.utf8.count { $0 == UInt8(ascii: "\n") }
      let index = kinds.indices.first { match.range(at: $0 + 1).location != NSNotFound }
      return index.flatMap { kinds[$0].kind }.map { kind in
        Token(
          kind: kind, text: own, start: start, end: end, line: line,
          isGlued: (!isSpace(range.lowerBound - 1), !isSpace(range.upperBound)))
      }
    }
  }
}
