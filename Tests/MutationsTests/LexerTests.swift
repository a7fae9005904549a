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
