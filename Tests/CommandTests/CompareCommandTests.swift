import Foundation
import Testing

@Suite("hyperrouter compare")
struct CompareCommandTests {
  @Test("--json prints one object with the promised keys")
  func json() throws {
    try Hyperrouter.use { program in
      let outcome = try program.run("compare --steps 3 --json \(Hyperrouter.quick)")
      #expect(outcome.status == 0)
      let object = try outcome.object()
      #expect(
        Set(object.keys) == [
          "conditions", "corpus", "date", "differences", "gate_order", "program_version", "preset", "routers", "seed",
          "seeds",
          "sizes",
          "steps", "threads",
        ])
      #expect(object["conditions"] as? String == "matched" && object["seeds"] as? Int == 1)
      let sizes = try #require(object["sizes"] as? [String: Int])
      #expect(
        sizes == [
          "layers": 1, "model_width": 8, "heads": 2, "head_width": 3, "expert_width": 6, "experts": 4, "segment": 8,
          "memory": 8, "batch": 4,
        ])
      let corpus = try #require(object["corpus"] as? [String: Any])
      #expect(Set(corpus.keys) == corpusKeys)
      #expect(corpus["name"] as? String == "text.txt")
      #expect(corpus["entropy_bits_per_symbol"] is NSNull)
      #expect(object["steps"] as? Int == 3 && object["seed"] as? Int == 1)
      let routers = try #require(object["routers"] as? [[String: Any]])
      #expect(routers.map { $0["router"] as? String } == ["smoe", "smoe-dropout", "hyperrouter"])
      #expect(routers.map { $0["trainable_routing_parameters"] as? Int } == [4 * 9, 0, 8])
      for router in routers {
        #expect(Set(router.keys) == routerKeys)
        let evaluation = try #require(router["evaluation"] as? [[String: Any]])
        #expect(evaluation.map { $0["k"] as? Int } == [1, 2, 4])
        let best = evaluation.min { $0["loss"] as? Double ?? 0 < $1["loss"] as? Double ?? 0 }
        #expect(router["best_k"] as? Int == best?["k"] as? Int && router["timed_steps"] as? Int == 3)
        #expect(evaluation.allSatisfy { Set($0.keys) == evaluationKeys })
        #expect((router["entropy_nats_per_layer"] as? [Double])?.count == 1)
        // Figures are of another part than choices.
        let test = try #require(router["test"] as? [[String: Any]])
        #expect(test.map { $0["k"] as? Int } == [1, 2, 4] && test.allSatisfy { Set($0.keys) == evaluationKeys })
        #expect(test.map { $0["loss"] as? Double } != evaluation.map { $0["loss"] as? Double })
        #expect((router["multiply_adds_per_token"] as? [Double])?.count == 3)
      }
      #expect(program.folder.names == ["stderr", "stdout", "text.txt"])
    }
  }

  @Test("On the built-in corpus the object also says what memory is worth, and how far the entropy is")
  func builtin() throws {
    try Hyperrouter.use { program in
      let outcome = try program.run("compare --preset smoke --steps 2 --routers smoe --k 1 --json")
      let object = try outcome.object()
      let corpus = try #require(object["corpus"] as? [String: Any])
      let entropy = try #require(corpus["entropy_bits_per_symbol"] as? Double)
      #expect(abs(entropy - 1.5805) < 1e-4)
      let router = try #require((object["routers"] as? [[String: Any]])?.first)
      #expect(Set(router.keys) == routerKeys)
      let result = try #require((router["test"] as? [[String: Any]])?.first)
      let mixture = try #require((router["mixtures"] as? [[String: Any]])?.first)
      #expect(
        Set(mixture.keys) == [
          "margin", "margin_by_chance", "displacement", "expert_similarity", "output_effective_rank", "routing_share",
          "unpaired_expert_similarity",
          "variance_seen", "variance_seen_by_chance",
        ])
      #expect(Set(result.keys) == evaluationKeys && result["recall_bits"] is Double)
      let forgetful = try #require(router["without_memory"] as? [String: Any])
      #expect(forgetful["k"] as? Int == 1 && forgetful["symbols"] as? Int == result["symbols"] as? Int)
      #expect(
        try #require(forgetful["loss"] as? Double) != #require(result["loss"] as? Double), "memory is another text")
    }
  }

  @Test("Tables are at most 80 columns wide, without escapes where nobody watches; every run is kept in its directory")
  func text() throws {
    try Hyperrouter.use { program in
      let routers = "smoe,smoe-dropout,hyperrouter,hyperrouter-coordinatewise,dense,dense-dropout"
      let outcome = try program.run("compare --steps 2 --routers \(routers) --out runs/all \(Hyperrouter.quick)")
      #expect(outcome.status == 0)
      let lines = outcome.output.split(separator: "\n")
      #expect(lines.allSatisfy { $0.count <= 80 })
      #expect(!outcome.output.contains("\u{1B}"))
      for router in routers.split(separator: ",") {
        #expect(outcome.output.contains(router))
        #expect(
          try Set(program.files("runs/all/\(router)").keys)
            == [
              "config.json", "metrics.jsonl", "model.safetensors", "origin.json", "results.json", "state.safetensors",
            ])
        let evaluated = try program.run("evaluate --checkpoint runs/all/\(router) --k 1")
        #expect(evaluated.status == 0)
      }
      let kept = try program.folder.contents(of: "runs/all/results.json")
      #expect(kept.contains("\"routers\""))
      try program.expectFailure(
        "evaluate --checkpoint runs/all", status: 65, "runs/all: found a comparison of 6 runs", "runs/all/smoe")
    }
  }

  @Test("With several seeds differences are paired by seed and have intervals; every seed is the run that it is alone")
  func seeds() throws {
    try Hyperrouter.use { program in
      let line = "compare --steps 4 --routers smoe,hyperrouter --json \(Hyperrouter.quick)"
      let object = try program.run("\(line) --seeds 3 --seed 5 --out all").object()
      let routers = try #require(object["routers"] as? [[String: Any]])
      #expect(routers.map { $0["seed"] as? Int } == [5, 5, 6, 6, 7, 7])
      func losses(_ router: [String: Any]) -> [Double?] {
        (router["test"] as? [[String: Any]] ?? []).map { $0["loss"] as? Double }
      }
      let alone = try #require(try program.run("\(line) --seed 6").object()["routers"] as? [[String: Any]])
      #expect(losses(alone[0]) == losses(routers[2]) && losses(alone[1]) == losses(routers[3]))
      let differences = try #require(object["differences"] as? [[String: Any]])
      #expect(differences.map { $0["k"] as? Int } == [1, 2, 4])
      for (index, difference) in differences.enumerated() {
        #expect(difference["a"] as? String == "smoe" && difference["b"] as? String == "hyperrouter")
        let found = try #require(difference["differences"] as? [Double])
        let expected = try [0, 2, 4].map { run in
          try (#require(losses(routers[run])[index]) - #require(losses(routers[run + 1])[index])) / log(2)
        }
        #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-12 } && found.count == 3)
        let (mean, half) = (
          try #require(difference["mean"] as? Double), try #require(difference["half_width_95"] as? Double)
        )
        let deviation = (expected.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2).squareRoot()
        #expect(abs(half - 4.302653 * deviation / 3.0.squareRoot()) < 1e-6 * half + 1e-15)
      }
      let names = Set(try program.files("all").keys.compactMap { $0.split(separator: "/").first.map(String.init) })
      #expect(
        names == [
          "config.json", "origin.json", "report.html", "results.json", "smoe-5", "smoe-6", "smoe-7", "hyperrouter-5",
          "hyperrouter-6",
          "hyperrouter-7",
        ])
    }
  }

  @Test("By default conditions are matched: one k schedule, one scale; --conditions published and flags change that")
  func conditions() throws {
    try Hyperrouter.use { program in
      func models(_ flags: String) throws -> [[String: Any]] {
        _ = try program.run("compare --steps 1 --k 1 --json --out \(UUID().uuidString) \(Hyperrouter.quick) \(flags)")
        let folder = try #require(
          try FileManager.default.contentsOfDirectory(atPath: program.folder.path).first { $0.contains("-") })
        defer { try? FileManager.default.removeItem(atPath: program.folder.file(folder)) }
        return try #require(
          try JSONSerialization.jsonObject(with: Data(program.folder.contents(of: "\(folder)/config.json").utf8))
            as? [[String: Any]])
      }
      func setting(_ runs: [[String: Any]], _ name: String) -> [String?] {
        runs.map { ($0["model"] as? [String: Any])?[name] as? String }
      }
      func modes(_ runs: [[String: Any]]) -> [String?] {
        runs.map { ($0["training"] as? [String: Any])?["k_schedule"] as? String }
      }
      let equal = try models("")
      #expect(setting(equal, "router_scale") == ["matched", "matched", "matched"])
      #expect(setting(equal, "embedding_scale") == ["matched", "matched", "matched"])
      #expect(modes(equal) == ["linear-increase:2:4", "linear-increase:2:4", "linear-increase:2:4"])
      let original = try models("--conditions published")
      #expect(setting(original, "router_scale") == [nil, nil, nil])
      #expect(modes(original) == ["constant:2", "linear-increase:2:4", "linear-increase:2:4"])
      let given = try models("--k-schedule constant:2 --router-scale 0.5")
      #expect(setting(given, "router_scale") == ["0.5", "0.5", "0.5"])
      #expect(modes(given) == ["constant:2", "constant:2", "constant:2"])
    }
  }

  @Test("The same seed gives the same numbers, whatever the number of threads")
  func reproducible() throws {
    try Hyperrouter.use { program in
      func losses(_ flags: String) throws -> [[Double?]] {
        let object = try program.run("compare --steps 4 --json \(Hyperrouter.quick) \(flags)").object()
        return (object["routers"] as? [[String: Any]] ?? []).map { router in
          (router["evaluation"] as? [[String: Any]] ?? []).map { $0["loss"] as? Double }
        }
      }
      let one = try losses("--threads 1")
      #expect(one.count == 3)
      #expect(try losses("--threads 3") == one)
      #expect(try losses("--seed 2") != one)
    }
  }
}

let corpusKeys: Set = [
  "name", "tokens", "vocabulary", "training_symbols", "validation_symbols", "test_symbols",
  "entropy_bits_per_symbol", "recall_bits_by_chance", "symbol",
]
let routerKeys: Set = [
  "variant", "seed", "without_memory", "reading", "test", "multiply_adds_per_token", "common_k", "common", "last_k",
  "mixtures",
  "policies",
  "sample", "routing_tables", "course",
  "router", "evaluation", "entropy_nats_per_layer", "trainable_routing_parameters", "parameters", "tokens_per_second",
  "seconds", "timed_steps", "k_schedule", "best_k", "reach", "finetuning", "fixed_routing_parameters",
]
let evaluationKeys: Set = [
  "k", "loss", "symbols", "bits_per_symbol", "perplexity", "entropy_nats_per_layer", "load_per_layer",
  "dialect_information_bits_per_layer", "recall_bits", "recall_by_distance", "answers", "unknown_words",
]
