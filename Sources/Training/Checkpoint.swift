import Autograd
import Hosts
import Layers
import MixtureOfExperts
import RunFiles
import Tensors

/// The files in which a run directory keeps a model and the state of its training.
///
/// `model.safetensors` holds the weights under the names that NOTES.md lists, for evaluation and for other programs.
/// `state.safetensors` holds everything that continuing exactly needs, weights included: being one file, renamed into
/// place at once, it can never mix two steps.
///
/// Each names the checksum of the configuration that it belongs to: an edited `config.json` and another run's files are noticed.
///
/// A file that cannot be read or written is a `FileError`. Refused are files that are missing or damaged, lack a tensor, have
/// one that is not read, belong to another configuration, or hold a number that no training leaves behind.
public enum Checkpoint {
  /// The weights' file.
  public static let modelName = "model.safetensors"
  /// The state's file.
  public static let stateName = "state.safetensors"
  /// The weights with the lowest loss on the validation part.
  public static let bestName = "best.safetensors"
  /// The weights that a run began with, where they are not made from its seed.
  public static let initialName = RunDirectory.initialWeightsName
  static let stepKey = "step"
  static let lossesName = "losses"

  // MARK: The state of a training

  /// Writes both files, the state first: what a later session finds is never a model without its state.
  public static func save<Scalar: Real>(
    _ trainer: Trainer<Scalar>, of run: RunConfiguration, to directory: RunDirectory
  ) throws {
    let state = trainer.state
    var file = SafetensorsFile(metadata: metadata(step: state.finishedSteps, of: try run.checksum()))
    for (name, value) in trainer.model.weights { file.append("weight.\(name)", value) }
    for parameter in trainer.model.parameters {
      guard let moments = state.optimiser.moments[parameter.name] else { continue }
      file.append("adam.first.\(parameter.name)", moments.first)
      file.append("adam.second.\(parameter.name)", moments.second)
    }
    for (number, tensor) in state.host.tensors.enumerated() { file.append("memory.\(number)", tensor) }
    file.append(lossesName, shape: [state.recentLosses.count], state.recentLosses)

    try directory.write(file, to: stateName)
    try directory.write(modelFile(trainer, of: run), to: modelName)
  }

  /// Reads the model of a validated run as it was after the state's last finished step, and the state.
  ///
  /// Without `symbols`, how many the training part of the text has, it is not known how far the host's state reaches back.
  public static func resume<Scalar: Real>(
    _ run: RunConfiguration, from directory: RunDirectory, symbols: Int
  ) throws -> (model: LanguageModel<Scalar>, state: TrainingState<Scalar>) {
    try resume(run, from: SafetensorsFile(contentsOf: directory.path(of: stateName)), symbols: symbols)
  }

  static func resume<Scalar: Real>(
    _ run: RunConfiguration, from file: SafetensorsFile, symbols: Int
  ) throws -> (model: LanguageModel<Scalar>, state: TrainingState<Scalar>) {
    guard let steps = try finishedSteps(of: run, in: file) else {
      throw FileError(.damaged, file.path, "its metadata names no step")
    }
    try file.expectAbout(run.model.weightCount)
    let model = LanguageModel<Scalar>(run.model, seed: run.training.seed)
    try file.expect(
      run.stateShapes(after: steps, symbols: symbols, of: model), of: "the state of this run after step \(steps)")
    try file.expect(of: run.checksum())
    try file.expectScalars { $0 == lossesName || Scalar.self == Double.self ? .float64 : .float32 }
    try model.restore { name, shape throws(FileError) in try file.tensor("weight.\(name)", shape) }
    var moments: [String: Adam<Scalar>.Moments] = [:]
    for parameter in model.parameters where steps > 0 {
      let shape = parameter.value.shape
      moments[parameter.name] = Adam.Moments(
        first: try file.tensor("adam.first.\(parameter.name)", shape),
        second: try file.tensor("adam.second.\(parameter.name)", shape, in: .finiteNotNegative))
    }
    let tensors: [Tensor<Scalar>] = try run.hostStateShapes(after: steps, symbols: symbols).enumerated()
      .map { try file.tensor("memory.\($0)", $1) }
    let losses = try file.scalars(of: lossesName, as: Double.self)
    try file.expect(losses, of: lossesName, in: .finite)
    let state = TrainingState(
      finishedSteps: steps, optimiser: Adam(updates: steps, moments: moments), host: HostState(tensors),
      recentLosses: losses)
    return (model, state)
  }

