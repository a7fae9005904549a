import Foundation
import RunFiles
import TestSupport
import Testing

/// Seconds instead of half a minute: one layer, three steps, one seed, one training of the curve.
private let small = "--preset smoke --steps 3 --seeds 1 --curve 2 --data text.txt"

@Suite("hyperrouter jacobian", .thorough)
struct JacobianCommandTests {
  private let program = Hyperrouter()

  @Test("--json prints the gate order, verdicts and claims of all three routers, with null where there is no verdict")
  func json() throws {
    let object = try program.succeed("jacobian --gate-order topk-softmax --json \(small)").json()
    #expect(object["gate_order"].string == "topk-softmax" && (object["inconclusive"].value as? [Int]) == [])
    #expect(object["verdicts"].ints("claim") == Array(1...7))
    #expect(object["verdicts"].list.allSatisfy { $0["holds"].bool == true })
    let claims = object["claims"]
    #expect(Set(claims.strings("router")) == ["smoe", "smoe-dropout", "hyperrouter"])
    #expect(claims.list.allSatisfy { $0["holds"].isNull || $0["bound"].double != nil })
    #expect(object["collapse"].list.count == 6 && object["collapse"].list.allSatisfy { $0["claim"].isNull })
  }

  @Test("A table for each claim, at most 80 columns wide, without escapes where nobody watches")
  func tables() throws {
    let outcome = try program.succeed("jacobian --verbose \(small)")
    // The verdict alone, first.
    let short = try program.succeed("jacobian \(small)")
    #expect(short.output.contains("\n7 of 7 hold\n--verbose prints what was compared and measured: "))
    #expect(short.lines.count < 25 && short.isNarrow && short.lines.count { $0.contains("holds, ") } >= 5)
    for claim in 1...7 {
      #expect(short.output.contains("\n\(claim). ") && !short.output.contains("Claim \(claim): "))
      #expect(outcome.output.contains("\nClaim \(claim): "))
    }
    for words in [
      "\n7 of 7 hold\n", "chance baseline", "chance baseline at 0", "other tokens", "√(1/P)", "one snapshot",
      "(one way)",
      "(two ways)", "s = 256, 3 steps\n", "curve, m = 2, 4 snapshots", "\nCollapse: ",
    ] { #expect(outcome.output.contains(words), "\(words)") }
    #expect(outcome.isNarrow && !outcome.output.contains("NO") && !outcome.output.contains("\u{1B}"))
  }

  @Test("A run that began from another is compared with what it began with, not with what its seed would give")
  func begunFromAnother() throws {
    let settings = "--preset smoke --steps 2"
    _ = try program.succeed("train --router smoe-dropout --out a --data text.txt \(settings)")
    _ = try program.succeed("train --from a --seed 2 --out b \(settings)")
    _ = try program.succeed("jacobian --checkpoint b")
  }

  @Test("--checkpoint measures a stored run; a frozen router that is not what it was refutes claim 7: exit status 1")
  func checkpoint() throws {
    _ = try program.succeed("compare --preset smoke --steps 2 --data text.txt --out runs/all")
    let claims = try program.succeed("jacobian --checkpoint runs/all --json").json()["claims"]
    #expect(Set(claims.strings("router")) == ["smoe", "smoe-dropout", "hyperrouter"])
    let statements = Set(claims.strings("statement").compactMap { $0 })
    #expect(statements.contains("frozen numbers whose bits changed, steps 0–2"))
    #expect(!statements.contains { $0.contains("optimiser state") }, "a stored run does not show that")

    // The frozen router's weights of another seed, in place of its own, as a program that names no configuration writes them.
    _ = try program.succeed(
      "train --router smoe-dropout --preset smoke --steps 2 --seed 9 --data text.txt --out runs/other")
    let other = try SafetensorsFile(contentsOf: program.folder.file("runs/other/model.safetensors"))
    var bare = SafetensorsFile(metadata: ["step": "2"])
    for entry in other.entries {
      bare.append(entry.name, shape: entry.shape, try other.scalars(of: entry.name, as: Float.self))
    }
    try bare.write(to: program.folder.file("runs/all/smoe-dropout/model.safetensors"))
    let refuted = try program.run("jacobian --checkpoint runs/all/smoe-dropout --json")
    #expect(refuted.status == 1 && refuted.errorLines.count == 2)
    #expect(refuted.errors.hasPrefix("hyperrouter: claim 4 does not hold: smoe-dropout"), "\(refuted.errors)")
    let failed = try refuted.json()["claims"].list.filter { $0["holds"].bool == false }
    #expect(
      Set(failed.map { $0["claim"].int }) == [4, 7], "the rows moved, and so did their subspace; all else is true")
    // Its tokens' terms, one by one, leave the differences of the rows that the seed gives: those of step 0.
    #expect(failed.contains { ($0["quantity"].string ?? "").hasSuffix("rows' differences of step 0") })
  }

