import Testing

@testable import mutations

@Suite("Taking Swift source apart")
struct LexerTests {
  private func texts(_ source: String) -> [String] { Lexer.tokens(of: source).map(\.text) }

  @Test("Comments go, texts stay whole with what is interpolated, numbers keep their points and exponents")
  func tokens() {
    #expect(texts("a + 1.5e-3 // b\n") == ["a", "+", "1.5e-3", "\n"])
    #expect(texts(#"f("x \(y + 1) }", 0..<n)"#) == ["f", "(", #""x \(y + 1) }""#, ",", "0", "..<", "n", ")"])
    #expect(texts("x.0 + 0x1p-6 - w̄") == ["x", ".", "0", "+", "0x1p-6", "-", "w̄"])
  }
}

@Suite("Finding what can be changed")
struct SpotScannerTests {
  private func spots(_ source: String) -> [String] {
    let tokens = Lexer.tokens(of: source)
    let bytes = Array(source.utf8)
    return SpotScanner.spots(in: tokens).map { spot in
      let range = tokens[spot.tokens.lowerBound].start..<tokens[spot.tokens.upperBound - 1].end
      return String(decoding: bytes[range], as: UTF8.self)
    }
  }

  @Test("Values, statements, conditions and ranges of loops are found; declarations, checks and labels are not")
  func kinds() {
    let source = """
      import Foundation
      struct A: B {
        let x: Int
        static let limit = 3
        var area: Int { x * x }
        init(_ y: Int) {
          precondition(y > 0, "y")
          x = y + 1
        }
        func f(_ n: Int) -> Int {
          var sum = 0
          for i in 0..<n where i != 2 {
            if i > 3, let y = g(i), y < 4 { sum += i } else { sum -= 1 }
          }
          guard sum > 0 else { return -1 }
          while sum > 9 { sum /= 2 }
          return sum
        }
      }
      """
    #expect(
      spots(source) == [
        "3", "x * x", "x = y + 1", "0", "0..<n", "i > 3", "y < 4", "sum += i", "sum -= 1", "sum > 0", "-1", "sum > 9",
        "sum /= 2", "sum",
      ])
  }

  @Test("A closure on one line belongs to its statement, one of several lines is searched itself")
  func closures() {
    let source = """
      func f() -> [Int] {
        let a = xs.map { $0 + 1 }
        return a.map { x in
          let y = x * 2
          return y
        }.filter { $0 > 1 }
      }
      """
    #expect(spots(source) == ["xs.map { $0 + 1 }", "x * 2", "y"])
  }

  @Test("Each case of a switch is searched behind its label; a value over several lines is one spot")
  func cases() {
    let source = """
      func f(_ e: E) -> Int {
        switch e {
        case .a: 1
        case .b(let x):
          x + y
            - 2
        default: return g(
          1, 2)
        }
      }
      """
    #expect(spots(source) == ["1", "x + y\n      - 2", "g(\n    1, 2)"])
  }

  @Test("Only what is not needed to compile can be left out: no initial value, no only expression")
  func removable() {
    func removable(_ source: String) -> [Bool] { SpotScanner.spots(in: Lexer.tokens(of: source)).map(\.isStatement) }
    #expect(removable("init() { x = 1 }") == [false])
    #expect(removable("func f() { x = 1 }") == [true])
    #expect(removable("func f() -> Int { g() }") == [false])
    #expect(removable("func f() { g()\n h() }") == [true, true])
  }
}

@Suite("Small changes")
struct ChangeTests {
  private func changes(_ statement: String) -> [String] {
    Candidates.of("func f() {\n  g()\n  \(statement)\n}", file: "f.swift", target: "T").dropFirst()
      .map { "\($0.place.kind): \($0.place.changed)" }
  }

  @Test("Signs, operands, bounds, indices, constants, terms and whole statements are changed, each alone")
  func kinds() {
    #expect(
      changes("y = a + b * 2") == [
        "sign: y = a - b * 2", "term: y = a", "operand: y = a + b + 2", "term: y = a + b", "constant: y = a + b * 3",
        "statement: ",
      ])
    #expect(
      changes("x[0] = min(-p, q.first)") == [
        "index: x[1] = min(-p, q.first)", "operand: x[0] = max(-p, q.first)", "sign: x[0] = min(p, q.first)",
        "operand: x[0] = min(-p, q.last)", "statement: ",
      ])
    #expect(
      changes("for i in a..<a &+ k { }").contains("bound: a..<a &+ k - 1"))
    #expect(
      changes("if a < b && c { }") == [
        "bound: a <= b && c", "operand: a < b || c", "term: a < b", "condition: !(a < b && c)",
      ])
    #expect(changes("let e = 1e-8") == ["constant: (1e-8 * 2)"])
  }

  @Test("What is no arithmetic stays: texts, labels, members of tuples, operators without white space")
  func untouched() {
    #expect(changes(#"let s = "a + b""#).isEmpty)
    #expect(changes(#"let s = a + "b""#).isEmpty)
    #expect(changes("let t = Tensor<Float>(p.0, first: q)").isEmpty)
  }

  @Test("Every change differs from what it replaces")
  func different() {
    let all = Candidates.of(
      "func f() {\n  a = b / c - d % 3\n  if !(x <= y) { z += min(1, 2) }\n  return -u * (v + 1)\n}", file: "f",
      target: "T")
    #expect(all.count > 12)
    #expect(all.allSatisfy { $0.place.original != $0.place.changed })
  }
}

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
