import Testing

@testable import mutations

@Suite("Many changes in one build")
struct InstrumentationTests {
  private let source = """
    func f(_ n: Int) -> Int {
      let a = n + 1
      for i in 0..<n { g(i) }
      if a > 2 { return 3 }
      return a * n
    }
    """

  private func written(_ kinds: [Change.Kind]) -> Instrumentation.Result {
    let candidates = Candidates.of(source, file: "f", target: "T")
    let chosen = kinds.enumerated().compactMap { index, kind in
      candidates.first { $0.place.kind == kind }.map { (number: index + 1, candidate: $0) }
    }
    return Instrumentation.write(chosen, into: source)
  }

  @Test("A value becomes a choice between itself and the change, and so does a condition")
  func choices() {
    #expect(written([.sign]).text.contains("let a = if mutated(1) { n - 1 } else { n + 1 }"))
    #expect(written([.condition]).text.contains("if (mutated(1) ? (!(a > 2)) : (a > 2)) {"))
    #expect(written([.bound]).text.contains("for i in (mutated(1) ? (0..<n - 1) : (0..<n)) {"))
  }

  @Test("Without the switches the text is as it was, and every change knows its line")
  func lines() {
    let result = written([.sign, .bound, .condition])
    #expect(result.text.split(separator: "\n").count == source.split(separator: "\n").count)
    #expect(result.numbers == [2: [1], 3: [2], 4: [3]])
  }
}
