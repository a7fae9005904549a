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
      #expect(Set(object.keys) == ["corpus", "gate_order", "preset", "routers", "seed", "sizes", "steps", "threads"])
      let sizes = try #require(object["sizes"] as? [String: Int])
      #expect(
        sizes == [
          "layers": 1, "model_width": 8, "heads": 2, "head_width": 3, "expert_width": 6, "experts": 4, "segment": 8,
          "memory": 8, "batch": 4,
        ])
      let corpus = try #require(object["corpus"] as? [String: Any])
      #expect(Set(corpus.keys) == corpusKeys)
      #expect(corpus["name"] as? String == "text.txt")
      #expect(corpus["entropy_bits_per_character"] is NSNull)
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
      let entropy = try #require(corpus["entropy_bits_per_character"] as? Double)
      #expect(abs(entropy - 1.5805) < 1e-4)
      let router = try #require((object["routers"] as? [[String: Any]])?.first)
      #expect(Set(router.keys) == routerKeys.union(["without_memory"]))
      let result = try #require((router["evaluation"] as? [[String: Any]])?.first)
      #expect(
        Set(result.keys) == evaluationKeys.union(["recall_bits", "dialect_information_bits_per_layer"]))
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
            == ["config.json", "metrics.jsonl", "model.safetensors", "results.json", "state.safetensors"])
        let evaluated = try program.run("evaluate --checkpoint runs/all/\(router) --k 1")
        #expect(evaluated.status == 0)
      }
      let kept = try program.folder.contents(of: "runs/all/results.json")
      #expect(kept.contains("\"routers\""))
      try program.expectFailure(
        "evaluate --checkpoint runs/all", status: 65, "runs/all: found a comparison of 6 runs", "runs/all/smoe")
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
  "entropy_bits_per_character",
]
let routerKeys: Set = [
  "router", "evaluation", "entropy_nats_per_layer", "trainable_routing_parameters", "parameters", "tokens_per_second",
  "seconds", "timed_steps", "k_schedule", "best_k",
]
let evaluationKeys: Set = [
  "k", "loss", "symbols", "bits_per_character", "perplexity", "entropy_nats_per_layer", "load_per_layer",
]