  // MARK: Weights alone

  /// Writes the weights that a run begins with: what is needed again and again, whatever becomes of the run they come from.
  public static func saveInitial<Scalar: Real>(
    _ model: LanguageModel<Scalar>, of run: RunConfiguration, to directory: RunDirectory
  ) throws {
    try directory.write(file(of: model.weights, step: 0, of: try run.checksum()), to: initialName)
  }

  /// Writes the weights apart, as those that did best so far.
  public static func saveBest<Scalar: Real>(
    _ trainer: Trainer<Scalar>, of run: RunConfiguration, to directory: RunDirectory
  ) throws {
    try directory.write(modelFile(trainer, of: run), to: bestName)
  }

  /// Writes the weights' file again unless it holds exactly those of the training, as it was read from the state's file.
  ///
  /// A process that was killed between the two files left an older one, or none.
  public static func restoreModel<Scalar: Real>(
    of trainer: Trainer<Scalar>, of run: RunConfiguration, in directory: RunDirectory
  ) throws {
    let file = try modelFile(trainer, of: run)
    let found = try? SafetensorsFile(contentsOf: directory.path(of: modelName))
    if found?.metadata[stepKey] == file.metadata[stepKey], found?.entries == file.entries { return }
    try directory.write(file, to: modelName)
  }

  /// Reads the model of a validated run with the weights of a file: those of the last checkpoint, or others.
  public static func load<Scalar: Real>(
    _ run: RunConfiguration, from directory: RunDirectory, _ name: String = modelName
  ) throws -> LanguageModel<Scalar> {
    try load(run, from: SafetensorsFile(contentsOf: directory.path(of: name)))
  }

  static func load<Scalar: Real>(_ run: RunConfiguration, from file: SafetensorsFile) throws -> LanguageModel<Scalar> {
    try file.expectAbout(run.model.weightCount)
    let model = LanguageModel<Scalar>(run.model, seed: run.training.seed)
    try file.expect(model.weights.map { ($0.name, $0.value.shape.dimensions) })
    try file.expect(of: try run.checksum())
    try model.restore { name, shape throws(FileError) in try file.tensor(name, shape) }
    return model
  }

  /// Whether the weights' file holds what results are of: by their checksums, or if they have none, as in earlier versions, by its
  /// step.
  package static func holds(
    _ checksums: Checksums?, step: Int, of configuration: String?, in directory: RunDirectory
  ) -> Bool {
    guard let checksums, let configuration else { return modelStep(in: directory) == step }
    return directory.contains(modelName)
      && (try? checksums.expect(configuration: configuration, in: directory)) != nil
  }

  /// The step whose weights the weights' file holds; nil if there is no such file or it names none.
  public static func modelStep(in directory: RunDirectory) -> Int? {
    (try? SafetensorsFile(contentsOf: directory.path(of: modelName)))?.metadata[stepKey].flatMap(Int.init)
  }

  /// Reads after how many steps a stored model was written: fewer than the run has, if it was stopped; nil if another program
  /// wrote it again without saying that.
  public static func finishedSteps(of run: RunConfiguration, in directory: RunDirectory, _ name: String = modelName)
    throws -> Int?
  {
    try finishedSteps(of: run, in: SafetensorsFile(contentsOf: directory.path(of: name)))
  }

  private static func finishedSteps(of run: RunConfiguration, in file: SafetensorsFile) throws(FileError) -> Int? {
    guard let remark = file.metadata[stepKey] else { return nil }
    guard let steps = Int(remark), steps >= 0 else {
      throw FileError(.damaged, file.path, "its metadata names no step")
    }
    guard steps <= run.training.steps else {
      throw FileError(.unexpected, file.path, "found step \(steps), expected at most \(run.training.steps)")
    }
    return steps
  }

