import Corpora
import Experiments
import Foundation
import Jacobian
import MixtureOfExperts
import Testing
import Training

@testable import Command
@testable import RunFiles

@Suite("Parts of compare --suite open")
struct OpenPartTests {
  private func options(_ flags: [String] = []) throws -> Options {
    let compare = try #require(
      Program.hyperrouter(Interruption(), SystemFiles()).commands.first { $0.name == "compare" })
    return try Options(["--preset", "smoke"] + flags, of: compare, program: "hyperrouter")
  }

  private func suite(_ kinds: [OpenPart], _ flags: [String] = []) throws -> OpenSuite {
    let corpora = try [DialectCorpus.name: Corpus(dialects: DialectCorpus(lines: 200))]
    return try OpenSuite(kinds, on: corpora, seeds: [4, 5], try options(flags))
  }

  @Test(
    "Parts have a title, a method and a text each; what they share is trained once, and its reach is measured for both")
  func parts() throws {
    #expect(Set(OpenPart.allCases.map(\.title)).count == OpenPart.allCases.count)
    #expect(OpenPart.allCases.allSatisfy { !$0.method.isEmpty })
    #expect(OpenPart.allCases.filter { $0.builtin == nil } == [.words])
    let given = try options(["--data", "a.txt"])
    #expect(OpenPart.words.specification(given) == "a.txt" && OpenPart.lists.specification(given) == "builtin:lists")
    for part in OpenPart.allCases {
      #expect(OpenPart(title: part.title, text: "a.txt") == part)
      #expect(OpenPart(title: part.title, text: part.title) == nil, "a text that is called so")
    }
    let both = try suite([.shape, .reach])
    #expect(both.parts.map(\.runs.count) == [2 * 12, 2 * 3] && both.runs.count == 2 * 14)
    #expect(Set(both.runs.map(\.name)).count == both.runs.count)
    let measured = both.runs.filter(\.measuresReach).map(\.name)
    #expect(
      Set(measured) == Set(["smoe", "smoe-dropout", "hyperrouter"].flatMap { ["equal-\($0)-4", "equal-\($0)-5"] }))
    #expect(try suite([.shape]).runs.allSatisfy { !$0.measuresReach })
    for run in both.runs { #expect(run.name.hasSuffix("-\(run.seed)") && [4, 5].contains(run.seed)) }
  }

  @Test(
    "Many experts train for a third of the steps unless --steps says how many, and are evaluated at the k that they keep"
  )
  func experts() throws {
    let runs = try suite([.experts]).runs
    #expect(runs.count == 2 * 12 && runs.allSatisfy { $0.configuration.training.steps == 200 / 3 })
    #expect(runs.allSatisfy { $0.ks == [2] && $0.configuration.evaluationInterval == 66 })
    #expect(Set(runs.map(\.configuration.model.experts)) == [16, 64, 128, 256])
    #expect(try suite([.experts], ["--steps", "20"]).runs.allSatisfy { $0.configuration.training.steps == 20 })
    #expect(try suite([.shape]).runs.allSatisfy { $0.configuration.training.steps == 200 && $0.ks == nil })
    #expect(throws: (any Error).self, "more warm-up than steps") {
      _ = try suite([.experts], ["--warmup", "100"])
    }
  }

  @Test("A table of experts says unused ones, seconds for a step and operations for a token")
  func table() throws {
    func run(_ name: String, seed: UInt64, loads: String) throws -> OpenPart.Run {
      var configuration = try StoredRunSample.configuration()
      configuration.training.seed = seed
      let evaluation =
        #"{"k":2,"loss":\#(M_LN2),"symbols":9,"entropy_nats_per_layer":[1],"load_per_layer":[\#(loads)]}"#
      let text =
        #"{"router":"smoe","variant":"\#(name)","seed":\#(seed),"evaluation":[\#(evaluation)],"test":[\#(evaluation)],"#
        + #""best_k":2,"common_k":2,"last_k":2,"multiply_adds_per_token":[1.5e6],"mixtures":[],"policies":[],"#
        + #""routing_tables":[],"course":[],"entropy_nats_per_layer":[1],"trainable_routing_parameters":1,"#
        + #""parameters":9,"tokens_per_second":512,"seconds":1,"timed_steps":1,"k_schedule":"constant:2"}"#
      return (configuration, try JSON.decode(RouterResult.self, from: Data(text.utf8)))
    }
    let runs = try [1, 2].map { try run("smoe-16", seed: $0, loads: "[0.5,0.5,0,0]") }
    let table = try #require(OpenPart.experts.tables(runs).first)
    // B·T = 8·32 tokens at 512 a second; 1.5 million multiply-adds are 3 MFLOP.
    #expect(
      table.texts == [
        ["smoe-16", "1.000 ± 0.000", "1.00 ± 0.00", "1.39", "2.00 ± 0.00", "2.0 ± 0.0", "0.5000 ± 0.0000", "3.000"]
      ])
    #expect(OpenPart.experts.tables([]).isEmpty && OpenPart.reach.answers([]).isEmpty)
    #expect(OpenPart.experts.answers(runs).isEmpty, "a router alone answers nothing")
  }
}
