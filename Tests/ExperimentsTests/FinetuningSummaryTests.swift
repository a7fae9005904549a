import MixtureOfExperts
import Hosts
import Foundation
import Testing
import RunFiles
import Tables
import Training

@testable import Experiments
@testable import Jacobian

@Suite("Summary of a finetuning")
struct FinetuningSummaryTests {
  /// A result with these right answers of 100 at k = 1 and k = 2, on both parts unless validation has others.
  private func result(
    _ condition: String, _ seed: Int, _ correct: [Int], validation: [Int]? = nil, confusion: String = "null"
  ) throws -> FinetuningResult {
    func measured(_ correct: [Int]) -> String {
      correct.enumerated()
        .map { #"{"k":\#($0 + 1),"correct":\#($1),"texts":100,"loss":\#(0.5 - Double($1) / 1000)}"# }
        .joined(separator: ",")
    }
    let text =
      #"{"condition":"\#(condition)","seed":\#(seed),"epochs":[],"chosen_step":1,"trained_parameters":9,"#
      + #""validation":[\#(measured(validation ?? correct))],"test":[\#(measured(correct))],"confusion":\#(confusion)}"#
    return try JSON.decode(FinetuningResult.self, from: Data(text.utf8))
  }

  /// Two conditions with two seeds, in no order.
  private func results() throws -> [FinetuningResult] {
    [
      try result("frozen", 2, [50, 60]), try result("finetuned", 1, [80, 90]), try result("frozen", 1, [40, 70]),
      try result("finetuned", 2, [70, 90]),
    ]
  }

  @Test("Means over seeds, and differences of the same seed, in whatever order results come")
  func pairs() throws {
    let summary = FinetuningSummary(try results())
    #expect(summary.accuracies.map(\.condition) == [.finetuned, .finetuned, .finetuned, .frozen, .frozen, .frozen])
    #expect(summary.accuracies.map(\.k) == [1, 2, nil, 1, 2, nil])
    for (found, expected) in zip(summary.accuracies.map(\.mean), [0.75, 0.9, 0.9, 0.45, 0.65, 0.65]) {
      #expect(abs(found - expected) < 1e-12)
    }
    #expect(summary.differences.map(\.k) == [1, 2])
    // Seed 1: 0.80 − 0.40, seed 2: 0.70 − 0.50.
    for (found, expected) in zip(summary.differences[0].paired.differences, [0.4, 0.2]) {
      #expect(abs(found - expected) < 1e-12)
    }
    #expect(summary.differences[0].paired.differences.count == 2 && summary.differences[0].paired.halfWidth != nil)
    #expect(summary.differences[0].name == "finetuned − frozen")
    #expect(abs(summary.accuracies[1].standardError - 0.03) < 1e-12)
  }

  @Test("One seed has a standard error and no interval; the best k is that of the validation part")
  func one() throws {
    let summary = FinetuningSummary([try result("scratch", 1, [80, 60], validation: [60, 80])])
    #expect(summary.accuracies.map(\.halfWidth95) == [nil, nil, nil] && summary.differences.isEmpty)
    #expect(summary.accuracies.last?.k == nil && summary.accuracies.last?.mean == 0.6)
    let object = try JSONSerialization.jsonObject(with: JSON.encode(summary)) as? [String: [[String: Any]]]
    #expect(object?["accuracies"]?.last?["k"] is NSNull && object?["accuracies"]?.last?["half_width_95"] is NSNull)
  }

  @Test("Tables say means and half-widths in percent, a standard error beside the best, and chance and ceiling once")
  func tables() throws {
    let tables = try outcome(results(), labels: ["a", "b"]).passages.compactMap {
      if case .table(let table) = $0 { table.texts } else { nil }
    }
    #expect(
      tables == [
        [
          // Of two seeds that differ by 0.1: 0.1/2 times Student's t of one degree of freedom, 12.706.
          ["finetuned", "75.0 ± 63.5", "90.0 ± 0.0", "90.0 ± 0.0", "3.0"],
          ["frozen", "45.0 ± 63.5", "65.0 ± 63.5", "65.0 ± 63.5", "4.7"],
          ["chance", "", "", "25.2", ""], ["ceiling", "", "", "97.3", ""],
        ], [["finetuned − frozen", "30.0 ± 127.1", "25.0 ± 63.5"]],
      ])
  }

  @Test("The answers of the best classifier stand below: a row is a true label, a column what was predicted for it")
  func confusion() throws {
    let counts = #"{"k":2,"counts":[[3,1,0],[0,2,0],[0,0,0]]}"#
    let results = [
      try result("finetuned", 1, [80, 90]), try result("scratch", 1, [80, 95], confusion: counts),
      try result("frozen", 1, [99, 99], validation: [10, 10]),
    ]
    func last(_ labels: [String]) throws -> Table {
      guard case .table(let table)? = try outcome(results, labels: labels, seeds: 1).passages.last else {
        throw CancellationError()
      }
      return table
    }
    let short = try last(["a", "b", "c"])
    #expect(short.title == "scratch, k = 2, on the test part: rows are true labels, columns predicted")
    #expect(short.columns.map(\.heading) == ["label", "texts", "accuracy, %", "a", "b", "c"])
    #expect(
      short.texts == [
        ["a", "4", "75.0", "3", "1", "0"], ["b", "2", "100.0", "0", "2", "0"], ["c", "0", "–", "0", "0", "0"],
      ])
    let long = try last(["ROMEO", "JULIET", "NURSE"])
    #expect(long.columns.map(\.heading).suffix(3) == ["1", "2", "3"] && long.texts[1][0] == "2 JULIET")
  }

  private func outcome(_ results: [FinetuningResult], labels: [String], seeds: Int = 2) throws -> FinetuneOutcome {
    let task = try JSON.decode(
      FinetuneOutcome.Task.self,
      from: Data(
        (#"{"name":"texts","labels":\#(labels),"training_texts":9,"validation_texts":9,"test_texts":9,"context":16,"#
          + #""longest":16,"truncated":0,"chance":0.252,"ceiling":0.973}"#).utf8))
    return FinetuneOutcome(
      task: task, router: "smoe", pretrained: .init(path: "run", weights: "last", step: 9),
      training: try sampleRun(.smoe).training, pooling: .mean, patience: 5, seeds: seeds, threads: 1,
      classifiers: results,
      summary: FinetuningSummary(results))
  }
}
