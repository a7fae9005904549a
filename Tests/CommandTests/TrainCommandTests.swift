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
        "corpus", "seed", "steps", "finished_steps", "path", "final_training_loss", "final_training_bits_per_symbol",
        "program_version", "date",
      ]
      #expect(Set(try outcome.object().keys) == routerKeys.union(own))
      #expect(
        try Set(program.files("run").keys)
          == [
            "best.safetensors", "config.json", "metrics.jsonl", "model.safetensors", "origin.json", "report.html",
            "results.json", "state.safetensors",
          ])
      let lines = try program.metrics("run")
      let metrics = lines.filter { $0["kind"] as? String == "step" }
      #expect(metrics.map { $0["step"] as? Int } == [5, 10, 12])
      let keys: Set = ["kind", "step", "loss", "bits_per_symbol", "gradient_norm", "learning_rate", "k"]
      #expect(metrics.allSatisfy { Set($0.keys) == keys })
      // A bit is ln 2 nats.
      for line in metrics {
        let (nats, bits) = (try #require(line["loss"] as? Double), try #require(line["bits_per_symbol"] as? Double))
        #expect(abs(bits * 0.693147180559945 - nats) < 1e-12 && nats > 0)
      }
      let object = try outcome.object()
      let nats = try #require(object["final_training_loss"] as? Double)
      let bits = try #require(object["final_training_bits_per_symbol"] as? Double)
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
      while process.isRunning,
        !((try? String(contentsOfFile: metrics, encoding: .utf8))?.contains(#""step":105"#) ?? false)
      {
        usleep(1000)
      }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let continued = try program.run("train --resume part --checkpoint-every 100 --log-every 7 --json --threads 1")
      #expect(continued.status == 0, "\(continued.errors)")
      let (found, expected) = (
        try lasting(program.folder.file("part")), try lasting(program.folder.file("whole"))
      )
      for name in ["config.json", "metrics.jsonl", "model.safetensors", "state.safetensors", "best.safetensors"] {
        #expect(found[name] == expected[name] && found[name] != nil, "\(name)")
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

  @Test("--evaluate-every: looks are kept in metrics.jsonl, the first before the first step, the last after the last")
  func looks() throws {
    try Hyperrouter.use { program in
      let flags = "--router smoe --steps 10 --evaluate-every 4 \(Hyperrouter.quick)"
      let outcome = try program.run("train --out run \(flags) --k-schedule linear-increase:1:4")
      let looks = try program.metrics("run").filter { $0["kind"] as? String == "evaluation" }
      #expect(looks.map { $0["step"] as? Int } == [0, 4, 8, 10])
      let keys: Set = [
        "kind", "step", "validation", "mixtures", "first_choices", "seconds", "tokens_per_second",
      ]
      #expect(looks.allSatisfy { Set($0.keys) == keys })
      // Each at the k of the step that was just done.
      let lastStep = try #require(try program.metrics("run").last { $0["kind"] as? String == "step" })
      let validations = try looks.map { try #require($0["validation"] as? [String: Any]) }
      #expect(validations[0]["k"] as? Int == 1 && validations[3]["k"] as? Int == lastStep["k"] as? Int)
      #expect(validations.allSatisfy { ($0["load_per_layer"] as? [[Double]])?.first?.count == 4 })
      // The last look reads what the evaluation at the end reads.
      let result = try #require(
        JSONSerialization.jsonObject(
          with: Data(contentsOf: URL(fileURLWithPath: program.folder.file("run/results.json")))) as? [String: Any])
      let final = try #require(
        (result["evaluation"] as? [[String: Any]])?.first { $0["k"] as? Int == validations[3]["k"] as? Int })
      #expect(final["loss"] as? Double == validations[3]["loss"] as? Double)
      let course = try #require(result["course"] as? [[String: Any]])
      #expect(course.map { $0["step"] as? Int } == [0, 4, 8, 10])
      let seconds = try looks.map { try #require($0["seconds"] as? Double) }
      #expect(seconds[0] == 0 && seconds == seconds.sorted() && seconds[3] > 0)
      // A line for each stays on the error stream.
      #expect(outcome.errorLines.count { $0.contains(#/^ +(0|4|8|10) +\d +\d\.\d{3}/#) } == 4, "\(outcome.errors)")
      #expect(outcome.errorLines.allSatisfy { $0.count <= 80 })
      // The interval is that of the run, also when it is continued.
      try program.expectFailure("train --resume run --evaluate-every 2", status: 2, "--evaluate-every does not go")
      try program.expectFailure("train --out x --evaluate-every 0 \(Hyperrouter.quick)", status: 2, "--evaluate-every")
    }
  }

  @Test(
    "--patience ends a training that no longer learns; the best weights are those of the best look, not of the last")
  func patience() throws {
    try Hyperrouter.use { program in
      // A learning rate so large that the loss on the validation part soon rises.
      let flags =
        "--router smoe --steps 400 --evaluate-every 5 --learning-rate 1 --lr-schedule constant "
        + "--k-schedule linear-increase:1:4 --log-every 1"
      let outcome = try program.run("train --out run \(flags) --patience 3 \(Hyperrouter.quick)")
      #expect(outcome.status == 0, "\(outcome.errors)")
      let looks = try program.metrics("run").filter { $0["kind"] as? String == "evaluation" }
      let losses = try looks.map { try #require(($0["validation"] as? [String: Any])?["loss"] as? Double) }
      let lowest = try #require(losses.min())
      let best = try #require(losses.firstIndex(of: lowest))
      #expect(losses.count - 1 - best == 3 && losses.count < 80, "\(losses)")
      let results =
        try JSONSerialization.jsonObject(
          with: Data(program.folder.contents(of: "run/results.json").utf8)) as? [String: Any]
      #expect(results?["finished_steps"] as? Int == 5 * (losses.count - 1))
      // The k of the last step that was made, not of the last that was planned.
      let lastStep = try program.metrics("run").last { $0["kind"] as? String == "step" }
      #expect(results?["last_k"] as? Int == lastStep?["k"] as? Int && results?["last_k"] as? Int != 4)
      #expect(outcome.output.contains("stopped after step \(5 * (losses.count - 1)) of 400"), "\(outcome.output)")
      func step(_ name: String) throws -> String? {
        try SafetensorsFile(contentsOf: program.folder.file("run/\(name).safetensors")).metadata["step"]
      }
      #expect(try step("best") == "\(5 * best)" && step("model") == "\(5 * (losses.count - 1))")
      // What the best weights do is what the best look saw.
      let k = try #require((looks[best]["validation"] as? [String: Any])?["k"] as? Int)
      let evaluated = try program.run("evaluate --checkpoint run --weights best --k \(k) --json").object()
      let found = try #require((evaluated["evaluation"] as? [[String: Any]])?.first?["loss"] as? Double)
      #expect(found == losses[best])
      // Continued it stops where it is: its patience is part of the run.
      let before = try lasting(program.folder.file("run"))
      #expect(try program.run("train --resume run").status == 0)
      #expect(try lasting(program.folder.file("run")) == before)
      // Made much longer it is given its patience again, from where it stood.
      let longer = try program.run("train --resume run --steps 4000 --json").object()["finished_steps"] as? Int
      let course = try program.metrics("run").filter { $0["kind"] as? String == "evaluation" }
      let all = try course.map { try #require(($0["validation"] as? [String: Any])?["loss"] as? Double) }
      let least = try #require(all.min())
      let later = max(losses.count - 1, try #require(all.firstIndex(of: least)))
      #expect(longer == 5 * (later + 3) && all.count == later + 4, "\(all)")
    }
  }

  @Test("--resume with --steps makes a finished run longer; it can be interrupted and continued as any other")
  func extended() throws {
    try Hyperrouter.use { program in
      let flags = "--router smoe --log-every 1 --lr-schedule constant \(Hyperrouter.quick)"
      for name in ["one", "two"] { #expect(try program.run("train --out \(name) --steps 4 \(flags)").status == 0) }
      let longer = try program.run("train --resume one --log-every 1 --steps 9 --json")
      #expect(try longer.object()["finished_steps"] as? Int == 9)
      #expect(
        try program.metrics("one").filter { $0["kind"] as? String == "step" }.map { $0["step"] as? Int } == Array(1...9)
      )
      // In two pieces: a longer run that is made longer still.
      #expect(try program.run("train --resume two --log-every 1 --steps 6").status == 0)
      #expect(try program.run("train --resume two --log-every 1 --steps 9").status == 0)
      #expect(try program.files("one")["model.safetensors"] == program.files("two")["model.safetensors"])
      // With a constant learning rate and k, longer is what a longer run would have been from the beginning.
      #expect(try program.run("train --out whole --steps 9 \(flags)").status == 0)
      #expect(try program.files("one")["model.safetensors"] == program.files("whole")["model.safetensors"])
      #expect(try program.folder.contents(of: "two/config.json").contains("extended_from"))
      try program.expectFailure(
        "train --resume two --steps 8", status: 2, "--steps: found 8", "more than the run has, 9")
      // A run that cannot go on is left as it is.
      let sound = try program.files("two")
      try program.expectFailure("train --resume two --steps 12 --k 99", status: 2, "--k")
      #expect(try program.files("two") == sound)
      let state = URL(fileURLWithPath: program.folder.file("two/state.safetensors"))
      try Data(Data(contentsOf: state).dropLast(9)).write(to: state)
      let before = try program.files("two")
      try program.expectFailure("train --resume two --steps 12", status: 65, "state.safetensors")
      #expect(try program.files("two") == before)
    }
  }

  @Test("--from begins with the trained weights of another run, with its model and symbols")
  func from() throws {
    try Hyperrouter.use { program in
      #expect(try program.run("train --router hyperrouter --out first --steps 30 \(Hyperrouter.quick)").status == 0)
      let second = try program.run("train --from first --out second --steps 4 --batch 4 --log-every 1 --json")
      #expect(second.status == 0, "\(second.errors)")
      let looks = try ["first", "second"].map { run in
        try program.metrics(run).filter { $0["kind"] as? String == "evaluation" }
      }
      func loss(_ look: [String: Any]?) -> Double? { (look?["validation"] as? [String: Any])?["loss"] as? Double }
      // It begins where the other one ended: at another k, but not at the other's beginning.
      let (start, other) = (try #require(loss(looks[1].first)), try #require(loss(looks[0].first)))
      #expect(start < other - 0.1, "\(start) \(other)")
      // Interrupted before its first checkpoint it still begins there, though the other run is gone.
      try FileManager.default.removeItem(atPath: program.folder.file("first"))
      for name in ["state.safetensors", "model.safetensors", "metrics.jsonl", "results.json", "best.safetensors"] {
        try FileManager.default.removeItem(atPath: program.folder.file("second/\(name)"))
      }
      #expect(try program.run("train --resume second --log-every 1").status == 0)
      #expect(loss(try program.metrics("second").first { $0["kind"] as? String == "evaluation" }) == start)
      try program.expectFailure("train --from second --router smoe", status: 2, "--router does not go with --from")
      try program.expectFailure("train --from nothing --out x", status: 66, "nothing")
      #expect(!program.folder.names.contains("x"))
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
      let last = try program.metrics("run").count { $0["kind"] as? String == "step" }
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
      #expect(try program.files("runs/hyperrouter-seed5").count == 8)
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
        #expect(kept.contains("balance_coefficient") == (directory == "given"))
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
        #expect(text.contains("bits_per_symbol\"") && !text.contains("_\(other)\""))
        #expect(text.contains("\"symbol\" : \"\(unit)\"") || text.contains("gradient_norm"))
      }
      #expect(try program.run("generate --checkpoint run --length 5 --prompt line").status == 0)
    }
  }
}
