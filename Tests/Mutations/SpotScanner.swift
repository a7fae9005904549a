/// Finds the spots of a source: statements without blocks of their own, values, conditions and ranges of loops.
///
/// It follows the grammar only as far as that needs. What it misreads does not compile when it is changed, and is left out then.
struct SpotScanner {
  private enum Context { case type, code, cases }

  private let tokens: [Token]
  private var next = 0
  private var spots: [Spot] = []
  private var isInInitializer = false

  /// Finds the spots of a source.
  static func spots(in tokens: [Token]) -> [Spot] {
    var scanner = SpotScanner(tokens: tokens)
    while scanner.current != nil {
      scanner.scanBlock(.type)
      scanner.next += 1  // a bracket that was not opened
    }
    return scanner.spots
  }

  private init(tokens: [Token]) { self.tokens = tokens }

  private var current: Token? { next < tokens.count ? tokens[next] : nil }

  private func reads(_ text: String) -> Bool { current?.reads(text) ?? false }

  /// Reads statements up to the bracket that closes the block, which is not taken.
  private mutating func scanBlock(_ context: Context) {
    while let token = current, token.kind != .close {
      switch token.kind {
      case .newline, .semicolon, .directive: next += 1
      default:
        if context == .cases, token.reads("case") || token.reads("default") {
          skip { $0.kind == .colon }
          next += 1
        } else {
          scanStatement(context)
        }
      }
    }
  }

  /// Reads a block with its brackets.
  private mutating func scanBraces(_ context: Context) {
    guard reads("{") else { return }
    next += 1
    scanBlock(context)
    if reads("}") { next += 1 }
  }

  private static let modifiers: Set<String> = [
    "public", "private", "fileprivate", "internal", "package", "open", "static", "final", "override", "mutating",
    "nonmutating", "convenience", "required", "lazy", "weak", "unowned", "indirect", "nonisolated", "consuming",
    "borrowing", "isolated",
  ]

  private mutating func skipModifiers() {
    while let token = current {
      let isAttribute = token.kind == .word && token.text.hasPrefix("@")
      guard isAttribute || (token.kind == .word && Self.modifiers.contains(token.text)) else { return }
      next += 1
      if reads("("), current?.isGlued.before == true { skipBrackets() }
      while isAttribute, current?.kind == .newline { next += 1 }
    }
  }

  private mutating func scanStatement(_ context: Context) {
    skipModifiers()
    guard let token = current else { return }
    let begin = next
    switch token.kind == .word ? token.text : "" {
    case "struct", "class", "enum", "extension", "protocol", "actor":
      skip { $0.reads("{") }
      scanBraces(.type)
    case "func", "init", "subscript", "deinit":
      skipSignature()
      let outer = isInInitializer
      isInInitializer = token.text == "init"
      scanBraces(.code)
      isInInitializer = outer
    case "else":
      next += 1
      if !reads("if") { scanBraces(.code) }
    case "get", "set", "willSet", "didSet", "do", "defer", "repeat", "catch":
      skip { $0.reads("{") }
      scanBraces(.code)
      if token.text == "repeat", reads("while") { _ = scanExpression() }
    case "let", "var": scanBinding()
    case "if", "while", "guard":
      next += 1
      scanConditions(until: token.text == "guard" ? "else" : "{")
      if token.text == "guard" { next += 1 }
      scanBraces(.code)
    case "for": scanLoop()
    case "switch":
      skip { $0.reads("{") }
      scanBraces(.cases)
    case "return":
      next += 1
      let value = next
      if current?.kind != .newline { add(value, isSimple: scanExpression(), isStatement: false) }
    case "case", "import", "typealias", "associatedtype", "operator", "throw", "break", "continue", "fallthrough",
      "precondition", "assert", "preconditionFailure", "fatalError":
      _ = scanExpression()
    default: add(begin, isSimple: scanExpression(), isStatement: context != .type)
    }
    if next == begin { next += 1 }
  }

  private mutating func add(_ begin: Int, isSimple: Bool, isStatement: Bool, form: Spot.Form = .branch) {
    let end = (tokens[..<next].lastIndex { $0.kind != .newline } ?? begin) + 1
    guard isSimple, begin < end, tokens[end - 1].end - tokens[begin].start <= Self.longest else { return }
    let isRemovable = isStatement && isRemovable(begin..<end)
    spots.append(Spot(form: form, isStatement: isRemovable, tokens: begin..<end))
  }

  /// Longer statements take the compiler too long twice.
  private static let longest = 500

  /// Whether a statement can be left out: an assignment outside initialisers, or a call that is not its block's only line.
  private func isRemovable(_ statement: Range<Int>) -> Bool {
    let operators = topLevel(statement).filter { tokens[$0].isBinary }.map { tokens[$0].text }
    if operators.contains("=") { return !isInInitializer }
    if operators.contains(where: { ["+=", "-=", "*=", "/=", "&+=", "&-="].contains($0) }) { return true }
    let before = tokens[..<statement.lowerBound].last { $0.kind != .newline }
    let behind = tokens[statement.upperBound...].first { $0.kind != .newline }
    let isAlone = (before?.reads("{") ?? true) || before?.reads("in") == true || before?.kind == .colon
    return !(isAlone && behind?.kind == .close)
  }

