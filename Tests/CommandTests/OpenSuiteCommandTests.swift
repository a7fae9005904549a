import Foundation
import TestSupport
import Testing

@testable import Report

@testable import Command

@Suite("hyperrouter compare --suite open", .thorough)
struct OpenSuiteCommandTests {
  private let program = Hyperrouter()

  /// Sizes that take a moment, m = d = 8 and s = 256 as released.
  private static let sizes =
    "--steps 2 --k 2 --preset smoke --layers 2 --model-width 8 --heads 2 --head-width 3 --expert-width 6 --segment 32 "
    + "--memory 32 --batch 4"

  private static func line(_ parts: String, seeds: Int = 1) -> String {
    "compare --suite open --parts \(parts) --seeds \(seeds) \(sizes) --out open"
  }

  /// What is kept of a suite, by the names of its parts, as the schema says.
  private func kept(_ program: Hyperrouter) throws -> [String: JSONValue] {
    let whole = try program.json("open/results.json")
    #expect(schemaFaults(in: whole.value, as: "suite", isStamped: true) == [])
    return Dictionary(uniqueKeysWithValues: whole["parts"].list.map { ($0["open"].string ?? "", $0) })
  }

  @Test(
    "The shapes of 𝓗 and the reach: JSON as the schema says, an 𝓗 that layers share is counted once, a run of two parts is trained once; the second time everything is kept, tables fit 80 columns, and the page has the answers"
  )
  func shapeAndReach() throws {
    let outcome = try program.succeed("\(Self.line("shape,reach")) --json")
    // Base and ten shapes (m = 8 is the base), two more routers; the base is of both parts.
    #expect(outcome.errorLines[0].hasPrefix("\(11 + 2) runs, about "), "\(outcome.errorLines[0])")
    #expect(schemaFaults(in: try outcome.object(), as: "suite", isStamped: true) == [])
    let parts = try kept(program)
    let (shape, reach) = (try #require(parts["shape"]), try #require(parts["reach"]))

    // d = 8, N = 4: 𝓗 has m → s → N(d+1) numbers and biases; two layers.
    func count(_ name: String, _ key: String) -> Int? {
      shape["runs"].list.first { $0["variant"].string == name }?[key].int
    }
    func hypernetwork(m: Int = 8, s: Int = 256, outputs: Int = 36) -> Int { s * (m + 1) + outputs * (s + 1) }
    for (name, fixed, trained) in [
      ("hyperrouter", 2 * hypernetwork(), 2 * 8), ("coordinate-wise", 2 * hypernetwork(outputs: 9), 2 * 4 * 8),
      // Once, not once for each layer.
      ("shared", hypernetwork(), 2 * 8), ("s-16", 2 * hypernetwork(s: 16), 2 * 8),
      ("m-2", 2 * hypernetwork(m: 2), 2 * 2),
    ] {
      #expect(count(name, "fixed_routing_parameters") == fixed, "\(name)")
      #expect(count(name, "trainable_routing_parameters") == trained, "\(name)")
    }
    #expect(Set(reach["runs"].strings("variant")) == ["smoe", "smoe-dropout", "hyperrouter"])
    for run in reach["runs"].list {
      let lengths = run["reach"]["lengths"]
      #expect(lengths.ints("memory") == [0, 4, 8, 16, 32, 64, 128, 256])
      #expect(Set(lengths.list.map { $0["evaluation"]["loss"].double }).count == 8, "another length, another loss")
    }
    #expect(shape["runs"].list.allSatisfy { ($0["variant"].string == "hyperrouter") != $0["reach"].isNull })
    #expect(reach["findings"].list.count == 3 * 8)

    let again = try program.succeed(Self.line("shape,reach"))
    #expect(again.errorLines[0] == "13 runs, all kept from before" && again.isNarrow)
    for words in ["HyperRouter is worse with one 𝓗 shared by all layers", "M = 256", "recall symbols", "− base's"] {
      #expect(again.output.contains(words), "\(words)")
    }
    // A report that says less than there is to say is not one.
    try program.write("{}", to: "open/shape-m-2-1/results.json")
    let mended = try program.succeed(Self.line("shape,reach"))
    #expect(mended.errorLines[0].hasPrefix("1 run left of 13, about "), "\(mended.errorLines[0])")
    for (name, part) in try kept(program) {
      #expect(part["findings"].value as? NSArray == parts[name]?["findings"].value as? NSArray, "\(name)")
    }
    let html = try program.folder.contents(of: "open/report.html")
    #expect(Markings.parse(html) != nil && html.contains("34 differences about what the paper leaves open"))
    #expect(html.contains("open-shape") && html.contains("open-reach-lengths") && !html.contains("Not finished"))
    let made = try program.run("report open --out again.html")
    #expect(try made.status == 0 && program.folder.contents(of: "again.html") == html)
    // A run in progress is one of its variant, whatever its directory is called.
    try program.remove("open/matched-hyperrouter-1/results.json")
    let unfinished = try ReportedDirectory(reading: program.folder.file("open"))
    let variants = Set(unfinished.parts.flatMap { $0.runs.map(\.variant) })
    #expect(variants.contains("hyperrouter") && variants.allSatisfy { !$0.hasPrefix("matched-") })
  }

  @Test("Keys asked again, lists and finetuning: texts of their own, JSON as the schema says, accuracy beside chance")
  func otherTexts() throws {
    let line = Self.line("recall,lists,finetune").replacing("--segment 32", with: "--segment 64")
    let outcome = try program.succeed(line)
    let parts = try kept(program)
    #expect(
      parts.mapValues { $0["corpus"]["name"].string }
        == ["recall": "builtin:recall", "lists": "builtin:lists", "finetune": "builtin:dialects"])
    #expect(
      parts.mapValues { $0["findings"].list.count } == ["recall": 3 * 4 + 2, "lists": 5, "finetune": 8])
    #expect(outcome.output.contains("Chance baseline 0.121; at most 1.000") && outcome.isNarrow)
    try program.expectFailure(Self.line("lists"), status: 2, "--segment: found 32")
    // The same models, asked about other things.
    try program.expectFailure(
      line.replacing("recall,lists,finetune", with: "recall,lists,reach"), status: 73,
      "open: already holds what --suite open --parts recall,lists,finetune began",
      "expected --suite open --parts recall,lists,reach or a new directory")
  }

  @Test("The words of a text: perplexities beside those by frequency, as kept; more words than it has are refused")
  func words() throws {
    let line = "\(Self.line("words").replacing("32", with: "8")) --data text.txt"
    try program.expectFailure(line, status: 65, "text.txt: the training split has", "expected at least 2000")
    let outcome = try program.succeed("\(line) --vocabulary 30")
    let part = try #require(kept(program)["words"])
    #expect(part["corpus"]["vocabulary"].int == 30 && part["findings"].list.count == 3 + 2 * 2)
    #expect(part["runs"].strings("variant") == ["smoe", "smoe-dropout", "hyperrouter"])
    let levels = part["runs"].list.map { $0["test"][0]["unknown_words"]["known_perplexity_by_frequency"].double }
    let level = try #require(levels[0])
    #expect(Set(levels).count == 1 && outcome.isNarrow)
    let row = outcome.lines.first { $0.hasPrefix("by frequency") }
    #expect(row?.contains(String(format: "%.1f", level)) == true, "\(row ?? "")")
    #expect(try program.folder.contents(of: "open/report.html").contains("id=\"open-words\""))
    #expect(try program.run("\(line) --vocabulary 30").errors.contains("3 runs, all kept from before"))
  }

  @Test(
    "What takes hours, in small: rows of finished runs are given to others, trainings are longer, and settings are searched on the text of --data; the second time everything is kept"
  )
  func long() throws {
    let line = "\(Self.line("learned,length,regime", seeds: 2)) --data text.txt"
    let outcome = try program.succeed(line)
    // Of the search three points at each of two rates for each router.
    let runs = 2 * (5 + 4) + 2 * 9 + 2 * 6 + 3
    #expect(outcome.errorLines[0].hasPrefix("\(18 + runs) runs, about "), "\(outcome.errorLines[0])")
    #expect(outcome.errorLines[0].contains("18 of them"))
    let parts = try kept(program)
    #expect(
      parts.mapValues { $0["findings"].list.count } == ["learned": 2 + 2 * 7, "length": 2 * 6 + 6, "regime": 3 * 2])
    #expect(parts["regime"]?["corpus"]["name"].string == "text.txt")
    for table in ["settings searched on text.txt", "1x is 2 steps", "smoe-restarted", "hyperrouter-deep"] {
      #expect(outcome.output.contains(table), "\(table)")
    }
    let again = try program.succeed(line)
    #expect(again.errorLines[0] == "\(18 + runs) runs, all kept from before")
    #expect(try program.json("open/learned-smoe-given-1/config.json")["started_from"].string == "learned-smoe-2")
    let html = try program.folder.contents(of: "open/report.html")
    #expect(html.contains("open-learned") && html.contains("open-length") && html.contains("open-regime"))
  }

  @Test("Says what is compared itself, and is kept")
  func refusals() throws {
    for flag in ["--routers smoe", "--conditions published", "--k-schedule constant:2", "--gate-order topk-softmax"] {
      try program.expectFailure("\(Self.line("shape")) \(flag)", status: 2, "does not go with --suite")
    }
    for (line, words) in [
      ("\(Self.line("shape")) --data text.txt", "--data: found without the part regime or words"),
      ("\(Self.line("shape")) --vocabulary 256", "--vocabulary: found without the part words"),
      ("\(Self.line("regime")) --vocabulary 30", "--vocabulary: found without the part words"),
      ("\(Self.line("learned"))", "--seeds: found 1 with learned-smoe-given"),
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
