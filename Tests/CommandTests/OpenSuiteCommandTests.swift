import Foundation
import TestSupport
import Testing

@testable import Command

@Suite("hyperrouter compare --suite open", .thorough)
struct OpenSuiteCommandTests {
  /// Sizes that take a moment, m = d = 8 and s = 256 as released.
  private static let sizes =
    "--steps 2 --k 2 --preset smoke --layers 2 --model-width 8 --heads 2 --head-width 3 --expert-width 6 --segment 32 "
    + "--memory 32 --batch 4"

  private static func line(_ parts: String, seeds: Int = 1) -> String {
    "compare --suite open --parts \(parts) --seeds \(seeds) \(sizes) --out open"
  }

  /// The parts of an object, by their names.
  private func parts(_ object: [String: Any]) throws -> [String: [String: Any]] {
    let parts = try #require(object["parts"] as? [[String: Any]])
    return Dictionary(uniqueKeysWithValues: parts.map { ($0["open"] as? String ?? "", $0) })
  }

  private func runs(_ part: [String: Any]?) throws -> [[String: Any]] {
    try #require(part?["runs"] as? [[String: Any]])
  }

  @Test(
    "The shapes of 𝓗 and the reach: JSON as the schema says, an 𝓗 that layers share is counted once, a run of two parts is trained once; the second time everything is kept, tables fit 80 columns, and the page has the answers"
  )
  func shapeAndReach() throws {
    try Hyperrouter.use { program in
      let outcome = try program.run("\(Self.line("shape,reach")) --json")
      try #require(outcome.status == 0, "\(outcome.errors)")
      // Base and ten shapes (m = 8 is the base), two more routers; the base is of both parts.
      #expect(outcome.errorLines[0].hasPrefix("\(11 + 2) runs, about "), "\(outcome.errorLines[0])")
      let object = try outcome.object()
      #expect(JSONSchema.faults(in: object, as: "suite", isStamped: true) == [])
      let kept = try JSONSerialization.jsonObject(
        with: Data(program.folder.contents(of: "open/results.json").utf8))
      #expect(JSONSchema.faults(in: kept, as: "suite", isStamped: true) == [])
      let parts = try parts(object)
      #expect(Set(parts.keys) == ["shape", "reach"])

      // d = 8, N = 4: 𝓗 has m → s → N(d+1) numbers and biases; two layers.
      func count(_ name: String, _ key: String) throws -> Int? {
        try runs(parts["shape"]).first { $0["variant"] as? String == name }?[key] as? Int
      }
      func hypernetwork(m: Int = 8, s: Int = 256, outputs: Int = 36) -> Int { s * (m + 1) + outputs * (s + 1) }
      #expect(try count("hyperrouter", "fixed_routing_parameters") == 2 * hypernetwork())
      #expect(try count("shared", "fixed_routing_parameters") == hypernetwork(), "once, not once for each layer")
      #expect(try count("coordinate-wise", "fixed_routing_parameters") == 2 * hypernetwork(outputs: 9))
      #expect(try count("s-16", "fixed_routing_parameters") == 2 * hypernetwork(s: 16))
      #expect(try count("hyperrouter", "trainable_routing_parameters") == 2 * 8)
      #expect(try count("shared", "trainable_routing_parameters") == 2 * 8)
      #expect(try count("coordinate-wise", "trainable_routing_parameters") == 2 * 4 * 8)
      #expect(try count("m-2", "trainable_routing_parameters") == 2 * 2)

      let reach = try runs(parts["reach"])
      #expect(reach.count == 3 && Set(reach.compactMap { $0["variant"] as? String }).count == 3)
      for run in reach {
        let lengths = try #require((run["reach"] as? [String: Any])?["lengths"] as? [[String: Any]])
        #expect(lengths.map { $0["memory"] as? Int } == [0, 4, 8, 16, 32, 64, 128, 256])
        let losses = lengths.compactMap { ($0["evaluation"] as? [String: Any])?["loss"] as? Double }
        #expect(Set(losses).count == 8, "a memory of another length is another loss")
      }
      #expect(
        try runs(parts["shape"]).allSatisfy { ($0["variant"] as? String == "hyperrouter") != ($0["reach"] is NSNull) })
      let answers = try #require(parts["reach"]?["findings"] as? [[String: Any]])
      #expect(answers.count == 3 * 8)

      let again = try program.run(Self.line("shape,reach"))
      #expect(again.status == 0 && again.errorLines[0] == "13 runs, all kept from before")
      #expect(again.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
      for words in ["HyperRouter is worse with one 𝓗 shared by all layers", "M = 256", "recall symbols", "− base's"] {
        #expect(again.output.contains(words), "\(words)")
      }
      // A report that says less than there is to say is not one.
      try Data("{}".utf8).write(to: URL(fileURLWithPath: program.folder.file("open/shape-m-2-1/results.json")))
      let mended = try program.run(Self.line("shape,reach"))
      #expect(mended.errorLines[0].hasPrefix("1 run left of 13, about "), "\(mended.errorLines[0])")
      let found = try self.parts(
        try JSONSerialization.jsonObject(
          with: Data(program.folder.contents(of: "open/results.json").utf8)) as? [String: Any] ?? [:])
      for part in ["shape", "reach"] {
        #expect(found[part]?["findings"] as? NSArray == parts[part]?["findings"] as? NSArray, "\(part)")
      }
      let html = try program.folder.contents(of: "open/report.html")
      #expect(Markings.parse(html) != nil && html.contains("34 statements about what the paper leaves open"))
      #expect(html.contains("open-shape") && html.contains("open-reach-lengths") && !html.contains("Not finished"))
      let made = try program.run("report open --out again.html")
      #expect(try made.status == 0 && program.folder.contents(of: "again.html") == html)
    }
  }

  @Test("Load, specialisation and diversity beside chance; a router that sees the future is marked")
  func balance() throws {
    try Hyperrouter.use { program in
      let outcome = try program.run(Self.line("balance"))
      try #require(outcome.status == 0, "\(outcome.errors)")
      for words in ["max /", "baseline", "I(dialect;", "expert-choice sees the segment's future"] {
        #expect(outcome.output.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains(words), "\(words)")
      }
      #expect(outcome.output.contains("inconclusive"), "one seed decides nothing")
      let kept = try JSONSerialization.jsonObject(with: Data(program.folder.contents(of: "open/results.json").utf8))
      #expect(JSONSchema.faults(in: kept, as: "suite", isStamped: true) == [])
    }
  }

  @Test("Keys asked again, lists and finetuning: texts of their own, JSON as the schema says, accuracy beside chance")
  func otherTexts() throws {
    try Hyperrouter.use { program in
      let line = Self.line("recall,lists,finetune").replacing("--segment 32", with: "--segment 64")
      let outcome = try program.run(line)
      try #require(outcome.status == 0, "\(outcome.errors)")
      let kept = try JSONSerialization.jsonObject(with: Data(program.folder.contents(of: "open/results.json").utf8))
      #expect(JSONSchema.faults(in: kept, as: "suite", isStamped: true) == [])
      let parts = try parts(try #require(kept as? [String: Any]))
      let texts = parts.mapValues { ($0["corpus"] as? [String: Any])?["name"] as? String }
      #expect(texts == ["recall": "builtin:recall", "lists": "builtin:lists", "finetune": "builtin:dialects"])
      #expect(
        parts.mapValues { ($0["findings"] as? [Any])?.count } == ["recall": 3 * 4 + 2, "lists": 5, "finetune": 8])
      #expect(
        outcome.output.contains("Chance baseline 0.121; at most 1.000")
          && outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
      try program.expectFailure(Self.line("lists"), status: 2, "--segment: found 32")
      // The same models, asked about other things.
      try program.expectFailure(
        line.replacing("recall,lists,finetune", with: "recall,lists,reach"), status: 73,
        "open: already holds what --suite open --parts recall,lists,finetune began",
        "expected --suite open --parts recall,lists,reach or a new directory")
    }
  }

  @Test("The words of a text: perplexities beside those by frequency, as kept; more words than it has are refused")
  func words() throws {
    try Hyperrouter.use { program in
      let line = "\(Self.line("words").replacing("32", with: "8")) --data text.txt"
      try program.expectFailure(line, status: 65, "text.txt: the training split has", "expected at least 2000")
      let outcome = try program.run("\(line) --vocabulary 30")
      try #require(outcome.status == 0, "\(outcome.errors)")
      let object = try JSONSerialization.jsonObject(with: Data(program.folder.contents(of: "open/results.json").utf8))
      #expect(JSONSchema.faults(in: object, as: "suite", isStamped: true) == [])
      let whole = try #require(object as? [String: Any])
      let all = try parts(whole)
      let part = try #require(all["words"])
      #expect((part["corpus"] as? [String: Any])?["vocabulary"] as? Int == 30)
      #expect((part["findings"] as? [[String: Any]])?.count == 3 + 2 * 2)
      #expect(Set(try runs(part).compactMap { $0["variant"] as? String }) == ["smoe", "smoe-dropout", "hyperrouter"])
      let level = try runs(part).compactMap { run -> Double? in
        let test = (run["test"] as? [[String: Any]])?.first?["unknown_words"] as? [String: Any]
        return test?["known_perplexity_by_frequency"] as? Double
      }
      #expect(level.count == 3 && Set(level).count == 1)
      let row = outcome.output.split(separator: "\n").first { $0.hasPrefix("by frequency") }
      #expect(row?.contains(String(format: "%.1f", level[0])) == true, "\(row ?? "")")
      #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
      #expect(try program.folder.contents(of: "open/report.html").contains("id=\"open-words\""))
      #expect(try program.run("\(line) --vocabulary 30").errors.contains("3 runs, all kept from before"))
    }
  }

  @Test("Interrupted, the same command goes on; another part or length is refused")
  func interrupted() throws {
    try Hyperrouter.use { program in
      let process = try program.start(Self.line("balance").split(separator: " ").map(String.init))
      let result = program.folder.file("open/balance-smoe-1/results.json")
      while process.isRunning, !FileManager.default.fileExists(atPath: result) { usleep(1000) }
      process.interrupt()
      let outcome = try program.finish(process)
      #expect(outcome.status == 130 && outcome.errors.contains("the same command goes on with balance-"))
      try program.expectFailure(
        Self.line("balance").replacing("--steps 2 ", with: "--steps 3 "), status: 73,
        "already holds a run whose training.steps is 2, expected 3")
      try program.expectFailure(
        Self.line("shape"), status: 73, "already holds what --suite open --parts balance began",
        "expected --suite open --parts shape or a new directory")
      let page = try program.run("report open")
      #expect(page.status == 0, "\(page.errors)")
      #expect(try program.folder.contents(of: "open/report.html").contains("Not finished"))
    }
  }

  @Test("Says what is compared itself, and is kept")
  func refusals() throws {
    try Hyperrouter.use { program in
      for flag in ["--routers smoe", "--conditions published", "--k-schedule constant:2", "--gate-order topk-softmax"] {
        try program.expectFailure("\(Self.line("shape")) \(flag)", status: 2, "does not go with --suite")
      }
      for (line, words) in [
        ("\(Self.line("shape")) --data text.txt", "--data: found without the part words"),
        ("\(Self.line("shape")) --vocabulary 256", "--vocabulary: found without the part words"),
        ("\(Self.line("words")) --vocabulary 30", "--parts: found words, expected --data with it"),
        ("\(Self.line("words")) --data builtin:lists", "--data: found builtin:lists with the part words"),
        ("\(Self.line("words")) --data text.txt --tokens words", "--tokens does not go with --suite open"),
      ] { try program.expectFailure(line, status: 2, words) }
      try program.expectFailure("compare --parts shape", status: 2, "--parts goes with --suite open alone")
      try program.expectFailure("compare --suite open", status: 2, "--suite needs --out")
      try program.expectFailure(Self.line("shap"), status: 2, "--parts", "did you mean shape?")
      try program.expectFailure(
        Self.line("reach").replacing("--memory 32", with: "--memory 0"), status: 2, "--memory: found 0", "reach")
      try program.expectFailure(
        "\(Self.line("balance,experts")) --experts 8", status: 2, "--experts does not go with the part experts")
      #expect(program.folder.names == ["stderr", "stdout", "text.txt"])
    }
  }
}
