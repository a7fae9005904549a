import Foundation
import TestSupport
import Testing

@Suite("Output that cannot be written: one line that names it", .thorough)
struct BadOutputTests {
  private let program = Hyperrouter()

  @Test("A directory that holds another run stays as it is")
  func anotherRun() throws {
    try program.train()
    let before = try program.files("run")
    for command in ["train", "compare"] {
      try program.expectFailure(
        "\(command) --out run --steps 2 \(Hyperrouter.quick)", status: 73, "run: already holds a run", "expected")
    }
    #expect(try program.files("run") == before)
    // compare looks at the directories of its routers before it trains the first.
    try program.makeDirectory("all")
    try program.move("run", to: "all/hyperrouter")
    try program.expectFailure(
      "compare --out all --steps 2 \(Hyperrouter.quick)", status: 73, "all/hyperrouter: already holds a run")
    #expect(try program.files("all/hyperrouter") == before)
    #expect(try Set(program.files("all").keys.map { $0.split(separator: "/")[0] }) == ["hyperrouter"])
  }

  @Test("A file, a device, a place where nothing can be made")
  func places() throws {
    for command in ["train", "compare"] {
      let line = "\(command) --steps 2 \(Hyperrouter.quick) --out"
      try program.expectFailure("\(line) text.txt", status: 73, "text.txt: found a file, expected a directory")
      try program.expectFailure("\(line) text.txt/run", status: 73, "text.txt/run")
      try program.expectFailure("\(line) /dev/null", status: 73, "/dev/null: found a file, expected a directory")
      #if os(Linux)
        try program.expectFailure("\(line) /proc/run", status: 73, "/proc/run: cannot be created")
      #endif
    }
    try program.expectFailure("corpus --lines 2 --out none/corpus.txt", status: 73, "none/corpus.txt")
    #if os(Linux)
      try program.expectFailure("corpus --lines 2 --out /dev/full", status: 74, "/dev/full: cannot be written")
    #endif
    #expect(program.folder.names == ["stderr", "stdout", "text.txt"])
    #expect(try program.folder.contents(of: "text.txt") == program.text)
  }

  /// Whether there is a device that is always full, as on Linux; elsewhere a limit to the size of files is tried alone.
  private static let hasFullDevice = FileManager.default.fileExists(atPath: "/dev/full")

  @Test("A standard output that is full", .enabled(if: hasFullDevice))
  func fullOutput() throws {
    let outcome = try program.run(["corpus", "--lines", "2"], output: "/dev/full")
    #expect(outcome.status == 74)
    #expect(outcome.errors == "hyperrouter: standard output: cannot be written to: No space left on device\n")
  }

  @Test("A loss that stops being finite: the step is named, the last good checkpoint is kept and can be used")
  func divergence() throws {
    let flags = "--steps 50 --learning-rate 1e18 --warmup 40 --gradient-clip 1e30 --checkpoint-every 1"
    let outcome = try program.run("train --out run \(Hyperrouter.quick) \(flags)")
    #expect(outcome.status == 70 && outcome.output.isEmpty)
    #expect(outcome.errorLines.count { $0.contains("not finite") } == 1 && outcome.errorLines.last == "")
    let message = try #require(
      outcome.errors.firstMatch(
        of: /hyperrouter: .* step (\d+): the loss is not finite; the checkpoint of step (\d+) is kept in run/))
    let (failed, kept) = (try #require(Int(message.1)), try #require(Int(message.2)))
    #expect(kept < failed)
    #expect(!program.exists("run/results.json"))
    // What is kept is good: its loss is finite.
    _ = try program.succeed("evaluate --checkpoint run --json --k 2")
    // Going on leads to the same end.
    let again = try program.run("train --resume run --checkpoint-every 1")
    #expect(again.status == 70 && again.errors.contains("step \(failed): the loss is not finite"))
  }

  @Test("A comparison that diverges says which router")
  func divergingComparison() throws {
    let outcome = try program.run(
      "compare --routers smoe --steps 9 --learning-rate 1e20 --gradient-clip 1e30 --json \(Hyperrouter.quick)")
    #expect(outcome.status == 70 && outcome.output.isEmpty)
    #expect(outcome.errors.contains("router smoe, step 2: the loss is not finite"))
  }
}
