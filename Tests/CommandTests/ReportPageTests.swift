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
  /// The rows of a table by its title, each cell's text.
  static func table(_ title: String, in root: Markings) throws -> [[String: String]] {
    let all = root.all
    let heading = try #require(all.firstIndex { $0.name == "h3" && $0.text == title }, "\(title)")
    let table = try #require(all[heading...].first { $0.name == "table" })
    let rows = table.all.filter { $0.name == "tr" }.map { $0.children.map(\.text) }
    return rows.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(rows[0], $0)) }
  }

  /// Whether a cell is a number, rounded to six digits.
  static func isEqual(_ cell: String?, _ number: Double?) -> Bool {
    guard let number else { return cell == "–" }
    guard let value = cell.flatMap({ Double($0.replacing(",", with: "")) }) else { return false }
    return abs(value - number) <= 6e-6 * abs(number)
  }

  private static let settings =
    "--steps 6 --seeds 2 --threads 1 \(Hyperrouter.quick)"

  /// Runs a comparison, and reads its page.
  private func comparison(_ body: (Hyperrouter, Markings, [RouterResult]) throws -> Void) throws {
    try Hyperrouter.use { program in
      let outcome = try program.run("compare --out all \(Self.settings)")
      try #require(outcome.status == 0, "\(outcome.errors)")
      struct Results: Decodable { let routers: [RouterResult] }
      let results = try RunDirectory.open(program.folder.file("all")).readJSON(Results.self, from: "results.json")
      let html = try program.folder.contents(of: "all/report.html")
      #expect(html.utf8.count < 1_000_000 && !html.contains("<script") && !html.contains("Not finished"))
      try body(program, try #require(Markings.parse(html)), results.routers)
    }
  }

  @Test(
    "Every number of its tables is that of results.json, in the same order; the same page is made from the directory")
  func numbers() throws {
    try comparison { program, root, results in
      let evaluations = try Self.table("Evaluations", in: root)
      let expected = results.flatMap { result in
        result.evaluation.map { (result, "validation", $0) } + result.test.map { (result, "test", $0) }
          + (result.withoutMemory.map { [(result, "test, without memory", $0)] } ?? [])
      }
      try #require(evaluations.count == expected.count && expected.count == 6 * 6)
      for (row, (result, part, found)) in zip(evaluations, expected) {
        #expect(row["router"] == result.variant && row["seed"] == "\(result.seed)" && row["part"] == part)
        for (name, value) in [
          ("k", Double(found.k)), ("loss", found.loss), ("bits per character", found.bitsPerCharacter),
          ("perplexity", found.perplexity), ("symbols", Double(found.symbols)),
        ] { #expect(Self.isEqual(row[name], value), "\(part), \(name)") }
        #expect(Self.isEqual(row["recall bits"], found.recallBits))
        let work = part == "test" ? result.multiplyAddsPerToken[result.test.firstIndex { $0.k == found.k } ?? 0] : nil
        #expect(Self.isEqual(row["multiply-adds a token"], work))
      }
      let mixtures = try Self.table("Mixtures by layer", in: root)
      for (row, found) in zip(mixtures, results.flatMap(\.mixtures)) {
        #expect(Self.isEqual(row["cosine of experts"], found.expertSimilarity))
        #expect(Self.isEqual(row["of other tokens"], found.unpairedExpertSimilarity))
        #expect(Self.isEqual(row["effective rank of y"], found.outputEffectiveRank))
        #expect(Self.isEqual(row["|J₂ᵀu| / |J₁ᵀu|"], found.routingShare))
        #expect(
          Self.isEqual(row["share of token variance"], found.varianceSeen) && Self.isEqual(row["margin"], found.margin))
      }
      let course = try Self.table("On the way, means of layers", in: root)
      let points = results.flatMap { result in result.course.map { (result, $0) } }
      try #require(mixtures.count == 6 && course.count == points.count && points.count == 42)
      for (row, (result, point)) in zip(course, points) {
        #expect(row["router"] == result.variant && Self.isEqual(row["step"], Double(point.step)))
        #expect(Self.isEqual(row["validation, bits per character"], point.validation.bitsPerCharacter))
        #expect(Self.isEqual(row["entropy, nats"], point.validation.entropyPerLayer[0]))
        #expect(Self.isEqual(row["saturation"], point.saturation[0].share))
      }
      let policies = try Self.table("Other routings of the same experts", in: root)
      for (row, found) in zip(policies, results.flatMap(\.policies)) {
        #expect(row["routing"] == found.policy.rawValue && Self.isEqual(row["loss"], found.evaluation.loss))
      }
      let differences = try Self.table("Differences, paired by seed", in: root)
      let configuration = try RunSettings(preset: .smoke).run(.smoe, on: Corpus(builtin: DialectCorpus(lines: 200)))
      let runs = FinishedRuns(results.map { (configuration, $0) }, on: nil)
      for (row, found) in zip(differences, runs.differences) {
        #expect(row["first"] == found.a && row["second"] == found.b && Self.isEqual(row["mean"], found.paired.mean))
        #expect(Self.isEqual(row["half-width of the 95 % interval"], found.paired.halfWidth))
        let each = row["first minus second, by seed"]?.split(separator: " ").map(String.init) ?? []
        #expect(each.count == 2)
        for (cell, difference) in zip(each, found.paired.differences) { #expect(Self.isEqual(cell, difference)) }
      }
      let sizes = try Self.table("Sizes and speed", in: root)
      for (row, result) in zip(sizes, results) {
        #expect(Self.isEqual(row["seconds"], result.seconds) && Self.isEqual(row["tokens/s"], result.tokensPerSecond))
        #expect(Self.isEqual(row["parameters"], Double(result.parameters)))
      }
      #expect(policies.count == 24 && differences.count == 9 && sizes.count == 6)
      // The text, too: symbols in their order, and a mark for each.
      let text = try #require(root.of("view").first?.of("marked").last)
      let marked = text.children.filter { $0.name == "b" }.map(\.text).joined()
      let reading = try #require(results.first { $0.variant == "hyperrouter" }?.reading)
      #expect(marked == reading.symbols.joined().replacing("\n", with: "⏎"))

      let again = try program.run("report all --out other.html")
      #expect(again.status == 0 && again.output == "written: other.html\n", "\(again.errors)")
      #expect(try program.folder.contents(of: "other.html") == program.folder.contents(of: "all/report.html"))
      let started = ProcessInfo.processInfo.systemUptime
      let directory = try ReportedDirectory(reading: program.folder.file("all"))
      #expect(ComparisonReport([directory]).html.utf8.count > 100_000)
      #expect(ProcessInfo.processInfo.systemUptime - started < 2)
      // Two directories side by side: one of them, and one run.
      #expect(try program.run("report all all/smoe-1 --out two.html").status == 0)
      let two = try #require(Markings.parse(try program.folder.contents(of: "two.html")))
      #expect(try Set(Self.table("Sizes and speed", in: two).compactMap { $0["router"] }).contains("all: hyperrouter"))
      #expect(root.of("skip").first?.attributes["href"] == "#claims")
      let command = try #require(root.of("command").first).allText
      #expect(command.contains("hyperrouter compare --out all \(Self.settings)"))
    }
  }

  @Test("A directory that is no run, or holds a damaged one, gets one line and a status")
  func damaged() throws {
    try Hyperrouter.use { program in
      try program.expectFailure("report", status: 2, "report: found nothing to work on, expected RUN…")
      try program.expectFailure("report nowhere", status: 66, "nowhere: found nothing")
      try program.expectFailure("report .", status: 66, "holds no run")
      try program.train()
      try program.expectFailure("report run --out no/where.html", status: 73, "no/where.html")
      try program.expectFailure("report run --jacobian text.txt", status: 65, "text.txt")
      let whole = try program.folder.contents(of: "run/results.json")
      for (old, new, words) in [
        ("\"multiply_adds_per_token\" : [", "\"multiply_adds_per_token\" : [ 1,", "other k"),
        ("\"seed\" : 1", "\"seed\" : 2", "expected hyperrouter with seed 1"),
        ("\"reading\"", "\"reading", "results.json"),
      ] {
        let range = try #require(whole.range(of: old))
        _ = try program.folder.write(Data(whole.replacingCharacters(in: range, with: new).utf8), to: "run/results.json")
        try program.expectFailure("report run", status: 65, "run/results.json", words)
      }
      _ = try program.folder.write(Data("{}\n".utf8), to: "run/metrics.jsonl")
      try program.expectFailure("report run", status: 65, "metrics.jsonl: line 1")
    }
  }

  @Test(
    "A comparison and a run of the same router and seed stand side by side under names of their own, with real claims")
  func sideBySide() throws {
    try Hyperrouter.use { program in
      try #require(
        try program.run("compare --out all --steps 3 --routers smoe,hyperrouter --k 1,2 \(Hyperrouter.quick)").status
          == 0)
      try program.train("--router smoe --k 1,2")
      let claims = try program.run("jacobian --preset smoke --steps 2 --seeds 1 --curve 1,2 --data text.txt --json")
      _ = try program.folder.write(Data(claims.output.utf8), to: "claims.json")
      let outcome = try program.run("report all run --jacobian claims.json --out both.html")
      #expect(outcome.status == 0, "\(outcome.errors)")
      let page = try program.folder.contents(of: "both.html")
      for name in [
        "all: smoe", "all: hyperrouter", ">run<", "The Jacobian comparison", "How many dimensions routing has",
      ] {
        #expect(page.contains(name), "\(name)")
      }
      try program.expectFailure("report all run all", status: 2, "found all twice")
      try program.expectFailure("report all ./all/", status: 2, "found all twice")
    }
  }

  @Test("Of a suite whose origin was not kept, runs with one text and one gate order stand side by side")
  func withoutOrigin() throws {
    try Hyperrouter.use { program in
      let outcome = try program.run("compare --out all --steps 2 --routers smoe --k 1,2 \(Hyperrouter.quick)")
      try #require(outcome.status == 0, "\(outcome.errors)")
      try FileManager.default.removeItem(atPath: program.folder.file("all/origin.json"))
      try FileManager.default.copyItem(
        atPath: program.folder.file("all/smoe"), toPath: program.folder.file("all/other"))
      func changed(_ text: String) throws -> String {
        let found = try #require(text.firstMatch(of: /"gate_order" : "[a-z-]*"/))
        return text.replacingCharacters(
          in: found.range,
          with: "\"gate_order\" : \"\(found.0.contains("softmax-topk") ? "topk-softmax" : "softmax-topk")\"")
      }
      let own = try program.folder.contents(of: "all/other/config.json")
      _ = try program.folder.write(Data(try changed(own).utf8), to: "all/other/config.json")
      _ = try program.folder.write(Data("[\(own),\(try changed(own))]".utf8), to: "all/config.json")
      let directory = try ReportedDirectory(reading: program.folder.file("all"))
      #expect(directory.parts.map(\.name) == ["text.txt, softmax-topk", "text.txt, topk-softmax"])
      #expect(directory.parts.map(\.runs.count) == [1, 1] && directory.parts.allSatisfy(\.isFinished))
      #expect(directory.parts.map(\.symbol) == ["character", "character"])
      #expect(try program.run("report all").status == 0)
    }
  }

  @Test("train writes it at every look; a run in progress says so, and shows its curves so far")
  func progress() throws {
    try Hyperrouter.use { program in
      try program.train("--evaluate-every 2")
      let finished = try program.folder.contents(of: "run/report.html")
      #expect(!finished.contains("Not finished") && finished.contains("train --out run"))
      try FileManager.default.removeItem(atPath: program.folder.file("run/results.json"))
      let lines = try program.folder.contents(of: "run/metrics.jsonl").split(separator: "\n")
      let kept = lines.filter { !$0.contains("\"step\":4") }.map { $0 + "\n" }.joined()
      _ = try program.folder.write(Data(kept.utf8), to: "run/metrics.jsonl")
      #expect(try program.run("report run").status == 0)
      let page = try #require(Markings.parse(try program.folder.contents(of: "run/report.html")))
      #expect(page.of("notice").first?.text.contains("Not finished: step 2 of 4.") == true)
      #expect(try Self.table("On the way, means of layers", in: page).map { $0["step"] } == ["0", "2"])
    }
  }
}
