import Foundation
import TestSupport
import Testing

@Suite("Runs that were stopped, or lost a file", .thorough)
struct UnfinishedRunTests {
  private func remove(_ names: String..., from run: String, in program: Hyperrouter) throws {
    for name in names { try FileManager.default.removeItem(atPath: program.folder.file("\(run)/\(name)")) }
  }

  @Test("--resume writes the weights of the last step if they are missing, of another step, or something else")
  func weights() throws {
    try Hyperrouter.use { program in
      try program.train("--checkpoint-every 2")
      let whole = try program.files("run")
      let expected = try #require(whole["model.safetensors"])
      try #require(try program.run("train --out early --steps 2 \(Hyperrouter.quick)").status == 0)
      let earlier = try #require(try program.files("early")["model.safetensors"])
      var foreign = expected
      foreign[foreign.count - 1] ^= 1
      for weights in [nil, earlier, foreign, expected.prefix(expected.count / 2), Data()] {
        try remove("model.safetensors", from: "run", in: program)
        if let weights { _ = try program.folder.write(weights, to: "run/model.safetensors") }
        let resumed = try program.run("train --resume run --json")
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try program.files("run")["model.safetensors"] == expected)
        #expect(try resumed.object()["timed_steps"] as? Int == 0)
      }
      #expect(try program.run("train --resume run").output.contains(#/ – +–\n/#), "no speed where nothing was timed")
    }
  }

  @Test("Stopped before its first checkpoint, a run is resumed from its beginning")
  func beginning() throws {
    try Hyperrouter.use { program in
      try program.train()
      let whole = try lasting(program.folder.file("run"))
      for names in [["config.json"], ["config.json", ".writing-123.tmp"]] {
        try? FileManager.default.removeItem(atPath: program.folder.file("new"))
        try FileManager.default.createDirectory(
          atPath: program.folder.file("new"), withIntermediateDirectories: false)
        for name in names {
          try FileManager.default.copyItem(
            atPath: program.folder.file("run/config.json"), toPath: program.folder.file("new/\(name)"))
        }
        let resumed = try program.run("train --resume new")
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try lasting(program.folder.file("new")) == whole)
      }
    }
  }

  @Test("A state that is missing where there was one is not taken for a beginning")
  func lostState() throws {
    try Hyperrouter.use { program in
      try program.train()
      try remove("state.safetensors", from: "run", in: program)
      let before = try program.files("run")
      try program.expectFailure("train --resume run", status: 66, "run/state.safetensors: found no such file")
      try remove("model.safetensors", from: "run", in: program)
      try program.expectFailure("train --resume run", status: 66, "run/state.safetensors: found no such file")
      #expect(try program.files("run").count == before.count - 1)
    }
  }

  @Test("A directory with a part of a run is not taken for a new one: its metrics would be mixed")
  func parts() throws {
    try Hyperrouter.use { program in
      for name in ["metrics.jsonl", "state.safetensors", "model.safetensors", "results.json"] {
        try FileManager.default.createDirectory(
          atPath: program.folder.file("some"), withIntermediateDirectories: false)
        _ = try program.folder.write(Data(), to: "some/\(name)")
        for command in ["train", "compare"] {
          try program.expectFailure(
            "\(command) --out some --steps 2 \(Hyperrouter.quick)", status: 73, "some: already holds a run (\(name))")
        }
        try FileManager.default.removeItem(atPath: program.folder.file("some"))
      }
      // Nor is the directory that a comparison would make for one of its routers.
      try FileManager.default.createDirectory(
        atPath: program.folder.file("all/smoe"), withIntermediateDirectories: true)
      _ = try program.folder.write(Data(), to: "all/smoe/metrics.jsonl")
      let outcome = try program.run("compare --out all --steps 2 --routers smoe \(Hyperrouter.quick)")
      #expect(outcome.status == 73)
      #expect(outcome.errors.contains("all/smoe: already holds a run (metrics.jsonl)"), "\(outcome.errors)")
    }
  }

  @Test(
    "Two processes on one run: the second is refused in one line, the first is not disturbed", arguments: [true, false])
  func twoProcesses(isComparison: Bool) throws {
    try Hyperrouter.use { program in
      let line = "--steps 30000 \(Hyperrouter.quick)"
      let first = isComparison ? "compare --out run --routers smoe \(line)" : "train --out run \(line)"
      let process = try program.start(
        first.split(separator: " ").map(String.init), output: "first", errors: "firstErrors")
      let own = isComparison ? "run/smoe" : "run"
      let metrics = program.folder.file("\(own)/metrics.jsonl")
      while process.isRunning, !FileManager.default.fileExists(atPath: metrics) { usleep(1000) }
      try program.expectFailure("train --resume \(own)", status: 73, "\(own): is in use by another process")
      try program.expectFailure("train --out \(own) \(line)", status: 73, "\(own): already holds a run")
      if isComparison { try program.expectFailure(first, status: 73, "run: is in use by another process") }
      #expect(process.isRunning)
      // However the first ends, the system takes its lock back.
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let steps = try program.metrics(own).filter { $0["kind"] as? String == "step" }.map { $0["step"] as? Int ?? 0 }
      #expect(steps == Array(stride(from: 10, through: 10 * steps.count, by: 10)) && !steps.isEmpty)
      let second = try program.start(["train", "--resume", own])
      while second.isRunning, !second.watchesControlC { usleep(1000) }
      usleep(200_000)
      kill(second.processIdentifier, SIGINT)
      #expect(try program.finish(second).status == 130)
    }
  }

  @Test("A file beyond the size allowed: status 74 and one line instead of a signal; the run can be resumed")
  func sizeLimit() throws {
    try Hyperrouter.use { program in
      let train = "train --out run --steps 4 \(Hyperrouter.quick)"
      // 4096 bytes: room for config.json, not for a checkpoint.
      for (line, file) in [
        (train, "run/state.safetensors"), ("corpus --lines 1000 --out corpus.txt", "corpus.txt"),
        ("corpus --lines 1000", "standard output"),
      ] {
        let outcome = try program.run(line, fileBlocks: 8)
        #expect(outcome.status == 74, "\(line): \(outcome.errors)")
        // Training says first what it will do.
        let last = try #require(outcome.errorLines.dropLast().last)
        #expect(last.hasPrefix("hyperrouter: \(file): cannot be written"), "\(outcome.errors)")
        #expect(last.contains("File too large") && outcome.errorLines.last == "", "\(outcome.errors)")
      }
      #expect(program.folder.names == ["run", "stderr", "stdout", "text.txt"])
      #expect(try Set(program.files("run").keys) == ["config.json", "origin.json"])
      #expect(try program.run("train --resume run").status == 0)
      try program.train(into: "other")
      #expect(try lasting(program.folder.file("run")) == lasting(program.folder.file("other")))
    }
  }

  @Test("A pipe that nobody reads is refused instead of waited for; one with a reader, and /dev/stdout, get the text")
  func pipes() throws {
    try Hyperrouter.use { program in
      try #require(mkfifo(program.folder.file("pipe"), 0o600) == 0)
      try program.expectFailure(
        "corpus --lines 2 --out pipe", status: 73, "pipe: found a pipe that nobody reads, expected a file or a reader")
      let reader = Process()
      reader.executableURL = URL(fileURLWithPath: "/bin/cat")
      reader.arguments = [program.folder.file("pipe")]
      _ = FileManager.default.createFile(atPath: program.folder.file("read"), contents: nil)
      reader.standardOutput = FileHandle(forWritingAtPath: program.folder.file("read"))
      try reader.run()
      var status: Int32 = 73
      while status == 73 { status = try program.run("corpus --lines 5000 --out pipe").status }
      #expect(status == 0)
      reader.waitUntilExit()
      #expect(try program.folder.contents(of: "read").utf8.count == 240_000)
      #expect(try program.run("corpus --lines 2 --out /dev/stdout").output.utf8.count == 96)
      #expect(try program.run("corpus --lines 2 --out /dev/null").status == 0)
      // A run whose file is a pipe: refused, not waited for.
      try program.train()
      try FileManager.default.removeItem(atPath: program.folder.file("run/model.safetensors"))
      try #require(mkfifo(program.folder.file("run/model.safetensors"), 0o600) == 0)
      try program.expectFailure("train --resume run", status: 73, "run/model.safetensors: found a pipe")
    }
  }
}
