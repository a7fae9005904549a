import Foundation
import RunFiles
import Testing

@Suite("hyperrouter train")
struct TrainCommandTests {
  private let program = Hyperrouter()

  private func validation(_ evaluations: [JSONValue]) -> [Double?] {
    evaluations.map { $0["validation"]["loss"].double }
  }

  @Test("--json prints the final training loss in nats and bits; the directory keeps the run")
  func json() throws {
    let outcome = try program.succeed(
      "train --router smoe --out run --steps 12 --json --log-every 5 \(Hyperrouter.quick)")
    #expect(
      try Set(program.files("run").keys)
        == [
          "best.safetensors", "config.json", "metrics.jsonl", "model.safetensors", "origin.json", "report.html",
          "results.json", "state.safetensors",
        ])
    let steps = try program.metrics("run", "step")
    #expect(steps.map { $0["step"].int } == [5, 10, 12])
    let object = try outcome.json()
    let pairs =
      steps.map { ($0["loss"], $0["bits_per_symbol"]) }
      + [(object["final_training_loss"], object["final_training_bits_per_symbol"])]
    // A bit is ln 2 nats.
    for (nats, bits) in pairs {
      let (nats, bits) = (try #require(nats.double), try #require(bits.double))
      #expect(abs(bits * 0.693147180559945 - nats) < 1e-12 && nats > 0)
    }
  }

  @Test(
    "train ends with bits by k, the loss, a chart, what the best weights write, and what to type next; --verbose adds tables"
  )
  func ending() throws {
    let flags = "--router smoe --steps 6 --evaluate-every 2 --sample-every 3 --learning-rate 5 \(Hyperrouter.quick)"
    let short = try program.succeed("train --out run \(flags)")
    #expect(short.lines.count { $0.allSatisfy { $0 == "-" } } == 1)
    #expect(short.errorLines.count { $0.contains("step 3: \"") || $0.contains("step 6: \"") } == 2, "\(short.errors)")
    let verbose = try program.succeed("train --out other -v \(flags)")
    #expect(verbose.lines.count { $0.allSatisfy { $0 == "-" } } > 4)

    let object = try JSONValue(program.folder.contents(of: "run/results.json"))
    let history = object["history"].list
    let losses = history.compactMap { $0["validation"]["loss"].double }
    let best = try #require(losses.indices.min { losses[$0] < losses[$1] })
    let step = try #require(history[best]["step"].int)
    try #require(step < 6, "the last weights are the best")
    #expect(short.output.contains("of the weights after step \(step)\n"))
    let text = try #require(object["sample"]["text"].string)
    let words = [
      "generate", "run", "--prompt", "\n", "-n", "240", "--k", "\(object["best_k"].int ?? 0)", "--seed", "1",
    ]
    #expect(try program.run(words + ["--weights", "best"]).output == "\n" + text + "\n")
    #expect(try program.run(words + ["--weights", "last"]).output != "\n" + text + "\n")
  }

