import Foundation
import TestSupport
import Testing

@Suite("Wrong flags: status 2, one line that names the flag, nothing written", .thorough)
struct BadFlagTests {
  @Test(
    "Training",
    arguments: [
      ("--stepz 3", ["--stepz", "did you mean --steps?"]),
      ("--steps", ["--steps", "found nothing after it"]),
      ("--steps --json", ["--steps", "expected a value"]),
      ("--json=yes", ["--json", "switch"]),
      ("--steps 3 --steps 4", ["--steps", "more than once"]),
      ("word", ["\"word\"", "expected a flag"]),
      ("--router hyperruter", ["--router", "\"hyperruter\"", "did you mean hyperrouter?"]),
      ("--router smoedropout", ["--router", "did you mean smoe-dropout?"]),
      ("--preset tinny", ["--preset", "did you mean tiny?"]),
      ("--steps 0", ["--steps", "\"0\"", "from 1 to"]),
      ("--steps -3", ["--steps", "\"-3\""]),
      ("--steps 1000000000000", ["--steps", "from 1 to 1000000000"]),
      ("--steps 1000000000000000000000000000000", ["--steps", "from 1 to"]),
      ("--steps three", ["--steps", "\"three\"", "integer"]),
      ("--layers 0", ["--layers", "1 to 256"]),
      ("--heads 0", ["--heads"]), ("--head-width -1", ["--head-width"]),
      ("--expert-width 1000000000000", ["--expert-width"]),
      ("--experts 1000000000000000000000000000000", ["--experts"]),
      ("--model-width 7", ["--model-width", "found 7", "even"]),
      ("--batch 0", ["--batch"]), ("--segment 0", ["--segment"]), ("--memory -1", ["--memory"]),
      ("--memory 1000000000000", ["--memory", "0 to 65536"]),
      ("--experts 4 --experts-per-token 0", ["--experts-per-token", "\"0\""]),
      ("--experts 4 --experts-per-token 5", ["--experts-per-token", "found 5", "number of experts, 4"]),
      ("--experts-per-token two", ["--experts-per-token", "\"two\""]),
      ("--top-k 2", ["--top-k is now --experts-per-token"]),
      ("--experts 4 --k 5", ["--k", "found 5", "number of experts, 4"]),
      ("--k 0", ["--k", "\"0\""]), ("--k 1,x", ["--k", "\"x\""]), ("--k 1,1", ["--k", "once"]),
      ("--k-schedule linear-increase:2", ["--k-schedule", "linear-increase:MIN:MAX"]),
      ("--k-schedule linear:2:4", ["--k-schedule", "\"linear\""]),
      ("--k-schedule constant:0", ["--k-schedule", "\"0\""]),
      ("--k-schedule linear-increase:4:2", ["--k-schedule", "MIN not above MAX"]),
      ("--experts 4 --k-schedule linear-increase:2:8", ["--k-schedule", "up to 8", "number of experts, 4"]),
      ("--dropout 1", ["--dropout", "below 1"]), ("--dropout -0.1", ["--dropout"]),
      ("--dropout nan", ["--dropout", "\"nan\""]),
      ("--learning-rate 0", ["--learning-rate", "above 0"]), ("--learning-rate inf", ["--learning-rate"]),
      ("--gradient-clip 0", ["--gradient-clip"]), ("--clip 1", ["--clip is now --gradient-clip"]),
      ("--learning-rate-course=cosine", ["--learning-rate-course is now --lr-schedule"]),
      ("--warmup 4 --steps 4", ["--warmup", "found 4", "number of steps, 4"]),
      ("--seed -1", ["--seed"]), ("--seed 99999999999999999999", ["--seed"]), ("--threads 0", ["--threads"]),
      ("--balance 0.1", ["--balance", "hyperrouter", "a balancing loss"]),
      ("--router smoe-balanced --balance -1", ["--balance", "from 0"]),
      ("--hypernetwork-depth 1", ["--hypernetwork-depth"]), ("--embedding-width 0", ["--embedding-width"]),
      ("--experts 4096 --expert-width 65536 --model-width 16384", ["GB", "--experts"]),
      ("--layers 256 --hypernetwork-width 65536 --embedding-width 65536", ["GB"]),
      ("--memory 65536 --model-width 16384 --layers 100", ["GB", "--memory"]),
      ("--router dense --experts 4096 --expert-width 65536", ["GB"]),
      ("--data text.txt --out=", ["--out", "path"]),
    ] as [(String, [String])])
  func training(flags: String, words: [String]) throws {
    try Hyperrouter.use { program in
      let outcome = try program.run(
        "train --data=text.txt --out=run \(flags)"
          .replacing("--data=text.txt --out=run --data text.txt", with: "--data text.txt"))
      #expect(outcome.status == 2, "\(outcome.errors)")
      #expect(outcome.output.isEmpty)
      #expect(outcome.errorLines.count == 2 && outcome.errors.hasPrefix("hyperrouter: "), "\(outcome.errors)")
      for word in words { #expect(outcome.errors.contains(word), "\(outcome.errors)") }
      #expect(program.folder.names == ["stderr", "stdout", "text.txt"])
    }
  }

  @Test(
    "jacobian, like training: before a text is read, and before memory is asked for",
    arguments: [
      ("--experts 4 --k-schedule linear-increase:2:8", ["--k-schedule", "up to 8", "number of experts, 4"]),
      ("--experts 4 --k-schedule constant:5", ["--k-schedule", "up to 5"]),
      ("--warmup 60", ["--warmup", "found 60", "number of steps, 60"]),
      ("--warmup 4 --steps 4", ["--warmup", "found 4", "number of steps, 4"]),
      ("--experts 4 --experts-per-token 5", ["--experts-per-token", "found 5"]),
      ("--model-width 7", ["--model-width", "even"]),
      ("--experts 4096 --model-width 16384 --embedding-width 65536", ["GB", "--embedding-width"]),
      ("--preset smoke --experts 4096 --embedding-width 65536", ["GB", "--embedding-width"]),
      ("--layers 256 --model-width 16384 --expert-width 65536", ["GB", "--layers"]),
      ("--batch 65536 --segment 16384", ["GB", "--batch"]),
    ] as [(String, [String])])
  func jacobian(flags: String, words: [String]) throws {
    try Hyperrouter.use { program in
      let outcome = try program.run("jacobian --data none.txt \(flags)")
      #expect(outcome.status == 2 && outcome.output.isEmpty && outcome.errorLines.count == 2, "\(outcome.errors)")
      for word in words { #expect(outcome.errors.contains(word), "\(outcome.errors)") }
    }
  }

  @Test("Flags are judged before files are looked for")
  func early() throws {
    try Hyperrouter.use { program in
      try program.expectFailure(
        "train --data none.txt --experts 4 --experts-per-token 5", status: 2, "--experts-per-token: found 5")
      try program.expectFailure("compare --data none.txt --steps 4 --warmup 4", status: 2, "--warmup: found 4")
      try program.expectFailure("compare --data none.txt --experts 4 --k 5", status: 2, "--k: found 5")
      try program.expectFailure("train --resume none --batch 9", status: 2, "--batch", "--resume")
      try program.expectFailure("train --from none --layers 9", status: 2, "--layers", "--from")
      try program.expectFailure("jacobian --checkpoint none --layers 2", status: 2, "--layers", "--checkpoint")
    }
  }

  @Test("Comparing, evaluating, generating, continuing")
  func others() throws {
    try Hyperrouter.use { program in
      try program.train()
      let before = try program.files("run")
      try program.expectFailure("compare --routers smoe,smoo", status: 2, "--routers", "\"smoo\"", "did you mean smoe?")
      for (old, new) in [("equal", "matched"), ("original", "published")] {
        try program.expectFailure("compare --conditions \(old)", status: 2, "--conditions", "did you mean \(new)?")
      }
      try program.expectFailure("compare --routers smoe,smoe", status: 2, "--routers", "once")
      try program.expectFailure("compare --routers=", status: 2, "--routers")
      try program.expectFailure("evaluate", status: 2, "--checkpoint is missing")
      try program.expectFailure("evaluate --checkpoint run --k 5", status: 2, "--k: found 5", "number of experts, 4")
      try program.expectFailure("evaluate --checkpoint run --k 0", status: 2, "--k")
      try program.expectFailure("evaluate --checkpoint run --segment 17", status: 2, "--segment: found 17", "16")
      try program.expectFailure("evaluate --checkpoint run --split valid", status: 2, "--split", "validation")
      try program.expectFailure("generate --checkpoint run --k 5", status: 2, "--k: found 5", "4")
      try program.expectFailure("generate --checkpoint run --prompt=", status: 2, "--prompt", "no symbols")
      try program.expectFailure("generate --checkpoint run --prompt ß", status: 2, "--prompt", "0xC3")
      try program.expectFailure("generate --checkpoint run --temperature -1", status: 2, "--temperature")
      try program.expectFailure("generate --checkpoint run --length 0", status: 2, "--length")
      try program.expectFailure(
        "train --resume run --steps 3", status: 2, "--steps: found 3", "more than the run has, 4")
      try program.expectFailure("train --resume run --k 5", status: 2, "--k: found 5", "number of experts, 4")
      try program.expectFailure("corpus --lines 0", status: 2, "--lines")
      #expect(try program.files("run") == before)
    }
  }
}
