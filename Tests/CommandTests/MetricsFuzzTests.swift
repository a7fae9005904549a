import Foundation
import Tensors
import TestSupport
import Experiments
import Testing

@testable import Command
@testable import RunFiles

@Suite("Random metrics and results: read or refused", .thorough)
struct MetricsFuzzTests {
  private let program = Hyperrouter()

  private static let structure = Array("0123456789-.eE[]{},:\"\\ \n".utf8)
  private static let line =
    #"{"bits_per_symbol":4.7,"gradient_norm":0.5,"k":2,"learning_rate":0.002,"loss":3.25,"step":STEP}"# + "\n"

  @Test("metrics.jsonl: lines are kept whole up to a step, or the number of the first bad one is named")
  func metrics() throws {
    let evaluation =
      #"{"first_choices":[[0,1]],"kind":"evaluation","mixtures":[],"seconds":1.5,"step":1,"tokens_per_second":1e3,"#
      + #""validation":{"k":2,"loss":1.7,"symbols":9,"entropy_nats_per_layer":[1.2],"load_per_layer":[[0.5,0.5]]}}"#
      + "\n"
    let sound =
      Self.line.replacing("STEP", with: "1") + evaluation
      + (2...3).map { Self.line.replacing("STEP", with: "\($0)") }.joined()
    try TemporaryDirectory.use { folder in
      let directory = RunDirectory(path: folder.path)
      let path = folder.file(RunDirectory.metricsName)
      // Each brings its result to the disk, which takes longer than all else.
      Fuzz("metrics.jsonl", cases: 60, atMost: 1_000).expect(accepted: 10, refused: 10) { random in
        let text = Array(sound.utf8)
        let bytes =
          random.bernoulli(0.5) ? random.misvalued(text) : random.damaged(text, alphabet: Self.structure, most: 2)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let limit = random.below(4)
        do {
          try directory.keepLines(as: MetricsLine.self) { $0.step <= limit }
        } catch {
          guard let error = error as? FileError, error.kind == .damaged, !error.description.contains("\n"),
            try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) == bytes
          else { throw Fuzz.Fault("\(error)") }
          return .refused
        }
        let kept = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        guard bytes.starts(with: kept), kept.isEmpty || kept.last == UInt8(ascii: "\n") else {
          throw Fuzz.Fault("kept \(String(decoding: kept, as: UTF8.self))")
        }
        return .accepted
      }
    }
  }

  @Test("Evaluations that do not fit together are refused by report and by train --resume, in one line")
  func evaluations() throws {
    try program.train("--router smoe --evaluate-every 1")
    for name in ["results.json", "report.html"] { try program.remove("run/\(name)") }
    let sound = try program.folder.contents(of: "run/metrics.jsonl")
    try #require(program.run("report run").status == 0)
    for (pattern, replacement) in [
      (#/"first_choices":\[\[\d+,/#, #""first_choices":[["#),
      (#/"first_choices":\[\[[\d,]+\]/#, #""first_choices":[[]"#),
      (#/"first_choices":\[\[/#, #""first_choices":[[1],["#),
      (#/"load_per_layer":\[\[/#, #""load_per_layer":[[0.5,"#),
    ] {
      try program.write(sound.replacing(pattern, with: replacement, maxReplacements: 1), to: "run/metrics.jsonl")
      let before = try program.files("run")
      for command in ["report run", "train --resume run", "train --resume run --steps 9"] {
        try program.expectFailure(command, status: 65, "metrics.jsonl")
      }
      #expect(try program.files("run") == before)
    }
  }

  @Test("Lines of metrics")
  func lines() throws {
    let sound = Array(Self.line.replacing("STEP", with: "7").utf8)
    Fuzz("lines of metrics", cases: 4_000).expect(accepted: 300, refused: 1_000) { random in
      let bytes =
        random.bernoulli(0.6) ? random.misvalued(sound) : random.damaged(sound, alphabet: Self.structure, most: 2)
      guard let metric = try? JSON.decode(TrainingMetric.self, from: Data(bytes)) else { return .refused }
      guard metric.loss.isFinite, metric.learningRate.isFinite else { throw Fuzz.Fault("loss \(metric.loss)") }
      return .accepted
    }
  }

  @Test("results.json of a router")
  func results() throws {
    let evaluation =
      #"{"k":2,"loss":1.7,"symbols":100,"bits_per_symbol":2.5,"perplexity":5.5,"entropy_nats_per_layer":[1.2],"#
      + #""load_per_layer":[[0.5,0.5]]}"#
    let mixture =
      #"{"expert_similarity":0.1,"unpaired_expert_similarity":0.1,"output_effective_rank":9.5,"routing_share":0.3,"#
      + #""variance_share":0.2,"variance_share_chance_baseline":0.1,"displacement":0.5}"#
    let sound = Array(
      (#"{"router":"smoe","variant":"smoe","seed":1,"evaluation":[\#(evaluation)],"test":[\#(evaluation)],"best_k":2,"#
        + #""common_k":2,"last_k":2,"multiply_adds_per_token":[1000.5],"mixtures":[\#(mixture)],"#
        + #""policies":[{"policy":"permuted","evaluation":\#(evaluation)}],"#
        + #""routing_tables":[{"co_activation":[[0.5,0.1],[0.1,0.5]],"first_choice_by_class":[[0.5,0.5]]}],"#
        + #""history":[{"step":3,"validation":\#(evaluation),"mixtures":[],"saturation":[{"share":0.5,"chance_baseline":0.2}]}],"#
        + #""entropy_nats_per_layer":[1.2],"without_memory":\#(evaluation),"#
        + #""trainable_routing_parameters":10,"parameters":100,"tokens_per_second":1e4,"seconds":1.5,"timed_steps":4,"#
        + #""k_schedule":"constant:2"}"#).utf8)
    _ = try JSON.decode(RouterResult.self, from: Data(sound))
    Fuzz("results.json", cases: 4_000).expect(accepted: 300, refused: 1_000) { random in
      let bytes =
        random.bernoulli(0.6) ? random.misvalued(sound) : random.damaged(sound, alphabet: Self.structure, most: 2)
      return (try? JSON.decode(RouterResult.self, from: Data(bytes))) == nil ? .refused : .accepted
    }
  }
}