  private mutating func scanBinding() {
    skip { ($0.isBinary && $0.text == "=") || $0.reads("{") || $0.kind == .newline || $0.reads("}") }
    if reads("{") { return scanBraces(.code) }
    guard reads("=") else { return }
    next += 1
    let value = next
    let isSimple = scanExpression()
    let hasSeveral = topLevel(value..<next).contains { tokens[$0].kind == .comma }
    add(value, isSimple: isSimple && !hasSeveral, isStatement: false)
  }

  private mutating func scanConditions(until end: String) {
    var clause = next
    func isCondition(_ index: Int) -> Bool {
      index < tokens.count && !["let", "var", "case"].contains(tokens[index].text)
        && !tokens[index].text.hasPrefix("#")
    }
    while let token = current, !token.reads(end) {
      if token.kind == .open {
        skipBrackets()
      } else {
        next += 1
      }
      if reads(end) || current?.kind == .comma {
        while clause < next, tokens[clause].kind == .newline { clause += 1 }
        add(clause, isSimple: isCondition(clause), isStatement: false, form: .condition)
        if current?.kind == .comma { next += 1 }
        clause = next
      }
    }
  }

  private mutating func scanLoop() {
    skip { $0.reads("in") }
    next += 1
    let range = next
    skip { $0.reads("{") || $0.reads("where") }
    add(range, isSimple: true, isStatement: false, form: .range)
    skip { $0.reads("{") }
    scanBraces(.code)
  }

  /// Reads an expression or a simple statement to its end, and the blocks of its closures.
  private mutating func scanExpression() -> Bool {
    var depth = 0
    var isSimple = true
    var isSwitch = false
    while let token = current {
      switch token.kind {
      case .open where token.text == "{":
        if let close = matching(next), tokens[close].line == token.line {
          next = close + 1
        } else {
          isSimple = false
          if !isSwitch { skipClosureHeader() } else { next += 1 }
          scanBlock(isSwitch ? .cases : .code)
          isSwitch = false
          if reads("}") { next += 1 }
        }
      case .open:
        depth += 1
        next += 1
      case .close:
        if depth == 0 { return isSimple }
        depth -= 1
        next += 1
      case .semicolon where depth == 0: return isSimple
      case .newline where depth == 0 && !isContinued: return isSimple
      case .directive: return false
      default:
        isSwitch = isSwitch || token.reads("switch")
        next += 1
      }
    }
    return isSimple
  }

  /// Whether the line that ends here goes on in the next one.
  private var isContinued: Bool {
    if let last = tokens[..<next].last, last.kind == .comma || (last.kind == .op && !last.isGlued.before) {
      return true
    }
    guard let first = tokens[next...].first(where: { $0.kind != .newline }) else { return false }
    return first.reads("else") || (first.kind == .op && (first.text.hasPrefix(".") || first.isBinary))
  }

  /// Steps behind the bracket of a closure and, where there are any, its parameters.
  private mutating func skipClosureHeader() {
    let line = tokens[next].line
    next += 1
    let header = tokens[next...].prefix { $0.kind != .newline }
    if let index = header.firstIndex(where: { $0.reads("in") }), tokens[index].line == line { next = index + 1 }
  }

  /// Steps behind the signature of a function, to its block or to the end of a requirement.
  private mutating func skipSignature() {
    skip { token in token.reads("{") || token.reads("}") || token.kind == .newline }
    while current?.kind == .newline {
      guard let first = tokens[next...].first(where: { $0.kind != .newline }),
        ["where", "->", "throws", "{"].contains(first.text)
      else { return }
      next += 1
      skip { token in token.reads("{") || token.reads("}") || token.kind == .newline }
    }
  }

  /// Steps to the next token outside brackets for which something is true.
  private mutating func skip(to isWanted: (Token) -> Bool) {
    while let token = current, !isWanted(token) {
      if token.kind == .open { skipBrackets() } else { next += 1 }
    }
  }

  private mutating func skipBrackets() { next = (matching(next) ?? tokens.count - 1) + 1 }

  /// The bracket that closes the one at an index.
  private func matching(_ index: Int) -> Int? {
    var depth = 0
    for position in tokens[index...].indices {
      if tokens[position].kind == .open { depth += 1 }
      if tokens[position].kind == .close { depth -= 1 }
      if depth == 0 { return position }
    }
    return nil
  }

  /// The tokens of a range that are in no bracket.
  private func topLevel(_ range: Range<Int>) -> [Int] {
    var depth = 0
    return range.filter { index in
      if tokens[index].kind == .close { depth -= 1 }
      defer { if tokens[index].kind == .open { depth += 1 } }
      return depth == 0
    }
  }
}
