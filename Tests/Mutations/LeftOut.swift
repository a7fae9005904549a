/// The lines that a build with the machine's vectors, on Linux, leaves out: a change there would change nothing.
struct LeftOut {
  private let lines: Set<Int>

  /// Reads conditional compilation: what stands under `#else`, and what asks for Darwin.
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
      if isLeftOut.contains(true) { left.insert(index + 1) }
    }
    lines = left
  }

  /// Whether a line is left out.
  ///
  /// - Parameter line: Its number, from 1.
  /// - Returns: True if no such build has it.
  func contains(_ line: Int) -> Bool { lines.contains(line) }
}
