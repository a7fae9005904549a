import Foundation
import TestSupport
import Testing

@Suite("hyperrouter compare --suite paper", .thorough)
struct SuiteCommandTests {
  private let program = Hyperrouter()

  private static let line =
    "compare --suite paper --seeds 2 --steps 2 --k 1,2 --preset smoke --model-width 8 --heads 2 --head-width 3 "
    + "--expert-width 6 --segment 32 --memory 8 --batch 4 --hypernetwork-width 9 --json --out suite"

  @Test("says first how many runs there are and how long they take; interrupted, the same command goes on")
  func interrupted() throws {
    var left: [String] = []
    for attempt in 1...2 {
      let name = attempt == 1 ? "topics-smoe-constant-1" : "topics-smoe-constant-scaled-1"
      let process = try program.start("\(Self.line) --data text.txt") {
        program.exists("suite/\(name)/results.json")
      }
      process.interrupt()
      let outcome = try program.finish(process)
      #expect(outcome.status == 130 && outcome.errors.contains("the same command goes on with topics-"))
      left.append(outcome.errorLines.first ?? "")
    }
    let first = try #require(left[0].firstMatch(of: #/^(\d+) runs, about \d+ (s|min); each is kept in /#))
    let total = try #require(Int(first.1))
    // The factorial at two seeds and two gate orders, six other routers, the text at both conditions.
    #expect(total >= 2 * (12 + 12 + 6 + 6), "\(left[0])")
    let again = try #require(left[1].firstMatch(of: #/^(\d+) runs left of (\d+), about /#))
    #expect(Int(again.2) == total && (Int(again.1) ?? total) < total, "\(left[1])")
    try program.expectFailure(
      "\(Self.line) --data text.txt".replacing("--steps 2 ", with: "--steps 3 "), status: 73,
      "already holds a run whose training.steps is 2, expected 3")
  }

  @Test("says what is compared itself, and is kept")
  func refusals() throws {
    for flag in [
      "--routers smoe", "--conditions published", "--k-schedule constant:2", "--router-scale 2",
      "--embedding-scale matched", "--gate-order topk-softmax",
    ] {
      try program.expectFailure("\(Self.line) \(flag)", status: 2, "does not go with --suite")
    }
    try program.expectFailures(
      status: 2,
      [
        ("compare --suite paper --preset smoke", "--suite needs --out"),
        ("compare --suite papers --out x", "did you mean paper?"),
        ("compare --suite paper --out x --parts shape", "--suite open alone"),
        ("compare --seeds 0", "--seeds: found \"0\""),
        ("compare --router-scale matchd", "--router-scale: found \"matchd\""),
        ("compare --router-scale -1", "--router-scale: found \"-1\""),
      ])
    #expect(program.folder.names == ["stderr", "stdout", "text.txt"])
  }
}
