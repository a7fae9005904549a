import Testing

@testable import Command

@Suite("Words in messages")
struct WordsTests {
  @Test(
    "The distance counts insertions, deletions, substitutions and exchanged neighbours",
    arguments: [
      ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "ab", 1),
      ("abc", "abxc", 1), ("abc", "axc", 1), ("kitten", "sitting", 3), ("ca", "abc", 3), ("expert", "xeperts", 2),
    ])
  func distance(first: String, second: String, expected: Int) {
    #expect(NearestName.distance(first, second) == expected)
    #expect(NearestName.distance(second, first) == expected)
  }

  @Test("A slip is recognised, nonsense is not")
  func suggestions() {
    let names = ["train", "evaluate", "generate", "k", "top-k", "hyperrouter"]
    #expect(NearestName.of("trian", among: names) == "train")
    #expect(NearestName.of("TRAIN", among: names) == "train")
    #expect(NearestName.of("evalute", among: names) == "evaluate")
    #expect(NearestName.of("hyper", among: names) == "hyperrouter")
    #expect(NearestName.of("topk", among: names) == "top-k")
    #expect(NearestName.of("banana", among: names) == nil)
    #expect(NearestName.of("x", among: names) == nil)
    #expect(NearestName.of("", among: names) == nil)
    #expect(NearestName.of(String(repeating: "t", count: 1_000_000), among: names) == nil)
  }

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
