import Testing

@testable import Tables

@Suite("Texts as terminals and pages take them")
struct TextTests {
  @Test("Control characters and line separators are written as escapes, everything else as it is")
  func escapes() {
    #expect("a\nb\rc\td".onOneLine == "a\\nb\\rc\\td")
    #expect("\u{1B}[1m\u{0}\u{7F}\u{85}\u{2028}\u{2029}".onOneLine == #"\u{1b}[1m\u{0}\u{7f}\u{85}\u{2028}\u{2029}"#)
    #expect("naïve “quoted” 𝓗 \\".onOneLine == "naïve “quoted” 𝓗 \\")
    #expect("\r\n".onOneLine == "\\r\\n" && "".onOneLine == "")
  }

  @Test("Up to 60 characters are quoted whole, of more the first 60 and a sign that there were more")
  func quoted() {
    for count in [0, 1, 59, 60, 61, 62, 1000] {
      let text = String(repeating: "é", count: count)
      let shown = String(repeating: "é", count: min(count, 60)) + (count > 60 ? "…" : "")
      #expect(text.quoted == "\"\(shown)\"", "\(count)")
    }
    #expect("a\nb".quoted == "\"a\\nb\"")
  }
}