  private static func modelFile<Scalar: Real>(
    _ trainer: Trainer<Scalar>, of run: RunConfiguration
  ) throws -> SafetensorsFile {
    file(of: trainer.model.weights, step: trainer.finishedSteps, of: try run.checksum())
  }

  private static func file<Scalar: Real>(
    of weights: [(name: String, value: Tensor<Scalar>)], step: Int, of configuration: String
  ) -> SafetensorsFile {
    var file = SafetensorsFile(metadata: metadata(step: step, of: configuration))
    for (name, value) in weights { file.append(name, value) }
    return file
  }

  private static func metadata(step: Int, of configuration: String) -> [String: String] {
    ["format": "pt", stepKey: String(step), SafetensorsFile.configurationKey: configuration]
  }

  // MARK: Classifiers

  /// Writes a classifier after a step of its training: the body's weights under their names, and `classifier.weight` (C×d) and
  /// `classifier.bias` (C).
  public static func save<Scalar: Real>(
    _ classifier: TextClassifier<Scalar>, of configuration: ClassifierConfiguration, step: Int,
    to directory: RunDirectory
  ) throws {
    try directory.write(
      file(of: classifier.weights, step: step, of: try configuration.checksum()), to: modelName)
  }

  /// Reads a classifier by its validated description.
  public static func load<Scalar: Real>(
    _ configuration: ClassifierConfiguration, from directory: RunDirectory
  ) throws -> TextClassifier<Scalar> {
    let file = try SafetensorsFile(contentsOf: directory.path(of: modelName))
    let headCount = configuration.labels.count * (configuration.model.modelWidth + 1)
    try file.expectAbout(configuration.model.weightCount + headCount)
    let classifier = TextClassifier<Scalar>(
      LanguageModel(configuration.model, seed: configuration.training.seed), labels: configuration.labels.count,
      pooling: configuration.pooling ?? .last, seed: configuration.training.seed)
    try file.expect(classifier.weights.map { ($0.name, $0.value.shape.dimensions) })
    try file.expect(of: try configuration.checksum())
    try classifier.body.restore { name, shape throws(FileError) in try file.tensor(name, shape) }
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

extension TrainingOptions {
  /// How many losses a trainer remembers: a tenth of the run as it was begun, at least one, at most 100.
  var lossWindow: Int { max(1, min(100, (extendedFrom?.first ?? steps) / 10)) }
}

extension RunConfiguration {
  /// Names and shapes of everything that a state holds after a number of steps, as ``Checkpoint`` writes it.
  func stateShapes<Scalar: Real>(
    after steps: Int, symbols: Int, of languageModel: LanguageModel<Scalar>
  ) -> [(name: String, shape: [Int])] {
    var shapes = languageModel.weights.map { ("weight.\($0.name)", $0.value.shape.dimensions) }
    for parameter in languageModel.parameters where steps > 0 {
      shapes.append(("adam.first.\(parameter.name)", parameter.value.shape.dimensions))
      shapes.append(("adam.second.\(parameter.name)", parameter.value.shape.dimensions))
    }
    for (number, shape) in hostStateShapes(after: steps, symbols: symbols).enumerated() {
      shapes.append(("memory.\(number)", shape.dimensions))
    }
    shapes.append((Checkpoint.lossesName, [min(steps, training.lossWindow)]))
    return shapes
  }

  /// The shapes of what the host carries on after a number of steps: every pass over the text begins without, and some steps do.
  func hostStateShapes(after steps: Int, symbols: Int) -> [Shape] {
    let segments = max(1, (symbols / training.batch - 1) / model.segment)  // of one pass
    let ofPass = steps == 0 ? 0 : (steps - 1) % segments + 1
    let read = (1..<max(1, ofPass)).first { training.resetsMemory(step: steps - $0) } ?? ofPass
    return model.stateShapes(batch: training.batch, read: read * model.segment)
  }
}
