import Testing

@testable import mutations

@Suite("Choosing places")
struct SelectionTests {
  private let files = (1...6).map { file in
    let lines = (0..<(file * 4)).map { "  x\($0) = a[\($0)] + b * 2" }.joined(separator: "\n")
    return Candidates.of("func f() {\n\(lines)\n}", file: "f\(file)", target: "T")
  }

  @Test("Every file gives a place, longer files give more, no spot gives two")
  func spread() {
    let chosen = Selection.chosen(from: files, count: 40, seed: 1)
    let counts = Dictionary(grouping: chosen, by: \.place.file).mapValues(\.count)
    #expect(counts.count == 6 && chosen.count == 40)
    #expect(counts["f1"]! < counts["f6"]!)
    let spots = Set(chosen.map { "\($0.place.file) \($0.place.line)" })
    #expect(spots.count == 40)
    #expect(Set(chosen.map(\.place.kind)) == Set(files.joined().map(\.place.kind)), "all kinds that there are")
  }

  @Test("The same seed chooses the same places, another one others")
  func seeds() {
    func identities(_ seed: UInt64) -> [String] {
      Selection.chosen(from: files, count: 20, seed: seed).map { "\($0.place.line) \($0.place.changed)" }
    }
    #expect(identities(1) == identities(1))
    #expect(identities(1) != identities(2))
  }
}
