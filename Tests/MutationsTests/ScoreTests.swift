import Testing

@testable import mutations

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
