import Testing

@testable import Command

@Suite("The nearest name")
struct NearestNameTests {
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
}
