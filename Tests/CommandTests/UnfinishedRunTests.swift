import Foundation
import TestSupport
import Testing

@Suite("Runs that were stopped, or lost a file", .thorough)
struct UnfinishedRunTests {
  private let program = Hyperrouter()

  @Test("--resume writes the weights of the last step if they are missing, of another step, or something else")
  func weights() throws {
    try program.train("--checkpoint-every 2")
    let expected = try program.data("run/model.safetensors")
    _ = try program.succeed("train --out early --steps 2 \(Hyperrouter.quick)")
    var foreign = expected
    foreign[foreign.count - 1] ^= 1
    for weights in [nil, try program.data("early/model.safetensors"), foreign, expected.prefix(999), Data()] {
      try program.remove("run/model.safetensors")
      if let weights { _ = try program.folder.write(weights, to: "run/model.safetensors") }
      let resumed = try program.succeed("train --resume run --json")
      #expect(try program.data("run/model.safetensors") == expected)
      #expect(try resumed.json()["timed_steps"].int == 0)
    }
    #expect(try program.run("train --resume run").output.contains(#/ – +–\n/#), "no speed where nothing was timed")
  }

  @Test("Stopped before its first checkpoint, a run is resumed from its beginning; a state that is lost is missed")
  func beginning() throws {
    try program.train()
    let whole = try lasting(program.folder.file("run"))
    try program.makeDirectory("new")
    for name in ["config.json", ".writing-123.tmp"] {
      _ = try program.folder.write(try #require(whole["config.json"]), to: "new/\(name)")
    }
    _ = try program.succeed("train --resume new")
    #expect(try lasting(program.folder.file("new")) == whole)
    for name in ["state.safetensors", "model.safetensors"] {
      try program.remove("run/\(name)")
      let before = try program.files("run")
      try program.expectFailure("train --resume run", status: 66, "run/state.safetensors: found no such file")
      #expect(try program.files("run") == before)
    }
  }

  @Test("A directory with a part of a run is not taken for a new one: its metrics would be mixed")
  func parts() throws {
    // Nor is the directory that a comparison would make for one of its routers.
    for folder in ["some", "all/smoe"] {
      try program.makeDirectory(folder)
      try program.write("", to: "\(folder)/metrics.jsonl")
    }
    for command in ["train --out some", "compare --out some"] {
      try program.expectFailure(
        "\(command) --steps 2 \(Hyperrouter.quick)", status: 73, "some: already holds a run (metrics.jsonl)")
    }
    let outcome = try program.run("compare --out all --steps 2 --routers smoe \(Hyperrouter.quick)")
    #expect(outcome.status == 73 && outcome.errors.contains("all/smoe: already holds a run (metrics.jsonl)"))
  }

  @Test(
    "Two processes on one run: the second is refused in one line, the first is not disturbed", arguments: [true, false])
  func twoProcesses(isComparison: Bool) throws {
    let line = "--steps 30000 \(Hyperrouter.quick)"
    let first = isComparison ? "compare --out run --routers smoe \(line)" : "train --out run \(line)"
    let process = try program.start(
      first.split(separator: " ").map(String.init), output: "first", errors: "firstErrors")
    let own = isComparison ? "run/smoe" : "run"
    process.wait { program.exists("\(own)/metrics.jsonl") }
    try program.expectFailure("train --resume \(own)", status: 73, "\(own): is in use by another process")
    try program.expectFailure("train --out \(own) \(line)", status: 73, "\(own): already holds a run")
    if isComparison { try program.expectFailure(first, status: 73, "run: is in use by another process") }
    #expect(process.isRunning)
    // However the first ends, the system takes its lock back.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let steps = try program.metrics(own, "step").map { $0["step"].int }
    #expect(steps == Array(stride(from: 10, through: 10 * steps.count, by: 10)) && !steps.isEmpty)
    let second = try program.start(["train", "--resume", own])
    second.wait { second.watchesControlC }
    usleep(200_000)
    second.interrupt()
    #expect(try program.finish(second).status == 130)
  }

  /// Runs the program with a limit to the size of files, in blocks of 512 bytes.
  private func run(_ line: String, fileBlocks: Int, in program: Hyperrouter) throws -> Hyperrouter.Outcome {
    // Whoever runs the tests may ignore the signal, and a test's thread blocks it: the program would inherit that.
    signal(SIGXFSZ, SIG_DFL)
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGXFSZ)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    return try program.finish(
      program.startShell("ulimit -f \(fileBlocks); exec \"$0\" \(line) > stdout 2> stderr"))
  }

  @Test("A file beyond the size allowed: status 74 and one line instead of a signal; the run can be resumed")
  func sizeLimit() throws {
    // 4096 bytes: room for config.json, not for a checkpoint.
    for (line, file) in [
      ("train --out run --steps 4 \(Hyperrouter.quick)", "run/state.safetensors"),
      ("corpus --lines 1000 --out corpus.txt", "corpus.txt"), ("corpus --lines 1000", "standard output"),
    ] {
      let outcome = try run(line, fileBlocks: 8, in: program)
      #expect(outcome.status == 74, "\(line): \(outcome.errors)")
      // Training says first what it will do.
      let last = try #require(outcome.errorLines.dropLast().last)
      #expect(last.hasPrefix("hyperrouter: \(file): cannot be written"), "\(outcome.errors)")
      #expect(last.contains("File too large") && outcome.errorLines.last == "", "\(outcome.errors)")
    }
    #expect(program.folder.names == ["run", "stderr", "stdout", "text.txt"])
    #expect(try Set(program.files("run").keys) == ["config.json", "origin.json"])
    _ = try program.succeed("train --resume run")
    try program.train(into: "other")
    #expect(try lasting(program.folder.file("run")) == lasting(program.folder.file("other")))
  }

  @Test("A pipe that nobody reads is refused instead of waited for; one with a reader, and /dev/stdout, get the text")
  func pipes() throws {
    try #require(mkfifo(program.folder.file("pipe"), 0o600) == 0)
    try program.expectFailure(
      "corpus --lines 2 --out pipe", status: 73, "pipe: found a pipe that nobody reads, expected a file or a reader")
    let reader = try program.startShell("cat pipe > read")
    var status: Int32 = 73
    while status == 73 { status = try program.run("corpus --data builtin:dialects --lines 5000 --out pipe").status }
    reader.waitUntilExit()
    #expect(try status == 0 && program.data("read").count == 240_000)
    #expect(try program.run("corpus --lines 2 --out /dev/stdout").output.utf8.count == 18)
    // Nor is a file that others write to as well replaced by another.
    let shell = try program.startShell("echo a > shared; exec \"$0\" corpus --lines 2 --out /dev/stdout >> shared")
    shell.waitUntilExit()
    #expect(try program.data("shared").count == 20)
    // A run whose file is a pipe: refused, not waited for.
    try program.train()
    try program.remove("run/model.safetensors")
    try #require(mkfifo(program.folder.file("run/model.safetensors"), 0o600) == 0)
    try program.expectFailure("train --resume run", status: 73, "run/model.safetensors: found a pipe")
  }
}
