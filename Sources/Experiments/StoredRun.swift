import Corpora
import MixtureOfExperts
import RunFiles
import Training

/// A run directory opened for reading.
package struct StoredRun {
  package let directory: RunDirectory
  package private(set) var configuration: RunConfiguration

  /// Reads and checks a run's configuration.
  package init(_ directory: RunDirectory) throws {
    self.directory = directory
    let name = RunDirectory.configurationName
    do {
      configuration = try directory.readJSON(RunConfiguration.self, from: name)
      try configuration.validate()
    } catch let error as ConfigurationError {
      throw FileError(error, in: directory)
    } catch {
      if let mistaken = StoredClassifier.mistaken(in: directory) { throw mistaken }
      // `compare` keeps a list of runs, each with a directory of its own.
      guard let runs = try? directory.readJSON([RunConfiguration].self, from: name), let first = runs.first else {
        throw error
      }
      throw FileError(
        .unexpected, directory.path,
        "found a comparison of \(runs.count) runs, expected one of them, such as "
          + directory.path(of: first.model.router.rawValue))
    }
  }

  /// The same run, whose text is elsewhere now, its files to validate and test on too if they are given; `corpus(minimum:)` finds out
  /// whether it is the same text.
  package func reading(_ settings: RunSettings) throws -> StoredRun {
    let data = settings[\.data] ?? configuration.data
    let asked = Corpus.absoluteSpecification(data)
    // What is known about a built-in text is not in a file of the same symbols.
    guard asked == configuration.data || !Corpus.builtinNames.contains(configuration.data) else {
      throw ConfigurationError(
        "data", found: "\(data) with a run on \(configuration.data)", expected: "no other text")
    }
    guard configuration.fingerprint != nil else {
      throw FileError(
        .unexpected, directory.path,
        "keeps no checksum of its text, so that --data cannot be recognised; expected no --data")
    }
    var run = self
    run.configuration.data = asked
    if let validation = settings[\.validation], let test = settings[\.test] {
      (run.configuration.validation, run.configuration.test) = (
        validation.map { InputFile.absolutePath(of: $0) }, test.map { InputFile.absolutePath(of: $0) }
      )
    }
    return run
  }

  /// Reads the text that the run was begun with.
  package func corpus(minimum: Splits<Int>) throws -> Corpus {
    if configuration.data == InputFile.standardInput {
      throw FileError(
        .missing, directory.path,
        "its text was standard input, which is not kept; expected --data with a file of the same text")
    }
    let corpus: Corpus
    do {
      corpus = try Corpus.load(
        configuration.data, heldOut: configuration.heldOut, vocabulary: configuration.vocabulary, minimum: minimum)
    } catch let error as FileError where error.kind == .missing {
      let file =
        switch error.path {
        case configuration.validation: "validation file"
        case configuration.test: "test file"
        default: "text"
        }
      let flags = configuration.heldOut == nil ? "--data says" : "--data, --validation and --test say"
      throw FileError(
        .missing, error.path, "\(error.problem), the \(file) of \(directory.path); \(flags) where it is now")
    }
    if let expected = configuration.fingerprint, corpus.fingerprint != expected {
      throw FileError(
        .unexpected, configuration.data,
        "is not the text that the run was begun with: its checksum is \(corpus.fingerprint), expected \(expected)")
    }
    return corpus
  }

  /// Reads the model.
  package func model(_ weights: StoredWeights = .last) throws -> LanguageModel<Float> {
    try expectMemory(configuration.bytesForReading)
    return try Checkpoint.load(configuration, from: directory, weights.fileName)
  }

  /// After how many steps the model was written; as many as are planned if another program wrote it again without saying that.
  package func plannedOrFinishedSteps() throws -> Int {
    try Checkpoint.finishedSteps(of: configuration, in: directory) ?? configuration.training.steps
  }

  /// Refuses sizes that this machine's memory cannot hold.
  package func expectMemory(_ bytes: Double) throws(FileError) {
    guard let shortage = MemoryShortage(of: bytes) else { return }
    throw FileError(.unexpected, directory.path(of: RunDirectory.configurationName), shortage.description)
  }
}

/// Which weights of a run are meant.
package enum StoredWeights: String, CaseIterable, Sendable {
  /// Those of the last checkpoint.
  case last
  /// Those with the lowest loss on the validation part that an evaluation on the way found.
  case best

  package var fileName: String { self == .last ? Checkpoint.modelName : Checkpoint.bestName }
}

/// What there is of one training, finished or not.
package struct RunRecord {
  /// What charts call it; runs that differ in the seed alone share it.
  package var variant: String
  package let configuration: RunConfiguration
  /// What steps did, by ascending step.
  package let metrics: [TrainingMetric]
  /// What evaluations on the way found, beside the last of them.
  package let history: [HistoryPoint]
  /// What the trained model was measured to be; nil until then.
  package let result: RouterResult?

  package var seed: UInt64 { configuration.training.seed }

  /// A run that is finished.
  package init(_ result: RouterResult, _ configuration: RunConfiguration, metrics: [TrainingMetric]) {
    (variant, self.configuration, self.metrics) = (result.variant, configuration, metrics)
    (history, self.result) = (result.history, result)
  }

  /// A run in progress.
  package init(
    variant: String, _ configuration: RunConfiguration, metrics: [TrainingMetric], evaluations: [TrainingEvaluation]
  ) {
    (self.variant, self.configuration, self.metrics) = (variant, configuration, metrics)
    (history, result) = (HistoryPoint.history(of: evaluations), nil)
  }

  /// Reads a run; what it is a run of is guessed from its directory's name where it was not kept.
  package init(_ directory: RunDirectory, name: String? = nil, variant: String? = nil) throws {
    let configuration = try StoredRun(directory).configuration
    let lines = try [MetricsLine](in: directory)
    try lines.expectFit(configuration.model, in: directory)
    if directory.contains(RunDirectory.resultsName) {
      let result = try directory.readJSON(RouterResult.self, from: RunDirectory.resultsName)
      try result.checksums?.expect(configuration: configuration.checksum(), in: directory)
      if let misfit = result.misfit(configuration) {
        throw FileError(.damaged, directory.path(of: RunDirectory.resultsName), misfit)
      }
      self.init(result, configuration, metrics: lines.steps)
    } else {
      let suffix = "-\(configuration.training.seed)"
      let guess = name.map { $0.hasSuffix(suffix) ? String($0.dropLast(suffix.count)) : $0 }
      self.init(
        variant: variant ?? guess ?? configuration.model.router.rawValue, configuration, metrics: lines.steps,
        evaluations: lines.evaluations)
    }
  }
}

extension FileError {
  /// A configuration that cannot be one.
  init(_ error: ConfigurationError, in directory: RunDirectory) {
    self.init(
      .damaged, directory.path(of: RunDirectory.configurationName),
      "\(JSON.key(of: error.name)): found \(error.found), expected \(error.expected)")
  }
}
