import Foundation
import TestSupport
import Testing

@Suite("hyperrouter compare --suite paper", .thorough)
struct SuiteCommandTests {
  private let program = Hyperrouter()

  private static let line =
    "compare --suite paper --seeds 2 --steps 2 --search-rates 2 --search-knobs 1 --preset smoke --model-width 8 "
    + "--heads 2 --head-width 3 --expert-width 6 --segment 32 --memory 8 --batch 4 --hypernetwork-width 9 --json --out suite"

  @Test(
    "says first how many runs there are and how long they take; interrupted, the same command goes on, and judges twice"
  )
  func interrupted() throws {
    var left: [String] = []
    for name in ["search-text/smoe-dropout-0.002-1", "standard-tuned-hyperrouter-1"] {
      let process = try program.start("\(Self.line) --data text.txt") { program.exists("suite/\(name)/results.json") }
      process.interrupt()
      let outcome = try program.finish(process)
      #expect(outcome.status == 130 && outcome.errors.contains("the same command goes on with "))
      left.append(outcome.errorLines.first ?? "")
    }
    let first = try #require(
      left[0].firstMatch(of: #/^(\d+) runs, about \d+ (s|min), 20 of them, about \d+ s, to search/#))
    // Two texts: five models at two rates; eight tuned and five published variants of two seeds; and the other routers once.
    let total = String(first.1)
    #expect(total == "82", "\(left[0])")
    #expect(left[1].contains(" runs left of \(total), about "), "\(left[1])")
    try program.expectFailure(
      "\(Self.line) --data text.txt".replacing("--steps 2 ", with: "--steps 3 "), status: 73,
      "already holds a run whose training.steps is 2, expected 3")
    let object = try program.succeed("\(Self.line) --data text.txt").json()
    #expect(schemaFaults(in: object.value, as: "suite", isStamped: true) == [])
    #expect(object["searches"].strings("text") == ["builtin:topics", "text.txt"])
    let judged = object["parts"].list.filter { $0["is_judged"].value as? Bool == true }
    #expect(judged.map { $0["conditions"].string } == ["tuned", "published", "tuned", "published"])
    #expect(judged.allSatisfy { $0["findings"].list.count == 7 })
    for name in ["beats-smoe", "fewer-experts"] {
      let finding = try #require(judged[0]["findings"].list.first { $0["id"].string == name })
      #expect(finding["equivalence_margin"].double != nil, "\(name)")
      for key in ["p", "p_holm", "smallest_detectable"] {
        #expect(finding["judgement"][key].double != nil, "\(name), \(key)")
      }
    }
    let outcome = try program.succeed("\(Self.line) --data text.txt".replacing("--json ", with: ""))
    #expect(outcome.isNarrow && outcome.lines.count { $0.hasPrefix("the paper's claims, ") } == 4)
    #expect(try program.folder.contents(of: "suite/report.html").contains("Six claims, 2 seeds"))
  }

  @Test("says what is compared itself, and is kept")
  func refusals() throws {
    for flag in [
      "--routers smoe", "--conditions published", "--k-schedule constant:2", "--router-scale 2",
      "--embedding-scale matched", "--k 1,2", "--router-learning-rate 2",
    ] {
      try program.expectFailure("\(Self.line) \(flag)", status: 2, "does not go with --suite")
    }
    try program.expectFailures(
      status: 2,
      [
        ("compare --suite paper --preset smoke", "--suite needs --out"),
        ("compare --suite papers --out x", "did you mean paper?"),
        ("compare --suite paper --out x --parts shape", "--suite open alone"),
        ("compare --suite paper --out x --experts-per-token 1", "--experts-per-token does not go with --suite paper"),
        ("compare --search-rates 3", "--search-rates goes with --suite paper alone"),
        ("compare --suite open --out x --search-steps 3", "--search-steps goes with --suite paper alone"),
        ("compare --suite paper --out x --search-rates 1", "--search-rates: found \"1\", expected an integer from 2"),
        ("compare --seeds 0", "--seeds: found \"0\""),
        ("compare --router-scale matchd", "--router-scale: found \"matchd\""),
        ("compare --router-scale -1", "--router-scale: found \"-1\""),
      ])
    #expect(program.folder.names == ["stderr", "stdout", "text.txt"])
  }
}
