import Testing

@testable import mutations

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
