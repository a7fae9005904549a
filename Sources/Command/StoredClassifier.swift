import Corpora
import Hosts
import MixtureOfExperts
import RunFiles
import Training

/// A classifier's directory opened for reading.
struct StoredClassifier {
  let directory: RunDirectory
  let configuration: ClassifierConfiguration

  /// Reads and checks a classifier's configuration; nil if the directory holds no classifier.
  ///
  /// - Throws: `FileError` if the configuration says that it is a classifier's and cannot be one.
  init?(ifIn directory: RunDirectory) throws {
    guard Self.isIn(directory) else { return nil }
    self.directory = directory
    let name = RunDirectory.configurationName
    do {
      configuration = try directory.readJSON(ClassifierConfiguration.self, from: name)
      try configuration.validate()
    } catch let error as ConfigurationError {
      throw FileError(
        .damaged, directory.path(of: name),
        "\(error.name.asKey): found \(error.found), expected \(error.expected)")
    }
  }

  /// Whether a directory's configuration says that it is a classifier's.
  static func isIn(_ directory: RunDirectory) -> Bool {
    struct Described: Decodable {
      let kind: ClassifierConfiguration.Kind
    }
    return (try? directory.readJSON(Described.self, from: RunDirectory.configurationName)) != nil
  }

  /// What a directory holds that `finetune` made, where a language model was expected; nil if it made none of it.
  ///
  /// - Parameter directory: A directory with a configuration.
  /// - Returns: The error that says so.
  static func mistaken(in directory: RunDirectory) -> FileError? {
    if isIn(directory) {
      return FileError(
        .unexpected, directory.path,
        "found a classifier, made by finetune, expected a language model (evaluate alone takes a classifier)")
    }
    guard
      let classifiers = try? directory.readJSON([ClassifierConfiguration].self, from: RunDirectory.configurationName),
      let first = classifiers.first
    else { return nil }
    let seeds = Set(classifiers.map(\.training.seed)).count
    return FileError(
      .unexpected, directory.path,
      "found \(classifiers.count == 1 ? "a classifier" : "\(classifiers.count) classifiers"), made by finetune, expected a language model (evaluate takes one of them, such as "
        + "\(directory.path(of: FinetuneRun.Planned(first, namesSeed: seeds > 1).name)))")
  }

  /// Reads the classifier.
  ///
  /// - Returns: The classifier with its chosen weights.
  /// - Throws: `FileError` if the weights are not there, damaged, or of another classifier.
  func classifier() throws -> TextClassifier<Float> {
    let bytes = configuration.bytesForTraining(longest: configuration.context)
    if let shortage = MemoryShortage(of: bytes) {
      throw FileError(.unexpected, directory.path(of: RunDirectory.configurationName), shortage.description)
    }
    return try Checkpoint.load(configuration, from: directory)
  }

  /// Reads a part of the texts that the classifier was made with.
  ///
  /// - Throws: `FileError` if they are not there, or not the texts that they were.
  func task() throws -> ClassificationTask {
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
