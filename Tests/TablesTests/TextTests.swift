import Testing

@testable import Tables

@Suite("Texts as terminals and pages take them")
struct TextTests {
  @Test("Bytes as text: what is UTF-8 is what it is, every other byte an escape")
  func bytes() {
    let cases: [([UInt8], String)] = [
      (Array("aé€😀".utf8), "aé€😀"), ([0x61, 0x92, 0x62], #"a\x92b"#), ([0xE2, 0x82, 0x41], #"\xE2\x82A"#),
      ([0xC0, 0x80, 0xFF], #"\xC0\x80\xFF"#), ([0xF0, 0x9F, 0x98], #"\xF0\x9F\x98"#), ([], ""), ([0], "\0"),
    ]
    for (bytes, text) in cases { #expect(String(escaping: bytes) == text && String(escaping: bytes[...]) == text) }
  }

  @Test("Control characters and line separators are written as escapes, everything else as it is")
  func escapes() {
    #expect("a\nb\rc\td".onOneLine == "a\\nb\\rc\\td")
    #expect("\u{1B}[1m\u{0}\u{7F}\u{85}\u{2028}\u{2029}".onOneLine == #"\u{1b}[1m\u{0}\u{7f}\u{85}\u{2028}\u{2029}"#)
    #expect("\u{FEFF}a\u{200B}\u{202E}b\u{AD}".onOneLine == #"\u{feff}a\u{200b}\u{202e}b\u{ad}"#)
    #expect("👩‍👩‍👧 می‌خواهم 🏴󠁧󠁢󠁥󠁮󠁧󠁿".onOneLine == "👩‍👩‍👧 می‌خواهم 🏴󠁧󠁢󠁥󠁮󠁧󠁿")
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
