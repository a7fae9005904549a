import Foundation
import TestSupport
import Testing

@Suite("Wrong flags: status 2, one line that names the flag, nothing written", .thorough)
struct BadFlagTests {
  private let program = Hyperrouter()

  @Test(
    "Training",
    arguments: [
      ("--stepz 3", ["--stepz", "did you mean --steps?"]),
      ("--router hyperruter", ["--router", "\"hyperruter\"", "did you mean hyperrouter?"]),
      ("--steps 0", ["--steps", "\"0\"", "from 1 to"]),
      ("--steps 1000000000000", ["--steps", "from 1 to 1000000000"]),
      ("--layers 0", ["--layers", "1 to 256"]),
      ("--heads 0", ["--heads"]), ("--head-width -1", ["--head-width"]),
      ("--expert-width 1000000000000", ["--expert-width"]),
      ("--model-width 7", ["--model-width", "found 7", "even"]),
      ("--batch 0", ["--batch"]), ("--segment 0", ["--segment"]), ("--memory -1", ["--memory"]),
      ("--experts 4 --experts-per-token 0", ["--experts-per-token", "\"0\""]),
      ("--experts 4 --experts-per-token 5", ["--experts-per-token", "found 5", "number of experts, 4"]),
      ("--epochs 2", ["--steps is updates in the whole run"]),
      ("--experts 4 --k 5", ["--k", "found 5", "number of experts, 4"]),
      ("--experts 4 --k-schedule linear-increase:2:8", ["--k-schedule", "up to 8", "number of experts, 4"]),
      ("--dropout 1", ["--dropout", "below 1"]), ("--dropout -0.1", ["--dropout"]),
      ("--learning-rate 0", ["--learning-rate", "above 0"]), ("--learning-rate inf", ["--learning-rate"]),
      ("--gradient-clip 0", ["--gradient-clip"]), ("--clip 0", ["--gradient-clip: found"]),
      ("--lr 0 --learning-rate 1", ["--learning-rate: found"]), ("a.txt", ["found \"a.txt\", expected a flag"]),
      ("--warmup 4 --steps 4", ["--warmup", "found 4", "number of steps, 4"]),
      ("--seed -1", ["--seed"]), ("--seed 99999999999999999999", ["--seed"]), ("--threads 0", ["--threads"]),
      ("--balance 0.1", ["--balance", "hyperrouter", "a balancing loss"]),
      ("--router smoe-balanced --balance -1", ["--balance", "from 0"]),
      ("--hypernetwork-depth 1", ["--hypernetwork-depth"]), ("--embedding-width 0", ["--embedding-width"]),
      ("--experts 4096 --expert-width 65536 --model-width 16384", ["GB", "--experts"]),
      ("--layers 256 --hypernetwork-width 65536 --embedding-width 65536", ["GB"]),
      ("--memory 65536 --model-width 16384 --layers 100", ["GB", "--memory"]),
      ("--router dense --experts 4096 --expert-width 65536", ["GB"]),
    ] as [(String, [String])])
  func training(flags: String, words: [String]) throws {
    let outcome = try program.run("train --data=text.txt --out=run \(flags)")
    #expect(outcome.status == 2 && outcome.output.isEmpty, "\(outcome.errors)")
    #expect(outcome.errorLines.count == 2 && outcome.errors.hasPrefix("hyperrouter: "), "\(outcome.errors)")
    for word in words { #expect(outcome.errors.contains(word), "\(outcome.errors)") }
    #expect(program.folder.names == ["stderr", "stdout", "text.txt"])
  }

  @Test(
    "jacobian, like training: before a text is read, and before memory is asked for",
    arguments: [
      ("--experts 4 --k-schedule linear-increase:2:8", ["--k-schedule", "up to 8", "number of experts, 4"]),
      ("--warmup 60", ["--warmup", "found 60", "number of steps, 60"]),
      ("--preset smoke --experts 4096 --embedding-width 65536", ["GB", "--embedding-width"]),
      ("--batch 65536 --segment 16384", ["GB", "--batch"]),
    ] as [(String, [String])])
  func jacobian(flags: String, words: [String]) throws {
    let outcome = try program.run("jacobian --data none.txt \(flags)")
    #expect(outcome.status == 2 && outcome.output.isEmpty && outcome.errorLines.count == 2, "\(outcome.errors)")
    for word in words { #expect(outcome.errors.contains(word), "\(outcome.errors)") }
  }

  @Test("Flags are judged before files are looked for")
  func early() throws {
    try program.expectFailure(
      "train --data none.txt --experts 4 --experts-per-token 5", status: 2, "--experts-per-token: found 5")
    try program.expectFailure("compare --data none.txt --steps 4 --warmup 4", status: 2, "--warmup: found 4")
    try program.expectFailure("compare --data none.txt --experts 4 --k 5", status: 2, "--k: found 5")
    try program.expectFailure("train --resume none --batch 9", status: 2, "--batch", "--resume")
    try program.expectFailure("train --from none --layers 9", status: 2, "--layers", "--from")
    try program.expectFailure("jacobian --checkpoint none --layers 2", status: 2, "--layers", "--checkpoint")
  }

  @Test("Comparing, evaluating, generating, continuing")
  func others() throws {
    try program.train("--vocabulary occurring")
    let before = try program.files("run")
    try program.expectFailures(
      status: 2,
      [
        ("compare --routers smoe,smoo", "did you mean smoe?"), ("compare --routers smoe,smoe", "once"),
        ("compare --conditions equal", "did you mean matched?"),
        ("compare --conditions original", "did you mean published?"), ("classify", "--checkpoint is missing"),
        ("evaluate --checkpoint run --k 5", "--k: found 5, expected"),
        ("evaluate --checkpoint run --split valid", "did you mean validation?"),
        ("generate --checkpoint run --k 5", "--k: found 5"),
        ("generate --checkpoint run --prompt=", "no symbols"), ("generate --checkpoint run --prompt ß", "0xC3"),
        ("generate --checkpoint run --temperature -1", "--temperature"),
        ("generate --checkpoint run --length 0", "--length"),
        ("train --resume run --k 5", "--k: found 5"), ("corpus --lines 0", "--lines"),
        ("train --out new --evaluate-symbols 0", "--evaluate-symbols: found \"0\", expected an integer from 2 to"),
        ("compare --evaluate-symbols 1", "--evaluate-symbols: found \"1\""),
        ("evaluate --checkpoint run --evaluate-symbols 0", "--evaluate-symbols: found \"0\""),
        ("train --out new --memory-reset 1", "--memory-reset: found \"1\", expected a number from 0 to below 1"),
      ])
    #expect(try program.files("run") == before)
  }
}
