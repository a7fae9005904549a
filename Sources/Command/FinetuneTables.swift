import Experiments
import Foundation
import Jacobian
import Tables
import Training

/// What `finetune` says before and after its trainings.
struct FinetuneTables {
  let run: FinetuneRun
  private var console: Console { run.console }

  /// The texts, the model and the training.
  var heading: String {
    let (task, training) = (run.task, run.finetuning.training)
    let (splits, model) = (task.splits, run.finetuning.model)
    let seeds = run.options.settings.seeds(run.options[FinetuneFlags.seeds])
    let schedule = model.router.isSparse ? training.kSchedule.description : "all"
    let origin = run.planned[0].configuration.pretrained
    var lines = [
      "\(task.name): \(task.labels.count) labels",
      "  texts: \(splits.train.count) to train on, \(splits.validation.count) to validate, \(splits.test.count) to test; "
        + "at most \(task.longest) \(run.pretrained.configuration.vocabulary.symbol)s",
    ]
    if task.truncatedCount > 0 {
      lines.append(
        "  texts longer than T + M = \(task.context), of which the last \(task.context) are read: \(task.truncatedCount)"
      )
    }
    for file in task.headed {
      lines.append("  the first line of \(URL(fileURLWithPath: file).lastPathComponent) names the columns")
    }
    lines += [
      "\(model.router.rawValue) from \(run.pretrained.directory.path), after \(origin.step) steps",
      "  \(training.steps) steps of \(training.batch) texts, learning rate "
        + String(format: "%g, k ", training.learningRate.peak) + schedule + ", "
        + (seeds.count == 1 ? "seed \(seeds[0])" : "seeds \(seeds[0]) to \(seeds[seeds.count - 1])"),
    ]
    return lines.map { console.wrapped($0.trimmingCharacters(in: .whitespaces), indent: $0.hasPrefix("  ") ? 2 : 0) }
      .joined(separator: "\n")
  }

  /// Prints accuracies beside chance and ceiling, and the differences of conditions.
  func print(_ outcome: FinetuneOutcome) throws {
    let isOneSeed = outcome.seeds == 1
    try console.print("")
    try console.print(console.style.bold("accuracy on the test part in %, by experts used at inference"))
    try console.print(accuracies(outcome, isOneSeed: isOneSeed))
    try console.print(
      console.wrapped(
        "± "
          + (isOneSeed
            ? "one standard error, by the number of texts" : "half the 95 % interval over seeds, Student's t")
          + "; the best k is chosen by the validation part; chance always answers the label that is most frequent in training"
          + (outcome.task.ceiling == nil ? "" : "; the ceiling is the best answer there is, from the known chains")))
    guard !outcome.summary.differences.isEmpty else { return }
    try console.print(
      "\n"
        + console.style.bold(
          "differences in % of the texts" + (isOneSeed ? "" : ", paired by seed, ± half the 95 % interval")))
    try console.print(differences(outcome))
  }

  private func accuracies(_ outcome: FinetuneOutcome, isOneSeed: Bool) -> Table {
    let summary = outcome.summary
    let ks = Set(summary.accuracies.compactMap(\.k)).sorted()
    var table = Table(columns: [.text("condition")] + ks.map { .number("k = \($0)") } + [.number("best")])
    for condition in summary.accuracies.map(\.condition).distinct {
      let own = summary.accuracies.filter { $0.condition == condition }
      table.append(
        texts: [condition.rawValue]
          + own.map { percent($0.mean, isOneSeed ? $0.standardError : $0.halfWidth95) })
    }
    table.append(texts: ["chance"] + ks.map { _ in "" } + [percent(outcome.task.chance)])
    if let ceiling = outcome.task.ceiling {
      table.append(texts: ["ceiling"] + ks.map { _ in "" } + [percent(ceiling)])
    }
    return table
  }

  private func differences(_ outcome: FinetuneOutcome) -> Table {
    let all = outcome.summary.differences
    var table = Table(columns: [.text("first minus second")] + Set(all.map(\.k)).sorted().map { .number("k = \($0)") })
    for name in all.map(\.name).distinct {
      let own = all.filter { $0.name == name }
      table.append(texts: [name] + own.map { percent($0.accuracy.mean, $0.accuracy.halfWidth) })
    }
    return table
  }

  private func percent(_ value: Double, _ spread: Double? = nil) -> String {
    String(format: "%.1f", 100 * value) + (spread.map { String(format: " ± %.1f", 100 * $0) } ?? "")
  }
}

extension FinetuningSummary.Difference {
  /// "finetuned − scratch".
  fileprivate var name: String { "\(a.rawValue) − \(b.rawValue)" }
}
