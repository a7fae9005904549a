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
  private static let stepKey = "step"

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
    try model.write(to: directory.path(of: modelName))

    var state = SafetensorsFile(metadata: metadata)
    for (name, value) in trainer.model.weights { state.append("weight.\(name)", value) }
    for parameter in trainer.model.parameters {
      guard let moments = trainer.optimiser.moments[parameter.name] else { continue }
      state.append("adam.first.\(parameter.name)", moments.first)
      state.append("adam.second.\(parameter.name)", moments.second)
    }
    for (level, value) in trainer.state.memory.levels.enumerated() { state.append("memory.\(level)", value) }
    try state.write(to: directory.path(of: stateName))
  }

  /// Reads a model's weights.
  ///
  /// - Parameters:
  ///   - model: A model of the right sizes, whose weights are replaced.
  ///   - directory: The run's directory.
  /// - Throws: `FileError` if the file is missing, damaged or of another model.
  public static func load<Scalar: Real>(_ model: LanguageModel<Scalar>, from directory: RunDirectory) throws {
    let file = try SafetensorsFile(contentsOf: directory.path(of: modelName))
    try file.expect(model.weights.map { ($0.name, $0.value.shape.dimensions) })
    try model.restore { try file.tensor($0, $1) }
  }

  /// Reads a model's weights and the state of its training.
  ///
  /// - Parameters:
  ///   - model: A model of the right sizes, whose weights are replaced.
  ///   - directory: The run's directory.
  /// - Returns: The state.
  /// - Throws: `FileError` if the file is missing, damaged or of another model.
  public static func resume<Scalar: Real>(
    _ model: LanguageModel<Scalar>, from directory: RunDirectory
  ) throws -> TrainingState<Scalar> {
    let path = directory.path(of: stateName)
    let file = try SafetensorsFile(contentsOf: path)
    guard let steps = file.metadata[stepKey].flatMap(Int.init), steps >= 0 else {
      throw FileError(.damaged, path, "its metadata names no step")
    }
    try model.restore { try file.tensor("weight.\($0)", $1) }
    var moments: [String: Adam<Scalar>.Moments] = [:]
    if steps > 0 {
      for parameter in model.parameters {
        moments[parameter.name] = Adam.Moments(
          first: try file.tensor("adam.first.\(parameter.name)", parameter.value.shape),
          second: try file.tensor("adam.second.\(parameter.name)", parameter.value.shape))
      }
    }
    let levels = try (0...model.configuration.layers).compactMap { level -> Tensor<Scalar>? in
      guard let entry = file.entry(named: "memory.\(level)") else { return nil }
      return try file.tensor(entry.name, Shape(entry.shape))
    }
    return TrainingState(
      finishedSteps: steps, optimiser: Adam(updates: steps, moments: moments), memory: Memory(levels: levels))
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
      let found = entry(named: name).map { Shape($0.shape).description } ?? "nothing"
      throw FileError(.unexpected, path, "tensor \(name) has shape \(found), expected \(shape)")
    }
    return Tensor(shape, scalars)
  }
}
