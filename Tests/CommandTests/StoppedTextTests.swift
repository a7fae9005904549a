import Testing

@testable import Command

@Suite("A text that ends where a given one appears in it")
struct StoppedTextTests {
  private func written(_ pieces: [String], until end: String?) -> (text: String, pieces: [String], isStopped: Bool) {
    var text = StoppedText(until: end)
    let shown = pieces.map { text.append($0) }
    return (text.text, shown, text.isStopped)
  }

  @Test("Within a piece, across pieces, at once, after a false start, and never")
  func places() {
    #expect(written(["the cat sat"], until: "cat") == ("the cat", ["the cat"], true))
    #expect(written(["a", "b", "c", "d"], until: "bc") == ("abc", ["a", "b", "c", ""], true))
    #expect(written(["abc"], until: "a").text == "a")
    #expect(written(["a", "a", "b", "c"], until: "ab").text == "aab")
    #expect(written(["xy", "xyz!", "?"], until: "xyz") == ("xyxyz", ["xy", "xyz", ""], true))
    #expect(written(["a", "b"], until: "ba") == ("ab", ["a", "b"], false))
    #expect(written(["a", "b"], until: nil) == ("ab", ["a", "b"], false))
  }

  @Test("By bytes: a letter is found below a mark that follows it")
  func bytes() {
    #expect(written(["caf", "e", "\u{301}s"], until: "e").text == "cafe")
    #expect(written(["€", "ä€"], until: "ä€").text == "€ä€")
  }
}
