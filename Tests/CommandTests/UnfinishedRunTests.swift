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
      #expect(try resumed.json()["timed_steps"].int == 4)
    }
  }

  @Test("A finished run that is resumed says so, and keeps its times; those of an interrupted one add up")
  func times() throws {
    try program.train("--checkpoint-every 2 --log-every 1")
    func times() throws -> [Double?] {
      let results = try program.json("run/results.json")
      return ["seconds", "tokens_per_second", "timed_steps"].map { results[$0].double }
    }
    let before = try times()
    let again = try program.succeed("train --resume run")
    #expect(again.errors.contains("already finished after step 4 of 4"), "\(again.errors)")
    #expect(try times() == before && before.allSatisfy { $0 ?? 0 > 0 } && before[2] == 4)
    // As if the first session had taken a thousand seconds for its steps.
    let lines = try program.metrics("run").map { line in
      var line = line
      if line["step"] as? Int == 4 { line["seconds"] = 1000.0 }
      return String(decoding: try JSONSerialization.data(withJSONObject: line), as: UTF8.self) + "\n"
    }
    try program.write(lines.joined(), to: "run/metrics.jsonl")
    _ = try program.succeed("train --resume run --steps 8")
    let after = try times()
    #expect((1000..<1100).contains(after[0] ?? 0) && after[2] == 8)
    let rate = 8 * 4 * 8 / (after[0] ?? 0)  // B·T tokens a step
    #expect(abs((after[1] ?? 0) / rate - 1) < 1e-9)
  }

  @Test(
    "A directory renamed while it is written, and made anew by a second run: the first ends with 73, both are whole")
  func renamed() throws {
    let first = try program.start(
      "train --out run --steps 1000000 --checkpoint-every 20 \(Hyperrouter.quick)".split(separator: " ").map(
        String.init),
      output: "first", errors: "firstErrors")
    first.wait { program.exists("run/metrics.jsonl") && program.exists("run/model.safetensors") }
    try program.move("run", to: "moved")
    try program.train()
    let deadline = ProcessInfo.processInfo.systemUptime + 60
    first.wait { ProcessInfo.processInfo.systemUptime > deadline }
    try #require(!first.isRunning, "writes on")
    #expect(first.terminationStatus == 73)
    let errors = try program.folder.contents(of: "firstErrors")
    #expect(errors.contains("hyperrouter: run: was moved, removed or replaced while it was written to"), "\(errors)")
    let (own, other) = (try lasting(program.folder.file("run")), "other")
    try program.train(into: other)
    #expect(try lasting(program.folder.file(other)) == own)
    _ = try program.succeed("evaluate --checkpoint moved --k 2")
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
