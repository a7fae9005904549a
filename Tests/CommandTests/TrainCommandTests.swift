import Foundation
import RunFiles
import Testing

@Suite("hyperrouter train")
struct TrainCommandTests {
  @Test("--json prints the router's result and the final training loss; the directory keeps the run")
  func json() throws {
    try Hyperrouter.use { program in
      let outcome = try program.run(
        "train --router smoe --out run --steps 12 --json --log-every 5 \(Hyperrouter.quick)")
      #expect(outcome.status == 0)
      let own: Set = [
        "corpus", "seed", "steps", "path", "final_training_loss", "final_training_bits_per_character",
      ]
      #expect(Set(try outcome.object().keys) == routerKeys.union(own))
      #expect(
        try Set(program.files("run").keys)
          == ["config.json", "metrics.jsonl", "model.safetensors", "results.json", "state.safetensors"])
      let metrics = try program.folder.contents(of: "run/metrics.jsonl").split(separator: "\n").map { line in
        try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      }
      #expect(metrics.map { $0["step"] as? Int } == [5, 10, 12])
      let keys: Set = ["step", "loss", "bits_per_character", "gradient_norm", "learning_rate", "k"]
      #expect(metrics.allSatisfy { Set($0.keys) == keys })
      // A bit is ln 2 nats.
      for line in metrics {
        let (nats, bits) = (try #require(line["loss"] as? Double), try #require(line["bits_per_character"] as? Double))
        #expect(abs(bits * 0.693147180559945 - nats) < 1e-12 && nats > 0)
      }
      let object = try outcome.object()
      let nats = try #require(object["final_training_loss"] as? Double)
      let bits = try #require(object["final_training_bits_per_character"] as? Double)
      #expect(abs(bits * 0.693147180559945 - nats) < 1e-12 && nats > 0)
    }
  }

  @Test("A run continued with --resume ends with the files of an uninterrupted one", arguments: ["0", "0.2"])
  func resume(dropout: String) throws {
    try Hyperrouter.use { program in
      let flags = "--steps 300 --checkpoint-every 100 --log-every 7 --dropout \(dropout) \(Hyperrouter.quick)"
      let whole = try program.run("train --out whole \(flags) --json")
      // The second run ends after its first checkpoint, as by a crash.
      let process = try program.start("train --out part \(flags)".split(separator: " ").map(String.init))
      let metrics = program.folder.file("part/metrics.jsonl")
      while process.isRunning, ((try? String(contentsOfFile: metrics, encoding: .utf8))?.count ?? 0) < 3000 {
        usleep(1000)
      }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let continued = try program.run("train --resume part --checkpoint-every 100 --log-every 7 --json --threads 1")
      #expect(continued.status == 0, "\(continued.errors)")
      for name in ["config.json", "metrics.jsonl", "model.safetensors", "state.safetensors"] {
        #expect(try program.files("part")[name] == program.files("whole")[name], "\(name)")
      }
      for key in ["final_training_loss", "parameters"] {
        #expect(try continued.object()[key] as? Double == whole.object()[key] as? Double)
      }
      #expect(try whole.object()["timed_steps"] as? Int == 300)
      let timed = try #require(try continued.object()["timed_steps"] as? Int)
      #expect(timed < 300 && timed % 100 == 0)
      // Once more: nothing is left to do, nothing changes.
      #expect(try program.run("train --resume part").output.contains("of this session's 0 steps\n"))
      let again = try program.run("train --resume part --json")
      #expect(again.status == 0)
      #expect(try again.object()["final_training_loss"] as? Double == whole.object()["final_training_loss"] as? Double)
      #expect(try program.files("part")["model.safetensors"] == program.files("whole")["model.safetensors"])
    }
  }

