import Testing

@testable import mutations

@Suite("Code that this build leaves out")
struct LeftOutTests {
  @Test("What stands under #else, or asks for Darwin, offers no change; what stands around it does")
  func branches() {
    let text = """
      let a = 1 + 1
      #if NATIVE
        let b = 1 + 1
      #else
        let c = 1 + 1
      #endif
      #if canImport(Darwin)
        let d = 1 + 1
      #else
        let e = 1 + 1
        #if os(Linux)
          let f = 1 + 1
        #else
          let g = 1 + 1
        #endif
      #endif
      let h = 1 + 1
      """
    let left = LeftOut(text)
    #expect(
      (1...17).filter { !left.contains($0) }.filter { [1, 3, 5, 8, 10, 12, 14, 17].contains($0) } == [1, 3, 10, 12, 17])
    let body = "func f() {\n\(text)\n}"
    let changed = Candidates.of(body, file: "f", target: "T").map(\.place.line)
    #expect(Set(changed) == [2, 4, 11, 13, 18])
  }

  @Test("A request for a cache line offers no change: no result depends on it")
  func prefetches() {
    let text = "func f() { prefetch(a + 1, 0, 3, 1) }\nfunc g() { h(a + 1) }"
    #expect(Set(Candidates.of(text, file: "f", target: "T").map(\.place.line)) == [2])
  }
}
