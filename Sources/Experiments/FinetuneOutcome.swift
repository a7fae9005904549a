import Foundation
import Corpora
import MixtureOfExperts
import RunFiles
import Tables
import Training

/// The object that `finetune --json` prints and `results.json` keeps.
package struct FinetuneOutcome: Codable, Described, Sendable {
  package static let words = "finetuning: finetune --json; its results.json"

  /// The texts.
  struct Task: Codable, Described, Sendable {
    package static let words = "classification_task: labelled texts in a model's symbols, the last ones of each"
    let name: String
    let labels: [String]
    let trainingTexts, validationTexts, testTexts: Int
    /// How many symbols of a text are read at most.
    let context: Int
    /// The longest text that is read, in symbols.
    let longest: Int
    /// How many texts lost their beginning.
    let truncated: Int
    /// The accuracy on the test part of always answering the training part's most frequent label.
    let chance: Double
    /// The accuracy that nothing can exceed on the test part.
    @OrNull private(set) var ceiling: Double?

    init(_ task: ClassificationTask) {
      (name, labels, chance, ceiling) = (task.name, task.labels, task.chance, task.ceiling)
      (trainingTexts, validationTexts) = (task.splits.train.count, task.splits.validation.count)
      testTexts = task.splits.test.count
      (context, longest, truncated) = (task.context, task.longest, task.truncatedCount)
    }
  }

  let task: Task
  let router: String
  let pretrained: ClassifierConfiguration.Pretrained
  let training: TrainingOptions
  let pooling: Pooling
  /// Evaluations without improvement that end a training; nil: it ends with its last step.
  @OrNull private(set) var patience: Int?
  let seeds, threads: Int
  let classifiers: [FinetuningResult]
  package let summary: FinetuningSummary

  /// Accuracies beside chance and ceiling, the differences of conditions, and the best classifier's answers, label by label.
  package var passages: [Passage] {
    ([accuracies] + [differences, confusion].compactMap { $0 }).map { .table($0) }
  }

  private var isOneSeed: Bool { seeds == 1 }
  private var ks: [String] { Set(summary.accuracies.compactMap(\.k)).sorted().map { "k = \($0)" } }

  private func percent(_ value: Double, _ halfWidth: Double? = nil) -> Table.Cell {
    .estimate(Estimate(100 * value, halfWidth: halfWidth.map { 100 * $0 }), digits: 1)
  }

  private var accuracies: Table {
    var table = Table(
      "accuracy on the test part in %, by experts used at inference",
      headings: ["condition"] + ks + ["best", "standard error"],
      notes: [
        (isOneSeed ? "" : "± half-width of the 95 % interval over seeds, Student's t; ")
          + "the standard error is that of the best, by the number of texts; the best k is chosen by the validation part; "
          + "chance always answers the label that is most frequent in training"
          + (task.ceiling == nil ? "" : "; the ceiling is the best answer there is, from the known chains")
      ])
    for condition in summary.accuracies.map(\.condition).distinct {
      let own = summary.accuracies.filter { $0.condition == condition }
      table.append(
        [.text(condition.rawValue)] + own.map { percent($0.mean, $0.halfWidth95) }
          + [percent(own[own.count - 1].standardError)])
    }
    for (name, value) in [("chance", task.chance), ("ceiling", task.ceiling)] as [(String, Double?)] {
      if let value { table.append([.text(name)] + ks.map { _ in "" } + [percent(value), ""]) }
    }
    return table
  }

  private var differences: Table? {
    let pairs = summary.differences
    guard !pairs.isEmpty else { return nil }
    return Table(
      "differences in % of the texts" + (isOneSeed ? "" : ", paired by seed, ± half-width of the 95 % interval"),
      headings: ["first minus second"] + ks,
      rows: pairs.map(\.name).distinct.map { name in
        [.text(name)]
          + pairs.filter { $0.name == name }.map { percent($0.paired.mean, $0.paired.halfWidth) }
      })
  }

  /// The answers of the classifier that is best on the validation part; nil if none were kept.
  private var confusion: Table? {
    let best = classifiers.max { ($0.bestAccuracy, -Double($0.seed)) < ($1.bestAccuracy, -Double($1.seed)) }
    guard let best, let confusion = best.confusion else { return nil }
    // Long labels are numbers above their columns; more than a few make no matrix that can be read.
    let showsCounts = task.labels.count <= Self.largestMatrix
    let isShort = task.labels.allSatisfy { $0.count <= 3 }
    let names = task.labels.enumerated().map { isShort ? $1 : "\($0 + 1) \($1)" }
    let headings = task.labels.enumerated().map { isShort ? $1 : "\($0 + 1)" }
    var table = Table(
      "\(best.condition.rawValue)\(isOneSeed ? "" : ", seed \(best.seed)"), k = \(confusion.k), on the test part"
        + (showsCounts ? ": rows are true labels, columns predicted" : ""),
      columns: [.text("label"), .number("texts"), .number("accuracy, %", digits: 1)]
        + (showsCounts ? headings.map { .number($0) } : []),
      notes: ["the classifier with the highest accuracy on the validation part"]
        + (showsCounts ? [] : ["--json has how often each label was predicted for each"]))
    for (label, row) in confusion.counts.enumerated() {
      table.append(
        [
          .text(names[label]), "\(row.reduce(0, +))", .optional(confusion.accuracies[label].map { 100 * $0 }),
        ] + (showsCounts ? row.map { "\($0)" } : []))
    }
    return table
  }

  private static let largestMatrix = 20
}

extension FinetuningResult {
  /// The highest accuracy on the validation part.
  fileprivate var bestAccuracy: Double { validation.first { $0.k == bestK }?.accuracy ?? 0 }
}
