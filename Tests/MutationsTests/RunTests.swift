import Testing

@testable import mutations

@Suite("Many changes in one build")
struct InstrumentationTests {
  private let source = """
    func f(_ n: Int) -> Int {
      let a = n + 1
      for i in 0..<n { g(i) }
      if a > 2 { return 3 }
      return a * n
    }
    """

  private func written(_ kinds: [Change.Kind]) -> Instrumentation.Result {
    let candidates = Candidates.of(source, file: "f", target: "T")
    let chosen = kinds.enumerated().compactMap { index, kind in
      candidates.first { $0.place.kind == kind }.map { (number: index + 1, candidate: $0) }
    }
    return Instrumentation.write(chosen, into: source)
  }

  @Test("A value becomes a choice between itself and the change, and so does a condition")
  func choices() {
    #expect(written([.sign]).text.contains("let a = if mutated(1) { n - 1 } else { n + 1 }"))
    #expect(written([.condition]).text.contains("if (mutated(1) ? (!(a > 2)) : (a > 2)) {"))
    #expect(written([.bound]).text.contains("for i in (mutated(1) ? (0..<n - 1) : (0..<n)) {"))
  }

  @Test("Without the switches the text is as it was, and every change knows its line")
  func lines() {
    let result = written([.sign, .bound, .condition])
    #expect(result.text.split(separator: "\n").count == source.split(separator: "\n").count)
    #expect(result.numbers == [2: [1], 3: [2], 4: [3]])
  }
}

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

@Suite("Counting what was noticed")
struct ScoreTests {
  private func entry(_ number: Int, _ outcome: TestRun.Outcome) -> Score.Entry {
    let place = Place(target: "T", file: "f", line: number, kind: .sign, original: "a + \(number)", changed: "a")
    return Score.Entry(number: number, place: place, outcome: outcome)
  }

  @Test("A failure, a crash and an endless run are noticed; tests that pass are not, unless a reason says why")
  func outcomes() {
    let entries = [
      entry(1, .noticed(by: "x")), entry(2, .crashed), entry(3, .hung), entry(4, .passed(tests: 9)),
      entry(5, .passed(tests: 9)),
    ]
    let reason = Score.Equivalence(file: "f", original: "a + 4", changed: "a", reason: "nobody reads it")
    let score = Score(entries: entries, equivalences: [reason])
    #expect(score.survivors.map(\.number) == [4, 5] && score.unexplained.map(\.number) == [5])
    #expect(score.report.contains("| all | 5 | 1 | 1 | 1 | 1 | 1 |"))
    #expect(score.report.contains("nobody reads it"))
  }

  @Test("The first failing test is read off the output of the tests, and so is how many passed")
  func output() {
    #expect(
      TestRun.failure(in: "✘ Test \"Gates sum to 1\" recorded an issue at A.swift:1:2: x") == "\"Gates sum to 1\"")
    #expect(
      TestRun.failure(in: "✘ Test \"Cases\" recorded an issue with 1 argument k → 2 at A.swift:1:2: x") == "\"Cases\"")
    #expect(TestRun.failure(in: "✔ Test \"Gates sum to 1\" passed after 1 seconds.") == nil)
    #expect(TestRun.passes(in: "✔ Test run with 69 tests in 15 suites passed after 4.134 seconds.") == 69)
    #expect(TestRun.passes(in: "✘ Test run with 69 tests in 15 suites failed after 4.134 seconds.") == nil)
  }
}
