/// The lines where a change would change no result: those that a build with the machine's vectors, on Linux, leaves out, and
/// requests for cache lines, whose constants the compiler accepts in some combinations only.
struct LeftOut {
  private let lines: Set<Int>

  /// Reads conditional compilation: what stands under `#else`, and what asks for Darwin; and finds requests for cache lines.
  ///
  /// - Parameter text: A source.
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
  ///
  /// - Parameter line: Its number, from 1.
  /// - Returns: True if no result can depend on it.
  func contains(_ line: Int) -> Bool { lines.contains(line) }
}
