import Hosts
import MixtureOfExperts
import RunFiles
import Tensors

extension Checkpoint {
  /// Writes a classifier: the body's weights under their names, and `classifier.weight` (C×d) and `classifier.bias` (C).
  ///
  /// - Parameters:
  ///   - classifier: The classifier.
  ///   - step: After how many steps of its training it had these weights.
  ///   - directory: Where to.
  /// - Throws: `FileError` if the file cannot be written; an older one is then intact.
  public static func save<Scalar: Real>(
    _ classifier: TextClassifier<Scalar>, step: Int, to directory: RunDirectory
  ) throws {
    var file = SafetensorsFile(metadata: metadata(step: step))
    for (name, value) in classifier.weights { file.append(name, value) }
    try directory.write(file, to: modelName)
  }

  /// Reads a classifier.
  ///
  /// - Parameters:
  ///   - configuration: Its description, already validated.
  ///   - directory: Its directory.
  /// - Returns: The classifier with the weights of the file.
  /// - Throws: `FileError` if the file is missing, damaged, of another classifier, or holds a number that is not finite.
  public static func load<Scalar: Real>(
    _ configuration: ClassifierConfiguration, from directory: RunDirectory
  ) throws -> TextClassifier<Scalar> {
    let file = try SafetensorsFile(contentsOf: directory.path(of: modelName))
    let headCount = configuration.labels.count * (configuration.model.modelWidth + 1)
    try file.expectAbout(configuration.model.weightCount + headCount)
    let classifier = TextClassifier<Scalar>(
      LanguageModel(configuration.model, seed: configuration.training.seed), labels: configuration.labels.count,
      seed: configuration.training.seed)
    try file.expect(classifier.weights.map { ($0.name, $0.value.shape.dimensions) })
    try classifier.body.restore { try file.tensor($0, $1) }
    for parameter in classifier.head { parameter.value = try file.tensor(parameter.name, parameter.value.shape) }
    return classifier
  }
}

extension TextClassifier {
  /// All weights, trained and frozen, by name.
  var weights: [(name: String, value: Tensor<Scalar>)] {
    body.weights + head.map { ($0.name, $0.value) }
  }
}
