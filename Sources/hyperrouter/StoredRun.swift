import Corpora
import Files
import Training
import TransformerXL

/// A run directory opened for reading.
struct StoredRun {
  let directory: RunDirectory
  let configuration: RunConfiguration

  /// Reads a run's configuration.
  ///
  /// - Parameter directory: The directory.
  /// - Throws: `FileError` if it cannot be read or is damaged.
  init(_ directory: RunDirectory) throws {
    self.directory = directory
    configuration = try directory.readJSON(RunConfiguration.self, from: RunDirectory.configurationName)
    guard configuration.vocabulary.count == configuration.model.vocabulary else {
      throw FileError(
        .damaged, directory.path(of: RunDirectory.configurationName),
        "the vocabulary has \(configuration.vocabulary.count) symbols, the model \(configuration.model.vocabulary)")
    }
  }

  /// Reads the model.
  ///
  /// - Returns: The model with its trained weights.
  func model() throws -> LanguageModel<Float> {
    let model = LanguageModel<Float>(configuration.model, seed: configuration.training.seed)
    try Checkpoint.load(model, from: directory)
    return model
  }
}
