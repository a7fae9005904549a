import Corpora
import Foundation
import RunFiles
import Tables
import Tensors
import Training

/// What `evaluate` measures of a classifier; the object that it prints with `--json`.
struct ClassifierMeasurement: Encodable {
  /// What the texts are called: their file, or the data of the classifier.
  let data: String
  /// The part of the classifier's own data; nil for another file.
  @OrNull private(set) var split: String?
  let condition: String
  /// After how many steps of its training the classifier had these weights.
  let step: Int
  /// How many texts lost their beginning.
  let truncated: Int
  /// The accuracy of always answering the training part's most frequent label; of another file's texts, their own.
  let chance: Double
  let classification: [ClassificationResult]

  /// Measures a classifier.
  ///
  /// - Parameters:
  ///   - stored: The classifier.
  ///   - path: A file of labelled texts; nil for the classifier's own data.
  ///   - name: The part of its own data.
  ///   - options: The command's flags.
  /// - Throws: `FileError`, `CommandError`, `TrainingError`.
  init(of stored: StoredClassifier, on path: String?, _ name: SplitName, _ options: Options) throws {
    let configuration = stored.configuration
    let ks = try options.settings.evaluationKs(configuration.model)
    let texts: [LabelledText]
    if let path {
      (texts, truncated) = try ClassificationTask.texts(
        at: path, labels: configuration.labels, vocabulary: configuration.vocabulary, context: configuration.context)
      (data, split) = (ClassificationSources(train: path).name, nil)
      let counts = Dictionary(grouping: texts, by: \.label).mapValues(\.count)
      chance = Double(counts.values.max() ?? 0) / Double(texts.count)
    } else {
      let task = try stored.task()
      (texts, truncated) = (task.splits[name], task.truncated[name])
      (data, split) = (configuration.data.name(of: name), name.rawValue)
      chance = task.chance(on: name)
    }
    let evaluation = ClassifierEvaluation(
      try stored.classifier(), on: texts, workers: Workers(count: options[RunFlags.threads]))
    condition = configuration.condition.rawValue
    step = Checkpoint.modelStep(in: stored.directory) ?? 0
    classification = try ks.map { try evaluation(k: $0) }
  }

  /// Prints the measurements for a person.
  func print(on console: Console) throws {
    try console.print(
      "\(condition), after \(step) steps, on \(classification[0].texts) texts of \(data)"
        + (split.map { ", \($0) part" } ?? ""))
    if truncated > 0 { try console.print("texts that are too long, of which the beginning is not read: \(truncated)") }
    var table = Table(columns: [.number("k"), .number("accuracy, %"), .number("standard error"), .number("nats")])
    for result in classification {
      table.append(texts: [
        "\(result.k)", String(format: "%.1f", 100 * result.accuracy),
        String(format: "%.1f", 100 * result.standardError),
        String(format: "%.3f", result.loss),
      ])
    }
    try console.print(table)
    let label = split == nil ? "these texts' most frequent label" : "training's most frequent label"
    try console.print(String(format: "always \(label): %.1f %%", 100 * chance))
  }
}
