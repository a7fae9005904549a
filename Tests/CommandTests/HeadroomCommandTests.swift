import Foundation
import TestSupport
import Testing

@Suite("hyperrouter headroom", .thorough)
struct HeadroomCommandTests {
  private let program = Hyperrouter()

  @Test("Prints seven criteria below the bits of all models, as JSON too; a text without classes is refused")
  func headroom() throws {
    let line =
      "headroom --preset smoke --model-width 8 --heads 2 --head-width 3 --expert-width 8 --segment 16 --memory 16 "
      + "--batch 4 --steps 4 --seeds 1 --paired-seeds 2 --threads 1 --out all"
    let outcome = try program.succeed(line)
    #expect(outcome.isNarrow && outcome.errorLines[0].hasPrefix("12 runs, about "))
    for id in 1...7 { #expect(outcome.output.contains("\nH\(id)  ")) }
    let object = try program.succeed("\(line) --json").json()
    #expect(object["criteria"].list.count == 10 && object["runs"].list.count == 12)
    #expect(object["criteria"][0]["id"].string == "H1" && object["corpus"]["name"].string == "builtin:topics")
    try program.expectFailures(
      status: 2,
      [
        ("headroom --data text.txt", "--data: found text.txt, expected a text whose classes are known"),
        ("headroom --expert-width 3", "--expert-width: found 3"), ("headroom --paired-seeds 1", "--paired-seeds"),
      ])
  }
}