  @Test("Control-C finishes the step, keeps it, says how to go on, and ends with status 130")
  func interrupted() throws {
    try Hyperrouter.use { program in
      let process = try program.start(
        "train --out run --steps 1000000 --log-every 1 \(Hyperrouter.quick)".split(separator: " ").map(String.init))
      let metrics = program.folder.file("run/metrics.jsonl")
      while process.isRunning, !FileManager.default.fileExists(atPath: metrics) { usleep(1000) }
      kill(process.processIdentifier, SIGINT)
      let outcome = try program.finish(process)
      #expect(outcome.status == 130)
      #expect(outcome.errors.contains("of 1000000; continue with: hyperrouter train --resume run\n"))
      let last = try program.folder.contents(of: "run/metrics.jsonl").split(separator: "\n").count
      #expect(outcome.errors.contains("interrupted after step \(last) of"))
      // Both files are of the very step, and the lines of metrics.jsonl end there.
      for name in ["state", "model"] {
        let file = try SafetensorsFile(contentsOf: program.folder.file("run/\(name).safetensors"))
        #expect(file.metadata["step"] == "\(last)")
      }
      #expect(try program.run("evaluate --checkpoint run --k 1").status == 0)
    }
  }

  @Test("Without --out the run goes where the help text says; text is at most 80 columns wide")
  func text() throws {
    try Hyperrouter.use { program in
      let outcome = try program.run("train --steps 2 --seed 5 \(Hyperrouter.quick)")
      #expect(outcome.status == 0)
      #expect(outcome.output.contains("kept in runs/hyperrouter-seed5\n"))
      #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
      #expect(try program.files("runs/hyperrouter-seed5").count == 5)
    }
  }

  @Test("--balance is kept with the run that has a balancing loss, and with no other")
  func balance() throws {
    try Hyperrouter.use { program in
      for (directory, flags) in [
        ("plain", "--router smoe"), ("own", "--router smoe-balanced"),
        ("given", "--router smoe-balanced --balance 0.5"),
      ] {
        #expect(try program.run("train --out \(directory) --steps 2 \(flags) \(Hyperrouter.quick)").status == 0)
        let kept = try program.folder.contents(of: "\(directory)/config.json")
        #expect(kept.contains("balanceCoefficient") == (directory == "given"))
      }
      #expect(try program.files("own")["model.safetensors"] != program.files("given")["model.safetensors"])
      try program.expectFailure("train --resume given --balance 0.5", status: 2, "--balance does not go with --resume")
    }
  }

  @Test("A router that sees the future in training says so in its table's last lines")
  func note() throws {
    try Hyperrouter.use { program in
      for (router, isMarked) in [("expert-choice", true), ("smoe", false)] {
        let outcome = try program.run("train --out \(router) --router \(router) --steps 2 \(Hyperrouter.quick)")
        #expect(outcome.status == 0)
        let note = "expert-choice sees the segment's future in training: an upper bound there\n"
        #expect(outcome.output.contains(note) == isMarked)
        #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
      }
    }
  }

  @Test("Characters and words are symbols, too, and are called so", arguments: ["characters", "words"])
  func tokens(tokens: String) throws {
    try Hyperrouter.use { program in
      let trained = try program.run("train --out first --steps 2 --tokens \(tokens) \(Hyperrouter.quick)")
      let (unit, other) = tokens == "words" ? ("word", "character") : ("character", "word")
      #expect(trained.output.contains("bits per \(unit)") && trained.errors.contains("bits per \(unit)"))
      #expect(!(trained.output + trained.errors).contains("bits per \(other)"))
      try program.train("--tokens \(tokens)")
      let evaluated = try program.run("evaluate --checkpoint run --k 2 --json")
      for text in [
        try program.folder.contents(of: "run/metrics.jsonl"), try program.folder.contents(of: "run/results.json"),
        evaluated.output,
      ] {
        let own = text.replacing("entropy_bits_per_character", with: "")
        #expect(own.contains("bits_per_\(unit)\"") && !own.contains("_\(other)\""))
      }
      #expect(try program.run("generate --checkpoint run --length 5 --prompt line").status == 0)
    }
  }
}
