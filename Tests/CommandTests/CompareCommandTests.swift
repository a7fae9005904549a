import Experiments
import Foundation
import MixtureOfExperts
import Testing

@Suite("hyperrouter compare")
struct CompareCommandTests {
  private let program = Hyperrouter()

  @Test("--json prints what was compared, every router's figures of both parts, and writes nothing")
  func json() throws {
    let object = try program.succeed("compare --steps 3 --json \(Hyperrouter.quick)").json()
    #expect(object["conditions"].string == "published" && object["seeds"].int == 1)
    #expect(
      object["sizes"].value as? [String: Int] == [
        "layers": 1, "model_width": 8, "heads": 2, "head_width": 3, "expert_width": 6, "experts": 4, "segment": 8,
        "memory": 8, "batch": 4,
      ])
    #expect(object["corpus"]["name"].string == "text.txt" && object["corpus"]["entropy_bits_per_symbol"].isNull)
    #expect(object["steps"].int == 3 && object["seed"].int == 1)
    #expect(object["routers"].strings("router") == ["smoe", "smoe-dropout", "hyperrouter"])
    #expect(object["routers"].ints("trainable_routing_parameters") == [4 * 9, 0, 8])
    for router in object["routers"].list {
      // Figures are of another part than choices.
      let (validation, test) = (router["evaluation"], router["test"])
      #expect(validation.ints("k") == [1, 2, 4] && test.ints("k") == [1, 2, 4])
      #expect(test.doubles("loss") != validation.doubles("loss"))
      let best = validation.list.min { $0["loss"].double ?? 0 < $1["loss"].double ?? 0 }
      #expect(router["best_k"].int == best?["k"].int && router["timed_steps"].int == 3)
      #expect(router["entropy_nats_per_layer"].list.count == 1)
      #expect(router["multiply_adds_per_token"].list.count == 3)
    }
    #expect(program.folder.names == ["stderr", "stdout", "text.txt"])
  }

  @Test("On built-in texts the object also says what memory is worth, and how far the entropy is")
  func builtin() throws {
    for (data, name, bits) in [("", "builtin:topics", 1.5651), ("--data builtin:dialects", "builtin:dialects", 1.5805)]
    {
      let object = try program.succeed("compare --preset smoke --steps 2 --routers smoe --k 1 --json \(data)").json()
      let entropy = try #require(object["corpus"]["entropy_bits_per_symbol"].double)
      #expect(object["corpus"]["name"].string == name && abs(entropy - bits) < 1e-4)
      let router = object["routers"][0]
      let (result, forgetful) = (router["test"][0], router["without_memory"])
      #expect((result["recall_bits"].double != nil) == !data.isEmpty && router["mixtures"].list.count == 1)
      #expect(result["class_information_bits_per_layer"].list.count == 1)
      #expect(forgetful["k"].int == 1 && forgetful["symbols"].int == result["symbols"].int)
      #expect(try #require(forgetful["loss"].double) != result["loss"].double, "memory is another text")
    }
  }

  @Test("One table, at most 80 columns wide, sentences and what to type next; --verbose prints all; every run is kept")
  func text() throws {
    let routers = "smoe,smoe-dropout,hyperrouter,hyperrouter-coordinatewise,dense,dense-dropout"
    let outcome = try program.succeed(
      "compare --steps 2 --routers \(routers) --out runs/all \(Hyperrouter.quick)")
    // But for what is to be typed.
    #expect(
      outcome.lines.allSatisfy { $0.count <= 80 || $0.hasPrefix("next: ") } && !outcome.output.contains("\u{1B}")
        && !outcome.output.contains("┤"))
    #expect(outcome.lines.count { $0.hasPrefix("-----") } == 1)
    #expect(outcome.lines.last?.hasPrefix("next: hyperrouter compare --steps 2 ") == true)
    #expect(outcome.lines.last?.hasSuffix(" --seeds 3") == true)
    let all = try program.succeed(
      "compare --verbose --steps 2 --routers \(routers) --out runs/all \(Hyperrouter.quick)")
    #expect(all.lines.dropLast().allSatisfy { $0.count <= 80 } && all.lines.count { $0.hasPrefix("-----") } > 5)
    for router in routers.split(separator: ",") {
      #expect(outcome.output.contains(router))
      #expect(
        try Set(program.files("runs/all/\(router)").keys)
          == [
            "config.json", "metrics.jsonl", "model.safetensors", "origin.json", "results.json", "state.safetensors",
          ])
      _ = try program.succeed("evaluate --checkpoint runs/all/\(router) --k 1")
    }
    #expect(try program.json("runs/all/results.json")["routers"].list.count == 6)
    try program.expectFailure(
      "evaluate --checkpoint runs/all", status: 65, "runs/all: found a comparison of 6 runs", "runs/all/smoe")
  }

  @Test("With several seeds differences are paired by seed and have intervals; every seed is the run that it is alone")
  func seeds() throws {
    let line = "compare --steps 4 --routers smoe,hyperrouter --json \(Hyperrouter.quick)"
    let object = try program.succeed("\(line) --seeds 3 --seed 5 --out all").json()
    let routers = object["routers"]
    #expect(routers.ints("seed") == [5, 5, 6, 6, 7, 7])
    func losses(_ router: JSONValue) throws -> [Double] {
      try router["test"].doubles("loss").map { try #require($0) }
    }
    let alone = try program.succeed("\(line) --seed 6 --threads 3").json()["routers"]
    #expect(try losses(alone[0]) == losses(routers[2]) && losses(alone[1]) == losses(routers[3]))
    #expect(try losses(routers[0]) != losses(routers[2]))
    #expect(object["differences"].ints("k") == [1, 2, 4])
    for (index, difference) in object["differences"].list.enumerated() {
      #expect(difference["a"].string == "smoe" && difference["b"].string == "hyperrouter")
      let expected = try [0, 2, 4].map { run in
        try (losses(routers[run])[index] - losses(routers[run + 1])[index]) / log(2)
      }
      let found = difference["differences"].list.compactMap(\.double)
      #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-12 } && found.count == 3)
    }
    let names = Set(try program.files("all").keys.compactMap { $0.split(separator: "/").first.map(String.init) })
    #expect(
      names == [
        "config.json", "origin.json", "report.html", "results.json", "smoe", "smoe-6", "smoe-7", "hyperrouter",
        "hyperrouter-6", "hyperrouter-7",
      ])
  }

  @Test(
    "Conditions are tuned where the preset has settings stored, else published; --conditions matched and flags change that"
  )
  func conditions() throws {
    func expect(_ flags: String, scale: String?, _ schedules: String...) throws {
      let name = "run\(program.folder.names.count)"
      _ = try program.succeed("compare --steps 1 --k 1 --out \(name) \(Hyperrouter.quick) \(flags)")
      let runs = try program.json("\(name)/config.json")
      #expect(
        runs.list.map { ($0["model"].value as? [String: Any])?["router_scale"] as? String }
          == [scale, scale, scale])
      #expect(runs.list.map { $0["training"]["k_schedule"].string } == schedules)
    }
    let growing = "linear-increase:2:4"
    try expect("--conditions matched", scale: "matched", growing, growing, growing)
    try expect("", scale: nil, "constant:2", growing, growing)
    let tuned = Hyperrouter.quick.replacing("--preset smoke", with: "--preset tiny --layers 1")
    let outcome = try program.succeed("compare --steps 1 --k 1 --out tuned \(tuned)")
    #expect(outcome.lines.dropLast().allSatisfy { $0.count <= 80 })
    #expect(outcome.output.contains("tuned conditions: ") && outcome.output.contains("preset tiny"))
    let runs = try program.json("tuned/config.json").list
    #expect(runs.allSatisfy { $0["training"]["k_schedule"].string == "constant:2" })
    let rates = runs.map { $0["training"]["learning_rate"]["peak"].double }
    #expect(rates == RouterKind.compared.map { TunedSettings.stored[.tiny]?[$0]?.learningRate })
    try program.expectFailure(
      "compare --conditions tuned --preset smoke", status: 2, "--conditions: found tuned with preset smoke")
    try expect(
      "--conditions matched --k-schedule constant:2 --router-scale 0.5", scale: "0.5", "constant:2", "constant:2",
      "constant:2")
  }
}
