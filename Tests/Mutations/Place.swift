/// One change at one place of the package.
struct Place: Codable, Equatable {
  /// The target whose source it is.
  let target: String
  /// The file's path from the package's root.
  let file: String
  /// The line on which the spot begins.
  let line: Int
  let kind: Change.Kind
  /// The spot's text.
  let original: String
  /// The same text with the change.
  let changed: String

  /// Both texts, one under the other.
  var difference: String { "    \(original)\n  → \(changed)" }

  /// What stays the same while lines above move: file, text and change.
  var identity: String { "\(file)\n\(original)\n\(changed)" }
}

/// A place with what is needed to write it into its source.
struct Candidate {
  let place: Place
  let spot: Spot
  /// The spot's bytes in its source.
  let bytes: Range<Int>
}

/// The changes that one source offers.
struct Candidates {
  /// Finds what can be changed in a source.
  static func of(_ text: String, file: String, target: String) -> [Candidate] {
    let source = Array(text.utf8)
    let tokens = Lexer.tokens(of: text)
    let leftOut = LeftOut(text)
    return SpotScanner.spots(in: tokens).flatMap { spot -> [Candidate] in
      if leftOut.contains(tokens[spot.tokens.lowerBound].line) { return [] }
      let bytes = tokens[spot.tokens.lowerBound].start..<tokens[spot.tokens.upperBound - 1].end
      let original = String(decoding: source[bytes], as: UTF8.self)
      return spot.changes(in: tokens).map { change in
        Candidate(
          place: Place(
            target: target, file: file, line: tokens[spot.tokens.lowerBound].line, kind: change.kind,
            original: original, changed: change.applied(to: source, in: bytes)),
          spot: spot, bytes: bytes)
      }
    }
  }
}

/// The lines where a change would change no result: those that a build with the machine's vectors, on Linux, leaves out, and
/// requests for cache lines, whose constants the compiler accepts in some combinations only.
struct LeftOut {
  private let lines: Set<Int>

  /// Reads conditional compilation: what stands under `#else`, and what asks for Darwin; and finds requests for cache lines.
  init(_ text: String) {
    var left: Set<Int> = []
    var isLeftOut: [Bool] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let words = line.drop { $0 == " " }
      if words.hasPrefix("#if") {
        isLeftOut.append(words.contains("Darwin"))
      } else if words.hasPrefix("#else"), !isLeftOut.isEmpty {
        isLeftOut[isLeftOut.count - 1].toggle()
      } else if words.hasPrefix("#endif") {
        _ = isLeftOut.popLast()
      }
      if isLeftOut.contains(true) || words.contains(" prefetch(") { left.insert(index + 1) }
    }
    lines = left
  }

  /// Whether a change of a line would change nothing.
  func contains(_ line: Int) -> Bool { lines.contains(line) }
}
