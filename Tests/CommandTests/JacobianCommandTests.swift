import Foundation
import RunFiles
import TestSupport
import Testing

/// Seconds instead of half a minute: one layer, three steps, one seed, one training of the curve.
private let small = "--preset smoke --steps 3 --seeds 1 --curve 2 --data text.txt"

@Suite("hyperrouter jacobian", .thorough)
struct JacobianCommandTests {
  @Test("--json prints the gate order, verdicts and claims of all three routers, with null where there is no verdict")
  func json() throws {
    try Hyperrouter.use { program in
      let outcome = try program.run("jacobian --gate-order topk-softmax --json \(small)")
      #expect(outcome.status == 0)
      let object = try outcome.object()
      #expect(
        Set(object.keys) == [
          "gate_order", "claims", "collapse", "subject", "undecided", "verdicts", "program_version", "date",
        ])
      #expect(object["gate_order"] as? String == "topk-softmax" && (object["undecided"] as? [Int]) == [])
      let verdicts = try #require(object["verdicts"] as? [[String: Any]])
      #expect(verdicts.map { $0["claim"] as? Int } == Array(1...7))
      #expect(verdicts.allSatisfy { $0["holds"] as? Bool == true })
      let claims = try #require(object["claims"] as? [[String: Any]])
      #expect(Set(claims.compactMap { $0["router"] as? String }) == ["smoe", "smoe-dropout", "hyperrouter"])
      #expect(claims.allSatisfy { $0["holds"] is NSNull || $0["bound"] is Double })
      let collapse = try #require(object["collapse"] as? [[String: Any]])
      #expect(collapse.count == 6 && collapse.allSatisfy { $0["claim"] is NSNull })
    }
  }

  @Test("A table for each claim, at most 80 columns wide, without escapes where nobody watches")
  func tables() throws {
    try Hyperrouter.use { program in
      let outcome = try program.run("jacobian --verbose \(small)")
      #expect(outcome.status == 0)
      // The verdict alone, first.
      let short = try program.run("jacobian \(small)").output
      #expect(short.contains("\n7 of 7 hold\n--verbose prints what was compared and measured: "), "\(short)")
      #expect(short.split(separator: "\n").count < 25 && outcome.output.contains("\n7 of 7 hold\n"))
      #expect(short.split(separator: "\n").allSatisfy { $0.count <= 80 })
      for claim in 1...7 { #expect(short.contains("\n\(claim). ") && !short.contains("Claim \(claim): ")) }
      #expect(short.split(separator: "\n").count { $0.contains("holds, ") } >= 5)
      for claim in 1...7 { #expect(outcome.output.contains("\nClaim \(claim): ")) }
      for words in ["chance baseline", "chance at 0", "other tokens", "√(1/P)", "one look", "(one way)", "(two ways)"] {
        #expect(outcome.output.contains(words), "\(words)")
      }
      #expect(outcome.output.contains("s = 256, 3 steps\n"))
      #expect(outcome.output.contains("curve, m = 2, 4 looks"), "--steps reaches the curve, looked at after each")
      #expect(outcome.output.contains("\nCollapse: "))
      #expect(!outcome.output.contains("NO") && !outcome.output.contains("\u{1B}"))
      let widest = outcome.output.split(separator: "\n").max { $0.count < $1.count } ?? ""
      #expect(widest.count <= 80, "\(widest)")
    }
  }

  @Test("A run that began from another is compared with what it began with, not with what its seed would give")
  func begunFromAnother() throws {
    try Hyperrouter.use { program in
      let settings = "--preset smoke --steps 2"
      #expect(try program.run("train --router smoe-dropout --out a --data text.txt \(settings)").status == 0)
      #expect(try program.run("train --from a --seed 2 --out b \(settings)").status == 0)
      let outcome = try program.run("jacobian --checkpoint b")
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
  }

  @Test("--checkpoint looks at a stored run; a frozen router that is not what it was refutes claim 7: exit status 1")
  func checkpoint() throws {
    try Hyperrouter.use { program in
      let trained = try program.run("compare --preset smoke --steps 2 --data text.txt --out runs/all")
      #expect(trained.status == 0)
      let outcome = try program.run("jacobian --checkpoint runs/all --json")
      #expect(outcome.status == 0)
      let claims = try #require(try outcome.object()["claims"] as? [[String: Any]])
      #expect(Set(claims.compactMap { $0["router"] as? String }) == ["smoe", "smoe-dropout", "hyperrouter"])
      let statements = Set(claims.compactMap { $0["statement"] as? String })
      #expect(statements.contains("frozen numbers whose bits changed, steps 0–2"))
      #expect(!statements.contains { $0.contains("optimiser state") }, "a stored run does not show that")

      // The frozen router's weights of another seed, in place of its own.
      let other = "train --router smoe-dropout --preset smoke --steps 2 --seed 9 --data text.txt --out runs/other"
      #expect(try program.run(other).status == 0)
      let own = program.folder.file("runs/all/smoe-dropout/model.safetensors")
      try FileManager.default.removeItem(atPath: own)
      try FileManager.default.copyItem(atPath: program.folder.file("runs/other/model.safetensors"), toPath: own)
      let refuted = try program.run("jacobian --checkpoint runs/all/smoe-dropout --json")
      #expect(refuted.status == 1 && refuted.errorLines.count == 2)
      #expect(refuted.errors.hasPrefix("hyperrouter: claim 4 does not hold: smoe-dropout"), "\(refuted.errors)")
      let verdicts = try #require(try refuted.object()["claims"] as? [[String: Any]])
      let failed = Set(verdicts.filter { $0["holds"] as? Bool == false }.compactMap { $0["claim"] as? Int })
      #expect(failed == [4, 7], "the rows moved, and so did their subspace; all else is still true")
      // Its tokens' terms, one by one, leave the differences of the rows that the seed gives: those of step 0.
      let outside = verdicts.filter { ($0["quantity"] as? String ?? "").hasSuffix("rows' differences of step 0") }
      #expect(!outside.isEmpty && outside.allSatisfy { $0["holds"] as? Bool == false })
    }
  }

  @Test("A hypernetwork of one unit leaves theorems little to say, but refutes nothing")
  func degenerate() throws {
    try Hyperrouter.use { program in
      let outcome = try program.run(
        "jacobian --preset smoke --steps 2 --seeds 1 --curve 1 --data text.txt --hypernetwork-width 1")
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(!outcome.output.contains("nan") && !outcome.output.contains("inf"))
    }
  }

  @Test("A text of one letter has no gradient at all: its claims are said to be undecided, which is no pass")
  func undecided() throws {
    try Hyperrouter.use { program in
      try String(repeating: "a", count: 4000).write(
        toFile: program.folder.file("same.txt"), atomically: true, encoding: .utf8)
      let flags = "--preset smoke --steps 2 --seeds 1 --curve 1 --data same.txt"
      let outcome = try program.run("jacobian --verbose \(flags)")
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("\nhyperrouter: not decided for any router: claim 2, "), "\(outcome.errors)")
      #expect(outcome.output.contains("\nNOT DECIDED: ") && !outcome.output.contains("NO\n"))
      #expect(!outcome.output.contains("nan") && !outcome.output.contains("inf"))
      let undecided = try #require(try program.run("jacobian --json \(flags)").object()["undecided"] as? [Int])
      #expect(Set(undecided).isSuperset(of: [2, 5]) && !undecided.contains(1))
    }
  }

  @Test("--checkpoint takes step and k from the stored model: a run that was stopped early is not called finished")
  func stopped() throws {
    try Hyperrouter.use { program in
      let process = try program.start(
        "train --router hyperrouter --out run --steps 1000000 --log-every 1 --preset smoke --data text.txt"
          .split(separator: " ").map(String.init))
      let metrics = program.folder.file("run/metrics.jsonl")
      // The first line is a look at the initial model.
      while process.isRunning,
        (try? String(contentsOfFile: metrics, encoding: .utf8))?.contains(#""kind":"step""#) != true
      { usleep(1000) }
      kill(process.processIdentifier, SIGINT)
      #expect(try program.finish(process).status == 130)
      let file = try SafetensorsFile(contentsOf: program.folder.file("run/model.safetensors"))
      let step = try #require(file.metadata["step"])
      let outcome = try program.run("jacobian --verbose --checkpoint run")
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("\nhyperrouter after \(step) of 1000000 steps, k = 2\n"), "k is not yet N")
      #expect(outcome.output.contains("steps 0–\(step), 2 looks") && !outcome.output.contains("steps 0–1000000"))
    }
  }

  @Test("Flags that a stored run decides, and routers that the comparison is not about, are refused")
  func refused() throws {
    try Hyperrouter.use { program in
      try program.expectFailure("jacobian --checkpoint runs/none", status: 66, "runs/none")
      try program.expectFailure("jacobian --checkpoint runs/none --steps 3", status: 2, "--steps", "--checkpoint")
      try program.expectFailure("jacobian --checkpoint runs/none --tokens words", status: 2, "--tokens")
      try program.expectFailure("jacobian --curve 0 --data text.txt", status: 2, "--curve")
      let dense = "train --router dense --preset smoke --steps 1 --data text.txt --out runs/dense"
      #expect(try program.run(dense).status == 0)
      try program.expectFailure("jacobian --checkpoint runs/dense", status: 65, "router dense", "smoe-dropout")
    }
  }
}
