/// A small change of one spot: what a tired programmer might have written instead.
struct Change: Equatable {
  /// What kind of mistake it is.
  enum Kind: String, CaseIterable, Codable {
    /// + for −, − for +, or a sign left out.
    case sign
    /// Another operator or function: · for +, min for max, && for ||.
    case operand
    /// Another number in brackets: the wrong axis, index or argument.
    case index
    /// One more or one less: ≤ for <, a range that ends before its last element.
    case bound
    /// Another number elsewhere.
    case constant
    /// A summand, a factor or a condition left out.
    case term
    /// A condition turned round.
    case condition
    /// A statement left out.
    case statement
  }

  /// Bytes of the source, and what stands there instead.
  struct Edit: Equatable {
    let range: Range<Int>
    let text: String
  }

  let kind: Kind
  let edits: [Edit]

  /// The changed text of a spot.
  func applied(to source: [UInt8], in range: Range<Int>) -> String {
    var text: [UInt8] = []
    var position = range.lowerBound
    for edit in edits.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      text += source[position..<edit.range.lowerBound]
      text += Array(edit.text.utf8)
      position = edit.range.upperBound
    }
    text += source[position..<range.upperBound]
    return String(decoding: text, as: UTF8.self)
  }
}

/// A statement, an expression or a condition that can be replaced by a choice between itself and a changed copy.
struct Spot: Equatable {
  /// How the choice is written.
  enum Form {
    /// `if mutated(1) { changed } else { original }`, where a statement or a whole value stands.
    case branch
    /// `(mutated(1) ? (changed) : (original))`, where a condition stands.
    case condition
    /// The same, where the range of a loop stands.
    case range
  }

  let form: Form
  /// Whether the spot is a statement, which can be left out.
  let isStatement: Bool
  /// The tokens that it consists of.
  let tokens: Range<Int>
}

extension Spot {
  /// The changes that can be made to a spot.
  func changes(in source: [Token]) -> [Change] {
    let reader = ChangeReader(tokens: source, spot: tokens)
    var changes = tokens.flatMap { reader.changes(at: $0) }
    let (first, last) = (source[tokens.lowerBound], source[tokens.upperBound - 1])
    if form == .condition {
      changes.append(
        Change(
          kind: .condition,
          edits: [.init(range: first.start..<first.start, text: "!("), .init(range: last.end..<last.end, text: ")")]))
    }
    if isStatement { changes.append(Change(kind: .statement, edits: [.init(range: first.start..<last.end, text: "")])) }
    return changes
  }
}

/// Reads what could be changed at each token of a spot.
private struct ChangeReader {
  let tokens: [Token]
  let spot: Range<Int>

  private static let signs = ["+": "-", "-": "+", "&+": "&-", "&-": "&+", "+=": "-=", "-=": "+=", ".+": ".-"]
  private static let operators = [
    "*": "+", "/": "*", "&*": "&+", "&&": "||", "||": "&&", "*=": "/=", "/=": "*=", "&": "|", "|": "&", "^": "|",
    ".<": ".>", ".>": ".<",
  ]
  private static let comparisons = ["<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="]
  private static let names = [
    "min": "max", "max": "min", "plus": "minus", "minus": "plus", "times": "plus", "over": "times",
    "lowHalf": "highHalf", "highHalf": "lowHalf", "first": "last", "last": "first", "lowerBound": "upperBound",
    "upperBound": "lowerBound",
    "true": "false", "false": "true", "prefix": "suffix", "suffix": "prefix", "dropFirst": "dropLast",
    "dropLast": "dropFirst", "floor": "ceil", "cos": "sin", "sin": "cos", "exp": "log", "log": "exp",
  ]

  func changes(at index: Int) -> [Change] {
    let token = tokens[index]
    return switch token.kind {
    case .op: changes(ofOperator: token, index)
    case .number: number(token, index).map { [$0] } ?? []
    case .word: word(token, index).map { [$0] } ?? []
    default: []
    }
  }

  private func replacing(_ token: Token, _ text: String, _ kind: Change.Kind) -> Change {
    Change(kind: kind, edits: [.init(range: token.start..<token.end, text: text)])
  }

