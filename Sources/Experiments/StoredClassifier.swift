import MixtureOfExperts
import Corpora
import Foundation
import RunFiles
import Tables
import Training

/// A classifier's directory opened for reading.
package struct StoredClassifier {
  package let directory: RunDirectory
  package let configuration: ClassifierConfiguration

  /// Reads and checks a classifier's configuration; nil if the directory holds no classifier.
  package init?(ifIn directory: RunDirectory) throws {
    guard Self.isIn(directory) else { return nil }
    self.directory = directory
    let name = RunDirectory.configurationName
    do {
      configuration = try directory.readJSON(ClassifierConfiguration.self, from: name)
      try configuration.validate()
    } catch let error as ConfigurationError {
      throw FileError(error, in: directory)
    }
  }

  /// Reads and checks the configuration of a directory that has to be a classifier's.
  package init(expectedIn directory: RunDirectory) throws {
    if let classifier = try StoredClassifier(ifIn: directory) {
      self = classifier
    } else if let several = Self.several(in: directory) {
      throw FileError(.unexpected, directory.path, "found \(several), expected one of them")
    } else {
      _ = try StoredRun(directory)
      throw FileError(
        .unexpected, directory.path, "found a language model, expected a classifier, which finetune makes of it")
    }
  }

  /// Whether a directory's configuration says that it is a classifier's.
  package static func isIn(_ directory: RunDirectory) -> Bool {
    struct Described: Decodable {
      let kind: ClassifierConfiguration.Kind
    }
    return (try? directory.readJSON(Described.self, from: RunDirectory.configurationName)) != nil
  }

  /// What a directory holds that `finetune` made, where a language model was expected; nil if it made none of it.
  package static func mistaken(in directory: RunDirectory) -> FileError? {
    if isIn(directory) {
      return FileError(
        .unexpected, directory.path,
        "found a classifier, made by finetune, expected a language model (evaluate and classify take a classifier)")
    }
    return several(in: directory).map {
      FileError(
        .unexpected, directory.path, "found \($0), expected a language model (evaluate and classify take one of them)")
    }
  }

  /// What a directory holds that `finetune` made with `--out`, and one of it; nil if it is none.
  private static func several(in directory: RunDirectory) -> String? {
    guard
      let classifiers = try? directory.readJSON([ClassifierConfiguration].self, from: RunDirectory.configurationName),
      let first = classifiers.first
    else { return nil }
    let seeds = Set(classifiers.map(\.training.seed)).count
    return (classifiers.count == 1 ? "a classifier" : "\(classifiers.count) classifiers")
      + ", made by finetune, such as \(directory.path(of: first.name(namesSeed: seeds > 1)))"
  }

  /// The k with the highest accuracy on the validation part; the last of training if the results are not there.
  var bestK: Int {
    (try? directory.readJSON(FinetuningResult.self, from: RunDirectory.resultsName))?.bestK
      ?? configuration.training.kSchedule.maximum
  }

  /// Reads the classifier.
  package func classifier() throws -> TextClassifier<Float> {
    let bytes = configuration.bytesForTraining(longest: configuration.context)
    if let shortage = MemoryShortage(of: bytes) {
      throw FileError(.unexpected, directory.path(of: RunDirectory.configurationName), shortage.description)
    }
    return try Checkpoint.load(configuration, from: directory)
  }

  /// Reads a part of the texts that the classifier was made with.
  package func task() throws -> ClassificationTask {
    let task = try ClassificationTask(
      configuration.data, vocabulary: configuration.vocabulary, context: configuration.context)
    guard task.fingerprint == configuration.fingerprint else {
      throw FileError(
        .unexpected, configuration.data.train,
        "is not the text that the classifier was made with: its checksum is \(task.fingerprint), expected "
          + configuration.fingerprint)
    }
    return task
  }
}

/// What `evaluate` measures of a classifier; the object that it prints with `--json`.
package struct ClassifierMeasurement: Codable, Described {
  package static let words = """
    classified: evaluate --json of a classifier; split is null for data not its own
    step: of the weights; null if another program wrote them again
    """
  /// What the texts are called: their file, or the data of the classifier.
  package let data: String
  /// The part of the classifier's own data; nil for another file.
  @OrNull package private(set) var split: SplitName?
  package let condition: FinetuningCondition
  /// After how many steps of its training the classifier had these weights; nil if another program wrote them again.
  @OrNull package private(set) var step: Int?
  /// How many texts lost their beginning.
  package let truncated: Int
  /// The accuracy of always answering the training part's most frequent label; of another file's texts, their own.
  package let chance: Double
  package let classification: [ClassificationResult]
  /// What was decided about a file and is to be said.
  private(set) package var notes: [String] = []

  private enum CodingKeys: CodingKey { case data, split, condition, step, truncated, chance, classification }

  package init(of stored: StoredClassifier, on path: String?, _ name: SplitName, _ settings: RunSettings) throws {
    let configuration = stored.configuration
    let ks = try settings.evaluationKs(configuration.model)
    let texts: [LabelledText]
    if let path {
      (texts, truncated, notes) = try ClassificationTask.texts(
        at: path, labels: configuration.labels, vocabulary: configuration.vocabulary, context: configuration.context)
      (data, split) = (ClassificationSources(train: path).name, nil)
      let counts = Dictionary(grouping: texts, by: \.label).mapValues(\.count)
      chance = Double(counts.values.max() ?? 0) / Double(texts.count)
    } else {
      let task = try stored.task()
      (texts, truncated) = (task.splits[name], task.truncated[name])
      (data, split) = (configuration.data.name(of: name), name)
      chance = task.chance(on: name)
    }
    let evaluation = ClassifierEvaluation(
      try stored.classifier(), on: texts, workers: settings.workers)
    condition = configuration.condition
    step = Checkpoint.modelStep(in: stored.directory)
    classification = try ks.map { try evaluation(k: $0) }
  }

  /// The measurements for a person.
  package var passages: [Passage] {
    var table = Table(
      "",
      columns: [
        .number("k"), .number("accuracy, %", digits: 1), .number("standard error", digits: 1),
        .number("nats", digits: 3),
      ])
    for result in classification {
      table.append([
        .text("\(result.k)"), .number(100 * result.accuracy), .number(100 * result.standardError),
        .number(result.loss),
      ])
    }
    let label = split == nil ? "these texts' most frequent label" : "training's most frequent label"
    table.notes = [String(format: "always \(label): %.1f %%", 100 * chance)]
    return [
      .paragraph(
        condition.rawValue + (step.map { ", after \($0) steps" } ?? "")
          + ", on \(classification[0].texts) texts of \(data)"
          + (split.map { ", \($0.rawValue) part" } ?? ""))
    ]
      + (truncated > 0 ? [.paragraph("texts that are too long, of which the beginning is not read: \(truncated)")] : [])
      + [.table(table)]
  }
}
