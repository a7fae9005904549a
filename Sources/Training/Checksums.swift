import MixtureOfExperts
import RunFiles
import Tensors

/// What results say of the model that they are of: a file of another run is then not taken for them.
public struct Checksums: Codable, Described, Equatable, Sendable {
  package static let words = """
    checksums: of what was measured; null in results from before they were kept
    configuration: of the config.json as it was begun
    weights: of their file, but for its metadata
    """

  /// That of the configuration, as the metadata of the run's files have it.
  public let configuration: String
  /// That of the weights: the checksum of their file, but for its metadata.
  public let weights: String

  /// Those of a run's model.
  public init<Scalar: Real>(_ run: RunConfiguration, _ model: LanguageModel<Scalar>) throws {
    try self.init(run.checksum(), model.weights)
  }

  /// Those of a classifier.
  public init<Scalar: Real>(
    _ configuration: ClassifierConfiguration, _ classifier: TextClassifier<Scalar>
  ) throws {
    try self.init(configuration.checksum(), classifier.weights)
  }

  private init<Scalar: Real>(_ configuration: String, _ weights: [(name: String, value: Tensor<Scalar>)]) {
    var file = SafetensorsFile()
    for (name, value) in weights { file.append(name, value) }
    (self.configuration, self.weights) = (configuration, file.arraysChecksum)
  }

  /// Refuses results in a directory that are of another configuration, or of other weights than those beside them.
  ///
  /// - Throws: `FileError`: `unexpected`, or what is wrong with the weights' file.
  public func expect(configuration: String, in directory: RunDirectory) throws(FileError) {
    let path = directory.path(of: RunDirectory.resultsName)
    guard self.configuration == configuration else {
      throw FileError(
        .unexpected, path,
        "belongs to a config.json with checksum \(self.configuration), found \(configuration): that was edited, or one of the two "
          + "is another run's")
    }
    guard directory.contains(Checkpoint.modelName) else { return }
    let found = try SafetensorsFile(contentsOf: directory.path(of: Checkpoint.modelName)).arraysChecksum
    guard found == weights else {
      throw FileError(
        .unexpected, path,
        "belongs to weights with checksum \(weights), \(Checkpoint.modelName) has \(found): one of the two is another run's"
      )
    }
  }
}

extension RunConfiguration {
  /// The checksum of all that the numbers of a run depend on, as it was begun: where its text lies, and that it was made longer,
  /// make it no other run.
  public func checksum() throws -> String {
    var begun = self
    if fingerprint != nil { (begun.data, begun.validation, begun.test) = ("", validation.map { _ in "" }, nil) }
    begun.evaluationInterval = evaluationSteps
    begun.patienceAfter = nil
    begun.training.steps = training.extendedFrom?.first ?? training.steps
    begun.training.extendedFrom = nil
    return try JSON.checksum(of: begun)
  }
}

extension ClassifierConfiguration {
  /// The checksum of all of it.
  public func checksum() throws -> String { try JSON.checksum(of: self) }
}
