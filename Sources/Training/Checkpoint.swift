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

  /// Writes both files, the state first: what a later session finds is never a model without its state.
  ///
  /// - Parameter trainer: The training.
  /// - Throws: `FileError` if a file cannot be written; older files are then intact.
  public static func save<Scalar: Real>(_ trainer: Trainer<Scalar>, to directory: RunDirectory) throws {
    var state = SafetensorsFile(metadata: metadata(step: trainer.finishedSteps))
    for (name, value) in trainer.model.weights { state.append("weight.\(name)", value) }
    for parameter in trainer.model.parameters {
      guard let moments = trainer.optimiser.moments[parameter.name] else { continue }
      state.append("adam.first.\(parameter.name)", moments.first)
      state.append("adam.second.\(parameter.name)", moments.second)
    }
    for (level, value) in trainer.state.model.tensors.enumerated() { state.append("memory.\(level)", value) }
    state.append(lossesName, shape: [trainer.recentLosses.count], trainer.recentLosses)

    try directory.write(state, to: stateName)
    try directory.write(modelFile(trainer), to: modelName)
  }

  /// Writes the weights that a run begins with: what is needed again and again, whatever becomes of the run that they come from.
  ///
  /// - Parameter model: The model before the first step.
  /// - Throws: `FileError` if the file cannot be written.
  public static func saveInitial<Scalar: Real>(_ model: LanguageModel<Scalar>, to directory: RunDirectory) throws {
    try directory.write(file(of: model, step: 0), to: initialName)
  }

  /// Writes the weights apart, as those that did best so far.
  ///
  /// - Parameter trainer: The training.
  /// - Throws: `FileError` if the file cannot be written; an older one is then intact.
  public static func saveBest<Scalar: Real>(_ trainer: Trainer<Scalar>, to directory: RunDirectory) throws {
    try directory.write(modelFile(trainer), to: bestName)
  }

  /// Writes the weights' file again unless it holds exactly those of the training: a process that was killed between
  /// the two files left an older one, or none.
  ///
  /// - Parameter trainer: The training, as it was read from the state's file.
  /// - Throws: `FileError` if the file cannot be written.
  public static func restoreModel<Scalar: Real>(of trainer: Trainer<Scalar>, in directory: RunDirectory) throws {
    let file = modelFile(trainer)
    let found = try? SafetensorsFile(contentsOf: directory.path(of: modelName))
    if found?.metadata[stepKey] == file.metadata[stepKey], found?.entries == file.entries { return }
    try directory.write(file, to: modelName)
  }

  /// The step whose weights the weights' file holds.
  ///
  /// - Returns: The number of finished steps, or nil if there is no such file or it names none.
  public static func modelStep(in directory: RunDirectory) -> Int? {
    (try? SafetensorsFile(contentsOf: directory.path(of: modelName)))?.metadata[stepKey].flatMap(Int.init)
  }

  private static func modelFile<Scalar: Real>(_ trainer: Trainer<Scalar>) -> SafetensorsFile {
    file(of: trainer.model, step: trainer.finishedSteps)
  }

  private static func file<Scalar: Real>(of model: LanguageModel<Scalar>, step: Int) -> SafetensorsFile {
    var file = SafetensorsFile(metadata: metadata(step: step))
    for (name, value) in model.weights { file.append(name, value) }
    return file
  }

  static func metadata(step: Int) -> [String: String] { ["format": "pt", stepKey: String(step)] }

  /// Reads a trained model.
  ///
  /// - Parameters:
  ///   - run: The run, already validated.
  ///   - directory: Its directory.
  ///   - name: The weights' file: those of the last checkpoint, or the best ones.
  /// - Returns: The model with the weights of the file.
  /// - Throws: `FileError` if the file is missing, damaged, of another model, or holds a number that is not finite.
  public static func load<Scalar: Real>(
    _ run: RunConfiguration, from directory: RunDirectory, _ name: String = modelName
  ) throws -> LanguageModel<Scalar> {
    try load(run, from: SafetensorsFile(contentsOf: directory.path(of: name)))
  }

  /// Reads a trained model from a file that was opened.
  static func load<Scalar: Real>(
    _ run: RunConfiguration, from file: SafetensorsFile
  ) throws -> LanguageModel<Scalar> {
    try file.expectAbout(run.model.weightCount)
    let model = LanguageModel<Scalar>(run.model, seed: run.training.seed)
    try file.expect(model.weights.map { ($0.name, $0.value.shape.dimensions) })
    try model.restore { try file.tensor($0, $1) }
    return model
  }

  /// Reads a model and the state of its training.
  ///
  /// - Parameters:
  ///   - run: The run, already validated.
  ///   - directory: Its directory.
  ///   - symbols: How many symbols the training part of the text has: how long the memory is depends on it.
  /// - Returns: The model as it was after the state's last finished step, and the state.
  /// - Throws: `FileError` if the file is missing, damaged or of another run: if it lacks a tensor or a number that the step
  ///   implies, has one that nobody reads, or holds a number that no training leaves behind.
  public static func resume<Scalar: Real>(
    _ run: RunConfiguration, from directory: RunDirectory, symbols: Int
  ) throws -> (model: LanguageModel<Scalar>, state: TrainingState<Scalar>) {
    try resume(run, from: SafetensorsFile(contentsOf: directory.path(of: stateName)), symbols: symbols)
  }

  /// Reads a model and the state of its training from a file that was opened.
  static func resume<Scalar: Real>(
    _ run: RunConfiguration, from file: SafetensorsFile, symbols: Int
  ) throws -> (model: LanguageModel<Scalar>, state: TrainingState<Scalar>) {
    guard let steps = file.metadata[stepKey].flatMap(Int.init), steps >= 0 else {
      throw FileError(.damaged, file.path, "its metadata names no step")
    }
    guard steps <= run.training.steps else {
      throw FileError(.unexpected, file.path, "found step \(steps), expected at most \(run.training.steps)")
    }
    try file.expectAbout(run.model.weightCount)
    let model = LanguageModel<Scalar>(run.model, seed: run.training.seed)
    let shapes = run.stateShapes(after: steps, symbols: symbols, of: model)
    try file.expect(shapes, of: "the state of this run after step \(steps)")
    try file.expectScalars { $0 == lossesName || Scalar.self == Double.self ? .float64 : .float32 }
    try model.restore { try file.tensor("weight.\($0)", $1) }
    var moments: [String: Adam<Scalar>.Moments] = [:]
    if steps > 0 {
      for parameter in model.parameters {
        let shape = parameter.value.shape
        moments[parameter.name] = Adam.Moments(
          first: try file.tensor("adam.first.\(parameter.name)", shape),
          second: try file.tensor("adam.second.\(parameter.name)", shape, in: .finiteNotNegative))
      }
    }
    let tensors: [Tensor<Scalar>] = try shapes.filter { $0.name.hasPrefix("memory.") }
      .map { try file.tensor($0.name, Shape($0.shape)) }
    let losses = try file.scalars(of: lossesName, as: Double.self)
    try file.expect(losses, of: lossesName, in: .finite)
    let state = TrainingState(
      finishedSteps: steps, optimiser: Adam(updates: steps, moments: moments), model: HostState(tensors),
      recentLosses: losses)
    return (model, state)
  }
}
