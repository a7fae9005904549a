import Testing

@testable import mutations

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
