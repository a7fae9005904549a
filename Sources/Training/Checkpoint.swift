import Autograd
import Files
import Layers
import Tensors
import TransformerXL

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
  static let stepKey = "step"
  private static let lossesName = "losses"

  /// Writes both files.
  ///
  /// - Parameters:
  ///   - trainer: The training.
  ///   - directory: The run's directory.
  /// - Throws: `FileError` if a file cannot be written; older files are then intact.
  public static func save<Scalar: Real>(_ trainer: Trainer<Scalar>, to directory: RunDirectory) throws {
    let metadata = ["format": "pt", stepKey: String(trainer.finishedSteps)]
    var model = SafetensorsFile(metadata: metadata)
    for (name, value) in trainer.model.weights { model.append(name, value) }

    var state = SafetensorsFile(metadata: metadata)
    for (name, value) in trainer.model.weights { state.append("weight.\(name)", value) }
    for parameter in trainer.model.parameters {
      guard let moments = trainer.optimiser.moments[parameter.name] else { continue }
      state.append("adam.first.\(parameter.name)", moments.first)
      state.append("adam.second.\(parameter.name)", moments.second)
    }
    for (level, value) in trainer.state.memory.levels.enumerated() { state.append("memory.\(level)", value) }
    state.append(lossesName, shape: [trainer.recentLosses.count], trainer.recentLosses)

    try state.write(to: directory.path(of: stateName))
    try model.write(to: directory.path(of: modelName))
  }

  /// Reads a trained model.
  ///
  /// - Parameters:
  ///   - run: The run, already validated.
  ///   - directory: Its directory.
  /// - Returns: The model with the weights of the file.
  /// - Throws: `FileError` if the file is missing, damaged or of another model.
  public static func load<Scalar: Real>(
    _ run: RunConfiguration, from directory: RunDirectory
  ) throws -> LanguageModel<Scalar> {
    let file = try SafetensorsFile(contentsOf: directory.path(of: modelName))
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
  /// - Returns: The model as it was after the state's last finished step, and the state.
  /// - Throws: `FileError` if the file is missing, damaged or of another run.
  public static func resume<Scalar: Real>(
    _ run: RunConfiguration, from directory: RunDirectory
  ) throws -> (model: LanguageModel<Scalar>, state: TrainingState<Scalar>) {
    let path = directory.path(of: stateName)
    let file = try SafetensorsFile(contentsOf: path)
    guard let steps = file.metadata[stepKey].flatMap(Int.init), steps >= 0 else {
      throw FileError(.damaged, path, "its metadata names no step")
    }
    guard steps <= run.training.steps else {
      throw FileError(.unexpected, path, "found step \(steps), expected at most \(run.training.steps)")
    }
    try file.expectAbout(run.model.weightCount)
    let model = LanguageModel<Scalar>(run.model, seed: run.training.seed)
    try model.restore { try file.tensor("weight.\($0)", $1) }
    var moments: [String: Adam<Scalar>.Moments] = [:]
    if steps > 0 {
      for parameter in model.parameters {
        moments[parameter.name] = Adam.Moments(
          first: try file.tensor("adam.first.\(parameter.name)", parameter.value.shape),
          second: try file.tensor("adam.second.\(parameter.name)", parameter.value.shape))
      }
    }
    let state = TrainingState(
      finishedSteps: steps, optimiser: Adam(updates: steps, moments: moments), memory: try file.memory(of: run),
      recentLosses: try file.scalars(of: lossesName, as: Double.self))
    return (model, state)
  }
}

extension LanguageModel {
  /// All weights, trained and frozen, by name.
  var weights: [(name: String, value: Tensor<Scalar>)] {
    parameters.map { ($0.name, $0.value) } + frozen.map { ($0.name, $0.value) }
  }

  /// Replaces all weights, or none if one cannot be had.
  func restore(_ read: (_ name: String, _ shape: Shape) throws -> Tensor<Scalar>) throws {
    let trained = try parameters.map { try read($0.name, $0.value.shape) }
    let fixed = try frozen.map { try read($0.name, $0.value.shape) }
    for (parameter, value) in zip(parameters, trained) { parameter.value = value }
    for (weight, value) in zip(frozen, fixed) { weight.restore(value) }
  }
}

extension SafetensorsFile {
  /// Adds a tensor.
  mutating func append<Scalar: Real>(_ name: String, _ tensor: Tensor<Scalar>) {
    append(name, shape: tensor.shape.dimensions, tensor.scalars)
  }

  /// Reads a tensor of a known shape.
  func tensor<Scalar: Real>(_ name: String, _ shape: Shape) throws(FileError) -> Tensor<Scalar> {
    let scalars = try scalars(of: name, as: Scalar.self)
    guard entry(named: name)?.shape == shape.dimensions else {
      let found = entry(named: name).map { "\($0.shape)" } ?? "nothing"
      throw FileError(.unexpected, path, "tensor \"\(name)\": found shape \(found), expected \(shape.dimensions)")
    }
    return Tensor(shape, scalars)
  }

  /// Refuses a file far too small for a model, before memory for the model is asked for.
  fileprivate func expectAbout(_ weights: Int) throws(FileError) {
    let found = entries.reduce(0) { $0 + $1.shape.reduce(1, *) }
    guard weights <= 2 * found else {
      throw FileError(.unexpected, path, "found \(found) numbers, expected a model of \(weights) (config.json)")
    }
  }

  /// Reads the memory of all rows, which may be shorter than M and is absent where nothing is remembered.
  fileprivate func memory<Scalar: Real>(of run: RunConfiguration) throws(FileError) -> Memory<Scalar> {
    guard let first = entry(named: "memory.0") else { return .empty }
    guard first.shape.count == 3, (1...max(1, run.model.memory)).contains(first.shape[1]) else {
      throw FileError(
        .unexpected, path,
        "tensor \"memory.0\": found shape \(first.shape), expected at most "
          + "[\(run.training.batch), \(run.model.memory), \(run.model.modelWidth)]")
    }
    let shape: Shape = [run.training.batch, first.shape[1], run.model.modelWidth]
    var levels: [Tensor<Scalar>] = []
    for level in 0...run.model.layers { levels.append(try tensor("memory.\(level)", shape)) }
    return Memory(levels: levels)
  }
}