  private func changes(ofOperator token: Token, _ index: Int) -> [Change] {
    if token.text == "..<" { return bounds(of: index) }
    if token.text == "-", token.isGlued.behind, !endsOperand(index - 1) { return [replacing(token, "", .sign)] }
    guard token.isBinary, index > spot.lowerBound, index + 1 < spot.upperBound else { return [] }
    // Texts are put together with +, too.
    if [index - 1, index + 1].contains(where: { tokens[$0].kind == .string }) { return [] }
    var changes: [Change] = []
    if let other = Self.signs[token.text] { changes.append(replacing(token, other, .sign)) }
    if let other = Self.operators[token.text], other != token.text { changes.append(replacing(token, other, .operand)) }
    if let other = Self.comparisons[token.text] { changes.append(replacing(token, other, .bound)) }
    if ["+", "-", "&+", "&-", "*", "&*", "/", "&&", "||"].contains(token.text) {
      let end = endOfOperand(after: index, stoppingAt: token.text)
      changes.append(
        Change(kind: .term, edits: [.init(range: tokens[index - 1].end..<tokens[end - 1].end, text: "")]))
    }
    return changes
  }

  /// A range that ends one before its end.
  private func bounds(of index: Int) -> [Change] {
    guard index + 1 < spot.upperBound, ![.close, .comma].contains(tokens[index + 1].kind) else { return [] }
    let end = tokens[endOfOperand(after: index, stoppingAt: "..<") - 1].end
    return [Change(kind: .bound, edits: [.init(range: end..<end, text: " - 1")])]
  }

  private func number(_ token: Token, _ index: Int) -> Change? {
    let isMember = index > 0 && tokens[index - 1].text == "." && tokens[index - 1].isGlued.behind
    if isMember || token.text.hasPrefix("0x") { return nil }
    let digits = token.text.filter { $0 != "_" }
    guard let value = Int(digits) else { return replacing(token, "(\(token.text) * 2)", .constant) }
    let isInBrackets =
      tokens[spot.lowerBound..<index].reduce(0) { depth, token in
        token.kind == .open ? depth + 1 : token.kind == .close ? depth - 1 : depth
      } > 0
    return replacing(token, value == 1 ? "0" : String(value + 1), isInBrackets ? .index : .constant)
  }

  private func word(_ token: Token, _ index: Int) -> Change? {
    guard let other = Self.names[token.text], other != token.text else { return nil }
    // A label is no name of what is done.
    if index + 1 < tokens.count, tokens[index + 1].kind == .colon { return nil }
    return replacing(token, other, ["true", "false"].contains(token.text) ? .condition : .operand)
  }

  /// Whether an operand ends at a token, so that a minus behind it is a difference.
  private func endsOperand(_ index: Int) -> Bool {
    guard index >= 0 else { return false }
    let token = tokens[index]
    if token.kind == .word { return !["return", "in", "else", "case"].contains(token.text) }
    return token.kind == .number || token.kind == .close || token.kind == .string
  }

  /// How tightly an operator binds its operands.
  private static func tightness(_ text: String) -> Int {
    switch text {
    case "*", "/", "%", "&*", "&", "<<", ">>": 6
    case "+", "-", "&+", "&-", "|", "^": 5
    case "..<", "...": 4
    case "??": 3
    case "<", "<=", ">", ">=", "==", "!=", ".<", ".>": 2
    case "&&": 1
    default: 0
    }
  }

  /// The index behind the operand that begins after an operator.
  private func endOfOperand(after index: Int, stoppingAt text: String) -> Int {
    var depth = 0
    for position in (index + 1)..<spot.upperBound {
      let token = tokens[position]
      if depth == 0, position > index + 1 {
        let isLooser = token.isBinary && Self.tightness(token.text) <= Self.tightness(text)
        if isLooser || [.comma, .close, .semicolon, .colon].contains(token.kind) || token.reads("?") {
          return position
        }
        if token.kind == .open && token.text == "{" && !token.isGlued.before { return position }
      }
      if token.kind == .open { depth += 1 }
      if token.kind == .close { depth -= 1 }
    }
    return spot.upperBound
  }
}