  @Test(
    "A router that gets no gradient is said to learn nothing, once; those that get one or have nothing to learn are not"
  )
  func unlearnable() throws {
    let flags = "--steps 1 --k 1 --k-schedule constant:1 \(Hyperrouter.quick)"
    func warnings(_ flags: String) throws -> Int {
      try program.succeed(flags).errors.split(separator: "\n").count { $0.contains("every gate is 1") }
    }
    #expect(try warnings("train --gate-order topk-softmax \(flags)") == 1)
    #expect(try warnings("train \(flags)") == 0)
    for router in ["smoe-dropout", "smoe-balanced", "dense"] {
      #expect(try warnings("train --gate-order topk-softmax --router \(router) \(flags)") == 0, "\(router)")
    }
    #expect(
      try warnings("train --gate-order topk-softmax --steps 1 --k 1 --k-schedule constant:2 \(Hyperrouter.quick)") == 0)
  }

  @Test("A run continued with --resume after a kill ends with the files of an uninterrupted one")
  func resume() throws {
    let flags = "--steps 300 --checkpoint-every 100 --log-every 7 --dropout 0.2 \(Hyperrouter.quick)"
    let whole = try program.succeed("train --out whole \(flags) --json").json()
    let process = try program.start("train --out part \(flags)") {
      (try? program.folder.contents(of: "part/metrics.jsonl").contains(#""step":105"#)) ?? false
    }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let continued = try program.succeed(
      "train --resume part --checkpoint-every 100 --log-every 7 --json --threads 1"
    ).json()
    var (found, expected) = (try lasting(program.folder.file("part")), try lasting(program.folder.file("whole")))
    #expect(found.removeValue(forKey: "results.json") != nil && expected.removeValue(forKey: "results.json") != nil)
    #expect(found == expected && found.count == 5)
    #expect(continued["final_training_loss"].double == whole["final_training_loss"].double)
    #expect(whole["timed_steps"].int == 300 && continued["timed_steps"].int == 300)
    // Once more: nothing is left to do, nothing changes.
    #expect(try program.run("train --resume part").errors.contains("already finished after step 300 of 300"))
    #expect(try program.data("part/model.safetensors") == program.data("whole/model.safetensors"))
  }

  @Test(
    "--evaluate-every: evaluations are kept in metrics.jsonl, the first before the first step, the last after the last")
  func evaluations() throws {
    let flags = "--router smoe --steps 10 --evaluate-every 4 \(Hyperrouter.quick)"
    let outcome = try program.succeed("train --out run \(flags) --k-schedule linear-increase:1:4")
    let evaluations = try program.metrics("run", "evaluation")
    #expect(evaluations.map { $0["step"].int } == [0, 4, 8, 10])
    // Each at the k of the step that was just done.
    let ks = evaluations.map { $0["validation"]["k"].int }
    #expect(try ks[0] == 1 && ks[3] == program.metrics("run", "step").last?["k"].int)
    // The last evaluation reads what the evaluation at the end reads.
    let result = try program.json("run/results.json")
    let final = try #require(result["evaluation"].list.first { $0["k"].int == ks[3] })
    #expect(final["loss"].double == validation(evaluations)[3])
    #expect(result["history"].ints("step") == [0, 4, 8, 10])
    let seconds = evaluations.compactMap { $0["seconds"].double }
    #expect(seconds[0] == 0 && seconds == seconds.sorted() && seconds[3] > 0)
    // A line for each stays on the error stream.
    #expect(outcome.errorLines.count { $0.contains(#/^ +(0|4|8|10) +\d +\d\.\d{3}/#) } == 4, "\(outcome.errors)")
    #expect(outcome.errorLines.allSatisfy { $0.count <= 80 })
    // The interval is that of the run, also when it is continued.
    try program.expectFailure("train --resume run --evaluate-every 2", status: 2, "--evaluate-every does not go")
  }

  @Test(
    "--patience ends a training that no longer learns; the best weights are those of the best evaluation, not of the last"
  )
  func patience() throws {
    // A learning rate so large that the loss on the validation part soon rises.
    let outcome = try program.succeed(
      "train --out run --router smoe --steps 400 --evaluate-every 5 --learning-rate 1 --lr-schedule constant "
        + "--k-schedule linear-increase:1:4 --log-every 1 --patience 3 \(Hyperrouter.quick)")
    let evaluations = try program.metrics("run", "evaluation")
    let losses = validation(evaluations).compactMap { $0 }
    let lowest = try #require(losses.min())
    let best = try #require(losses.firstIndex(of: lowest))
    let last = 5 * (losses.count - 1)
    #expect(losses.count - 1 - best == 3 && losses.count < 80, "\(losses)")
    let results = try program.json("run/results.json")
    #expect(results["finished_steps"].int == last && outcome.output.contains("stopped after step \(last) of 400"))
    // The k of the last step that was made, not of the last that was planned.
    let lastK = results["last_k"].int
    #expect(try lastK == program.metrics("run", "step").last?["k"].int && lastK != 4)
    func step(_ name: String) throws -> String? {
      try SafetensorsFile(contentsOf: program.folder.file("run/\(name).safetensors")).metadata["step"]
    }
    #expect(try step("best") == "\(5 * best)" && step("model") == "\(last)")
    // What the best weights do is what the best evaluation saw.
    let k = try #require(evaluations[best]["validation"]["k"].int)
    let evaluated = try program.run("evaluate --checkpoint run --weights best --k \(k) --json").json()
    #expect(evaluated["evaluation"][0]["loss"].double == losses[best])
    // Continued it stops where it is: its patience is part of the run.
    let before = try lasting(program.folder.file("run"))
    #expect(try program.run("train --resume run").status == 0)
    #expect(try lasting(program.folder.file("run")) == before)
    // Made much longer it is given its patience again, from where it stood.
    let longer = try program.run("train --resume run --steps 4000 --json").json()["finished_steps"].int
    let all = validation(try program.metrics("run", "evaluation")).compactMap { $0 }
    let least = try #require(all.min())
    let later = max(losses.count - 1, try #require(all.firstIndex(of: least)))
    #expect(longer == 5 * (later + 3) && all.count == later + 4, "\(all)")
  }

  @Test("--resume with --steps makes a finished run longer; it can be interrupted and continued as any other")
  func extended() throws {
    let flags = "--router smoe --log-every 1 --lr-schedule constant \(Hyperrouter.quick)"
    // With a constant learning rate and k, longer is what a longer run would have been from the beginning.
    for (name, steps) in [("one", 4), ("two", 4), ("whole", 9)] {
      _ = try program.succeed("train --out \(name) --steps \(steps) \(flags)")
    }
    let longer = try program.run("train --resume one --log-every 1 --steps 9 --json").json()
    #expect(longer["finished_steps"].int == 9)
    #expect(try program.metrics("one", "step").map { $0["step"].int } == Array(1...9))
    // In two pieces: a longer run that is made longer still.
    for steps in [6, 9] { _ = try program.succeed("train --resume two --log-every 1 --steps \(steps)") }
    func weights(_ name: String) throws -> [SafetensorsFile.Entry] {
      try SafetensorsFile(contentsOf: program.folder.file("\(name)/model.safetensors")).entries
    }
    #expect(try weights("one") == weights("whole") && weights("two") == weights("whole"))
    #expect(try program.folder.contents(of: "two/config.json").contains("extended_from"))
    // A run that cannot go on is left as it is.
    let state = try program.data("two/state.safetensors")
    _ = try program.folder.write(state.dropLast(9), to: "two/state.safetensors")
    let before = try program.files("two")
    try program.expectFailure(
      "train --resume two --steps 8", status: 2, "--steps: found 8, expected more than the run")
    try program.expectFailure("train --resume two --steps 12 --k 99", status: 2, "--k")
    try program.expectFailure("train --resume two --steps 12", status: 65, "state.safetensors")
    #expect(try program.files("two") == before)
  }

  @Test("--from begins with the trained weights of another run, with its model and symbols")
  func from() throws {
    _ = try program.succeed("train --router hyperrouter --out first --steps 30 \(Hyperrouter.quick)")
    _ = try program.succeed("train --from first --out second --steps 4 --batch 4 --log-every 1 --json")
    // It begins where the other one ended: at another k, but not at the other's beginning.
    let starts = try ["first", "second"].map { try #require(validation(program.metrics($0, "evaluation"))[0]) }
    #expect(starts[1] < starts[0] - 0.1, "\(starts)")
    // Interrupted before its first checkpoint it still begins there, though the other run is gone.
    for name in ["state.safetensors", "model.safetensors", "metrics.jsonl", "results.json", "best.safetensors"] {
      try program.remove("second/\(name)")
    }
    try program.remove("first")
    _ = try program.succeed("train --resume second --log-every 1")
    #expect(validation(try program.metrics("second", "evaluation"))[0] == starts[1])
    try program.expectFailure("train --from second --router smoe", status: 2, "--router does not go with --from")
    try program.expectFailure("train --from nothing --out x", status: 66, "nothing")
    #expect(!program.exists("x"))
  }

  @Test("Control-C finishes the step, keeps it, says how to go on, and ends with status 130")
  func interrupted() throws {
    let process = try program.start("train --out run --steps 1000000 --log-every 1 \(Hyperrouter.quick)") {
      program.exists("run/metrics.jsonl")
    }
    process.interrupt()
    let outcome = try program.finish(process)
    let last = try program.metrics("run", "step").count
    #expect(outcome.status == 130)
    #expect(outcome.errors.contains("of 1000000; continue with: hyperrouter train --resume run\n"))
    #expect(outcome.errors.contains("interrupted after step \(last) of"))
    // Both files are of the very step, and the lines of metrics.jsonl end there.
    for name in ["state", "model"] {
      let file = try SafetensorsFile(contentsOf: program.folder.file("run/\(name).safetensors"))
      #expect(file.metadata["step"] == "\(last)")
    }
  }

  @Test("Without --out the run goes where the help text says; a router that sees the future is marked in the table")
  func text() throws {
    for (router, isMarked) in [("expert-choice", true), ("smoe", false)] {
      let flags = "--steps 2 --seed 5 --vocabulary occurring \(Hyperrouter.quick)"
      let outcome = try program.succeed("train --router \(router) \(flags)")
      let note = "expert-choice sees the segment's future in training: an upper bound there\n"
      #expect(outcome.output.contains(note) == isMarked && outcome.isNarrow)
      #expect(outcome.output.contains("kept in runs/\(router)-seed5\n"))
      #expect(try program.files("runs/\(router)-seed5").count == 8)
    }
  }

  @Test("--balance is kept with the run that has a balancing loss, and with no other")
  func balance() throws {
    for (directory, flags) in [
      ("plain", "--router smoe"), ("own", "--router smoe-balanced"),
      ("given", "--router smoe-balanced --balance 0.5"),
    ] {
      try program.train(flags, into: directory)
      let kept = try program.folder.contents(of: "\(directory)/config.json")
      #expect(kept.contains("balance_coefficient") == (directory == "given"))
    }
    #expect(try program.data("own/model.safetensors") != program.data("given/model.safetensors"))
    try program.expectFailure("train --resume given --balance 0.5", status: 2, "--balance does not go with --resume")
  }

  @Test("Characters and words are symbols, too, and are called so", arguments: ["characters", "words"])
  func tokens(tokens: String) throws {
    let trained = try program.succeed("train --out run --steps 2 --tokens \(tokens) \(Hyperrouter.quick)")
    let (unit, other) = tokens == "words" ? ("word", "character") : ("character", "word")
    #expect(trained.output.contains("bits per \(unit)") && trained.errors.contains("bits per \(unit)"))
    #expect(!(trained.output + trained.errors).contains("bits per \(other)"))
    let evaluated = try program.run("evaluate --checkpoint run --k 2 --json").json()
    for object in [try program.json("run/results.json"), evaluated] {
      #expect(object["corpus"]["symbol"].string == unit)
    }
    _ = try program.succeed("generate --checkpoint run --length 5 --prompt line")
  }
}