  @Test("A hypernetwork of one unit leaves theorems little to say, but refutes nothing")
  func degenerate() throws {
    let outcome = try program.succeed(
      "jacobian --preset smoke --steps 2 --seeds 1 --curve 1 --data text.txt --hypernetwork-width 1")
    #expect(!outcome.output.contains("nan") && !outcome.output.contains("inf"))
  }

  @Test("A text of one letter has no gradient at all: its claims are said to be inconclusive, which is no pass")
  func inconclusive() throws {
    try program.write(String(repeating: "a", count: 4000), to: "same.txt")
    let flags = "--preset smoke --steps 2 --seeds 1 --curve 1 --tokens characters --data same.txt"
    let outcome = try program.run("jacobian --verbose \(flags)")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("\nhyperrouter: inconclusive for every router: claim 2, "), "\(outcome.errors)")
    #expect(outcome.output.contains("\ninconclusive: ") && !outcome.output.contains("NO\n"))
    #expect(!outcome.output.contains("nan") && !outcome.output.contains("inf"))
    let inconclusive = try program.run("jacobian --json \(flags)").json()["inconclusive"].list.compactMap(\.int)
    #expect(Set(inconclusive).isSuperset(of: [2, 5]) && !inconclusive.contains(1))
  }

  @Test("--checkpoint takes step and k from the stored model: a run that was stopped early is not called finished")
  func stopped() throws {
    // The first line is an evaluation at the initial model.
    let process = try program.start(
      "train --router hyperrouter --out run --steps 1000000 --log-every 1 --preset smoke --data text.txt"
    ) { (try? program.folder.contents(of: "run/metrics.jsonl").contains(#""kind":"step""#)) == true }
    process.interrupt()
    #expect(try program.finish(process).status == 130)
    let file = try SafetensorsFile(contentsOf: program.folder.file("run/model.safetensors"))
    let step = try #require(file.metadata["step"])
    let outcome = try program.succeed("jacobian --verbose --checkpoint run")
    #expect(outcome.output.contains("\nhyperrouter after \(step) of 1000000 steps, k = 2\n"), "k is not yet N")
    #expect(outcome.output.contains("steps 0–\(step), 2 snapshots") && !outcome.output.contains("steps 0–1000000"))
  }

  @Test("Flags that a stored run decides, and routers that the comparison is not about, are refused")
  func refused() throws {
    try program.expectFailure("jacobian --checkpoint runs/none", status: 66, "runs/none")
    try program.expectFailure("jacobian --checkpoint runs/none --steps 3", status: 2, "--steps", "--checkpoint")
    try program.expectFailure("jacobian --checkpoint runs/none --tokens words", status: 2, "--tokens")
    try program.expectFailure("jacobian --curve 0 --data text.txt", status: 2, "--curve")
    _ = try program.succeed("train --router dense --preset smoke --steps 1 --data text.txt --out runs/dense")
    try program.expectFailure("jacobian --checkpoint runs/dense", status: 65, "router dense", "smoe-dropout")
  }
}
