import Experiments
import Foundation
import Jacobian
import RunFiles
import Testing

@testable import Command

@Suite("hyperrouter trace")
struct TraceCommandTests {
  private let program = Hyperrouter()

  private static let orders = ["softmax-topk", "topk-softmax"]

  @Test("Every equation in order, at most 80 columns wide, without escapes where nobody watches", arguments: orders)
  func text(_ order: String) throws {
    for flags in ["", " --experts-per-token 1", " --experts-per-token 4", " --experts 9", " --text Gold"] {
      let outcome = try program.run("trace --gate-order \(order)\(flags)")
      #expect(outcome.status == 0 && outcome.errors.isEmpty)
      Self.expectNarrow(outcome.output)
      #expect(!outcome.output.contains("\u{1B}"))
      let labels = outcome.output.split(separator: "\n").filter { $0.hasPrefix("[") }
        .flatMap { $0.matches(of: /\[([a-z-]+)\]/).map { String($0.1) } }
      #expect(
        labels == [
          "hypernetwork", "smoe", "smoe-dropout", "hyperrouter", "router", "gate", "expert", "moe", "loss",
          "routing-term", "jacobian", "entanglement", "gradient-flow", "adam",
        ])
    }
  }

  @Test("The whole text is made of the JSON alone: nothing printed is missing from it", arguments: orders)
  func printed(_ order: String) throws {
    let text = try program.run("trace --gate-order \(order)").output
    let json = try program.run("trace --json --gate-order \(order)")
    #expect(json.status == 0 && json.errors.isEmpty)
    let captured = CapturedOutput()
    let trace = try JSON.decode(Trace.self, from: Data(json.output.utf8))
    try trace.print(on: Console(output: captured, errors: captured, environment: [:]))
    #expect(captured.text == text)
  }

  @Test("--json has the same keys for every router, and null where there is nothing")
  func json() throws {
    let object = try program.succeed("trace --json").json()
    let subject = object["subject"]
    #expect(subject["text"].string == "Hello" && subject["next_symbol"].string == "\"o\"")
    #expect(subject["checkpoint"].isNull && subject["step"].isNull && subject["seed"].int == 1)
    let routers = object["routers"]
    #expect(Set(routers.list.map(\.keys)).count == 1, "the same keys for every router")
    #expect(routers.strings("origin") == ["trained", "frozen", "generated"])
    #expect(routers.list.map { $0["generation"].isNull } == [true, true, false])
    #expect(routers.list.map { $0["embedding_gradient"].isNull } == [true, true, false])
    let steps = routers.list.map { $0["step"] }
    #expect(Set(steps.map(\.keys)).count == 1)
    #expect(steps.map { $0["cosine_if_trained"].isNull } == [false, true, false])
    #expect(steps.map { $0["de"].isNull } == [true, true, false])
  }

  @Test("--text, --token, --seed, --experts-per-token, --routers and the sizes decide what is traced")
  func flags() throws {
    func outcome(_ flags: String) throws -> Trace {
      try JSON.decode(Trace.self, from: Data(program.succeed("trace --json \(flags)").output.utf8))
    }
    let first = try outcome("--token 0 --text lo")
    #expect(first.subject.symbol == "\"l\"" && first.subject.nextSymbol == "\"o\"" && first.subject.token == 0)
    let later = try outcome("--text Hello --token 3")
    #expect(later.routers[0].forward.h == (try outcome("")).routers[0].forward.h, "the last but one is 3")
    #expect(later.routers[0].forward.h != first.routers[0].forward.h, "what stands before it matters")
    let sized = try outcome(
      "--experts 5 --model-width 8 --expert-width 3 --embedding-width 2 --hypernetwork-width 9 --experts-per-token 3 "
        + "--routers hyperrouter,smoe --seed 4")
    #expect(sized.routers.map(\.router) == ["hyperrouter", "smoe"] && sized.subject.seed == 4)
    let forward = sized.routers[0].forward
    #expect(forward.chosen.count == 3 && forward.logits.count == 5 && forward.h.count == 8)
    let generation = try #require(sized.routers[0].generation)
    #expect(generation.e[0].count == 2 && generation.z[0][0].count == 9)
    #expect(try outcome("--experts 1").routers[0].forward.g == [1], "k is at most N")
  }

  @Test("A trained model is traced, wide rows are cut and that is said; the weights are those of the file")
  func checkpoint() throws {
    _ = try program.succeed("train --preset smoke --steps 4 --data text.txt --out run")
    let text = try program.run("trace --checkpoint run --text line")
    #expect(text.status == 0 && text.errors.isEmpty)
    Self.expectNarrow(text.output)
    #expect(text.output.contains("hyperrouter after step 4 of run\n"))
    #expect(text.output.contains("  h (32) ") && text.output.contains(" …\n"))
    let json = try program.run("trace --checkpoint run --text line --json --layer 0 --gate-order softmax-topk")
    let outcome = try JSON.decode(Trace.self, from: Data(json.output.utf8))
    #expect(outcome.subject.checkpoint == "run" && outcome.subject.step == 4 && outcome.subject.seed == nil)
    #expect(outcome.routers.map(\.router) == ["hyperrouter"])
    let stored = try StoredRun(RunDirectory.open(program.folder.file("run"))).model()
    let e = try #require(stored.parameters.first { $0.name == "layers.0.feedForward.router.embedding" }).value.scalars
    #expect(try #require(outcome.routers[0].generation).e == [e.map { Double($0) }])
    // A dense one has no router, a router without rows has no equation to show.
    for router in ["dense", "cosine", "random"] {
      try program.train("--router \(router)", into: router)
      try program.expectFailure(
        "trace --checkpoint \(router) --text line", status: 65, "\(router): holds a model with router \(router)",
        "expected one with rows: smoe, smoe-dropout, hyperrouter")
    }
    for router in ["smoe", "smoe-dropout", "hyperrouter-coordinatewise", "smoe-balanced", "expert-choice"] {
      let name = "\(router.suffix(4))"
      try program.train("--router \(router) --layers 2", into: name)
      Self.expectNarrow(try program.succeed("trace --checkpoint \(name) --text line --layer 1").output)
    }
  }

  @Test("Bad input is one line and a status")
  func refused() throws {
    for (flags, words) in [
      ("--token 4", "--token: found 4, expected 0 to 3"), ("--text=", "--text: found 0 symbols, expected at least 2"),
      ("--text a", "--text: found 1 symbols, expected at least 2"),
      ("--text xyz", "not among the vocabulary's 25 bytes"),
      ("--layer 1", "--layer: found 1, expected one of the model's 1, 0 to 0"),
      ("--experts-per-token 5", "--experts-per-token: found 5"),
      ("--model-width 7", "--model-width: found 7, expected an even number"), ("--routers cosine", "--routers"),
      ("--checkpoint run --seed 2", "--seed: found together with --checkpoint"),
    ] { try program.expectFailure("trace \(flags)", status: 2, words) }
    try program.train("--vocabulary occurring")
    for (flags, words) in [
      ("--text line --layer 1", "--layer: found 1, expected one of the model's 1"),
      ("--text line --experts-per-token 5", "--experts-per-token: found 5"),
      ("--text line --token 3", "--token: found 3, expected 0 to 2"),
      ("--text LINE", "--text: "), ("--text line --gate-order topk-softmax", "--gate-order: found topk-softmax"),
    ] {
      try program.expectFailure("trace --checkpoint run \(flags)", status: 2, words)
    }
  }

  private static func expectNarrow(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let widest = lines.max { $0.count < $1.count } ?? ""
    #expect(widest.count <= 80, "\(widest)", sourceLocation: sourceLocation)
    #expect(lines.allSatisfy { !$0.hasSuffix(" ") }, sourceLocation: sourceLocation)
  }
}
