import Corpora
import Experiments
import Foundation
import Hosts
import Jacobian
@testable import Report
import TestSupport
import Testing
import Training

@testable import Command
@testable import RunFiles

/// Pages of runs, read back from their HTML.
@Suite("report.html", .thorough)
struct ReportPageTests {
  private let program = Hyperrouter()

  /// Whether a cell is a number, rounded to six digits.
  static func isEqual(_ cell: String?, _ number: Double?) -> Bool {
    guard let number else { return cell == "–" }
    guard let value = cell.flatMap({ Double($0.replacing(",", with: "")) }) else { return false }
    return abs(value - number) <= 6e-6 * abs(number)
  }

  private static let settings = "--steps 6 --seeds 2 --threads 1 \(Hyperrouter.quick)"

  @Test(
    "Every number of its tables is that of results.json, in the same order; the same page is made from the directory")
  func numbers() throws {
    _ = try program.succeed("compare --out all \(Self.settings)")
    struct Results: Decodable { let routers: [RouterResult] }
    let results = try RunDirectory.open(program.folder.file("all")).readJSON(Results.self, from: "results.json")
      .routers
    let html = try program.folder.contents(of: "all/report.html")
    #expect(html.utf8.count < 1_000_000 && !html.contains("<script") && !html.contains("Not finished"))
    let root = try #require(Markings.parse(html))
    let evaluations = try root.table("Evaluations")
    let expected = results.flatMap { result in
      result.evaluation.map { (result, "validation", $0) } + result.test.map { (result, "test", $0) }
        + (result.withoutMemory.map { [(result, "test, without memory", $0)] } ?? [])
    }
    try #require(evaluations.count == expected.count && expected.count == 6 * 6)
    for (row, (result, part, found)) in zip(evaluations, expected) {
      #expect(row["router"] == result.variant && row["seed"] == "\(result.seed)" && row["part"] == part)
      for (name, value) in [
        ("k", Double(found.k)), ("loss", found.loss), ("bits per byte", found.bitsPerCharacter),
        ("perplexity", found.perplexity), ("symbols", Double(found.symbols)),
      ] as [(String, Double?)] { #expect(Self.isEqual(row[name], value), "\(part), \(name)") }
      #expect(Self.isEqual(row["recall bits"], found.recallBits))
      let work = part == "test" ? result.multiplyAddsPerToken[result.test.firstIndex { $0.k == found.k } ?? 0] : nil
      #expect(Self.isEqual(row["multiply-adds a token"], work))
    }
    let mixtures = try root.table("Mixtures by layer")
    for (row, found) in zip(mixtures, results.flatMap(\.mixtures)) {
      for (name, value) in [
        ("cosine of experts", found.expertSimilarity), ("of other tokens", found.unpairedExpertSimilarity),
        ("effective rank of y", found.outputEffectiveRank), ("|J₂ᵀu| / |J₁ᵀu|", found.routingShare),
        ("share of token variance", found.varianceShare), ("margin", found.margin),
      ] { #expect(Self.isEqual(row[name], value), "\(name)") }
    }
    try #require(mixtures.count == 6)
    let differences = try root.table("Differences, paired by seed")
    let configuration = try RunSettings(preset: .smoke).run(.smoe, on: Corpus(builtin: DialectCorpus(lines: 200)))
    let runs = FinishedRuns(results.map { (configuration, $0) }, on: nil)
    for (row, found) in zip(differences, runs.differences) {
      #expect(row["first"] == found.a && row["second"] == found.b && Self.isEqual(row["mean"], found.paired.mean))
      #expect(Self.isEqual(row["half-width of the 95 % interval"], found.paired.halfWidth))
      let each = row["first minus second, by seed"]?.split(separator: " ").map(String.init) ?? []
      #expect(each.count == 2)
      for (cell, difference) in zip(each, found.paired.differences) { #expect(Self.isEqual(cell, difference)) }
    }
    let sizes = try root.table("Sizes and speed")
    for (row, result) in zip(sizes, results) {
      #expect(Self.isEqual(row["seconds"], result.seconds) && Self.isEqual(row["tokens/s"], result.tokensPerSecond))
      #expect(Self.isEqual(row["parameters"], Double(result.parameters)))
    }
    #expect(differences.count == 9 && sizes.count == 6)
    // The text, too: symbols in their order, and a mark for each.
    let text = try #require(root.of("view").first?.of("marked").last)
    let marked = text.children.filter { $0.name == "b" }.map(\.text).joined()
    let reading = try #require(results.first { $0.variant == "hyperrouter" }?.reading)
    #expect(marked == reading.symbols.joined().replacing("\n", with: "⏎"))

    #expect(try program.succeed("report all --out other.html").output == "written: other.html\n")
    #expect(try program.folder.contents(of: "other.html") == html)
    // Two directories side by side: one of them, and one run.
    _ = try program.succeed("report all all/smoe --out two.html")
    let two = try #require(Markings.parse(try program.folder.contents(of: "two.html")))
    #expect(try Set(two.table("Sizes and speed").compactMap { $0["router"] }).contains("all: hyperrouter"))
    #expect(root.of("skip").first?.attributes["href"] == "#quality")
    let command = try #require(root.of("command").first).allText
    #expect(command.contains("hyperrouter compare --out all \(Self.settings)"))
  }

  @Test("A directory that is no run, or holds a damaged one, gets one line and a status")
  func damaged() throws {
    try program.expectFailure("report", status: 2, "report: found nothing to work on, expected RUN…")
    try program.expectFailure("report nowhere", status: 66, "nowhere: found nothing")
    try program.expectFailure("report .", status: 66, "holds no run")
    try program.train()
    // One of runs/* may be something else.
    let skipping = try program.succeed("report . run")
    #expect(skipping.output == "written: run/report.html\n" && skipping.errors.hasPrefix("left out: .: holds no run"))
    try program.expectFailure("report nowhere run", status: 66, "nowhere: found nothing")
    try program.expectFailure("report run --out no/where.html", status: 73, "no/where.html")
    try program.expectFailure("report run --jacobian text.txt", status: 65, "text.txt")
    let whole = try program.folder.contents(of: "run/results.json")
    for (old, new, words) in [
      ("\"multiply_adds_per_token\" : [", "\"multiply_adds_per_token\" : [ 1,", "other k"),
      ("\"seed\" : 1", "\"seed\" : 2", "expected hyperrouter with seed 1"),
      ("\"reading\"", "\"reading", "results.json"),
    ] {
      let range = try #require(whole.range(of: old))
      try program.write(whole.replacingCharacters(in: range, with: new), to: "run/results.json")
      try program.expectFailure("report run", status: 65, "run/results.json", words)
    }
    try program.write("{}\n", to: "run/metrics.jsonl")
    try program.expectFailure("report run", status: 65, "metrics.jsonl: line 1")
  }

  @Test(
    "A comparison and a run of the same router and seed stand side by side under names of their own, with real claims")
  func sideBySide() throws {
    _ = try program.succeed("compare --out all --steps 3 --routers smoe,hyperrouter --k 1,2 \(Hyperrouter.quick)")
    try program.train("--router smoe --k 1,2")
    let claims = try program.run("jacobian --preset smoke --steps 2 --seeds 1 --curve 1,2 --data text.txt --json")
    try program.write(claims.output, to: "claims.json")
    _ = try program.succeed("report all run --jacobian claims.json --out both.html")
    let page = try program.folder.contents(of: "both.html")
    for name in [
      "all: smoe", "all: hyperrouter", ">run<", "The Jacobian comparison", "How many dimensions routing has",
    ] {
      #expect(page.contains(name), "\(name)")
    }
    try program.expectFailure("report all run all", status: 2, "found all twice")
    try program.expectFailure("report all ./all/", status: 2, "found all twice")
  }

  @Test("Of a suite whose origin was not kept, runs with one text and one gate order stand side by side")
  func withoutOrigin() throws {
    _ = try program.succeed("compare --out all --steps 2 --routers smoe --k 1,2 \(Hyperrouter.quick)")
    try program.remove("all/origin.json")
    try FileManager.default.copyItem(
      atPath: program.folder.file("all/smoe"), toPath: program.folder.file("all/other"))
    func changed(_ text: String) throws -> String {
      let found = try #require(text.firstMatch(of: /"gate_order" : "[a-z-]*"/))
      return text.replacingCharacters(
        in: found.range,
        with: "\"gate_order\" : \"\(found.0.contains("softmax-topk") ? "topk-softmax" : "softmax-topk")\"")
    }
    let own = try program.folder.contents(of: "all/other/config.json")
    try program.write(changed(own), to: "all/other/config.json")
    try program.write("[\(own),\(changed(own))]", to: "all/config.json")
    // Nor were checksums kept.
    let results = try program.folder.contents(of: "all/other/results.json")
    try program.write(
      results.replacing(/"checksums" : \{[^}]*\}/, with: "\"checksums\" : null"), to: "all/other/results.json")
    let directory = try ReportedDirectory(reading: program.folder.file("all"))
    #expect(directory.parts.map(\.name) == ["text.txt, softmax-topk", "text.txt, topk-softmax"])
    #expect(directory.parts.map(\.runs.count) == [1, 1] && directory.parts.allSatisfy(\.isFinished))
    #expect(directory.parts.map(\.symbol) == ["byte", "byte"])
    _ = try program.succeed("report all")
  }

  @Test("train writes it at every evaluation; a run in progress says so, and shows its curves so far")
  func progress() throws {
    try program.train("--evaluate-every 2")
    let finished = try program.folder.contents(of: "run/report.html")
    #expect(!finished.contains("Not finished") && finished.contains("train --out run"))
    try program.remove("run/results.json")
    let lines = try program.folder.contents(of: "run/metrics.jsonl").split(separator: "\n")
    let kept = lines.filter { !$0.contains("\"step\":4") }.map { $0 + "\n" }.joined()
    try program.write(kept, to: "run/metrics.jsonl")
    _ = try program.succeed("report run")
    let page = try #require(Markings.parse(try program.folder.contents(of: "run/report.html")))
    #expect(page.of("notice").first?.text.contains("Not finished: step 2 of 4.") == true)
    let steps = page.of("chart").first { $0.attributes["id"] == "validation" }?.all.filter { $0.name == "tr" }
    #expect(steps?.dropFirst().map { $0.children.first?.text } == ["0", "2"])
  }
}
