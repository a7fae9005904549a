import MixtureOfExperts
import RunFiles
import Tensors
import TestSupport

@testable import Training

/// A state of the small run as its file holds it, to be changed and read back.
struct StateSample {
  /// One array.
  struct Values: Sendable, Equatable {
    var shape: [Int]
    var values: [Double]

    /// Keeps the first values, in another shape.
    mutating func cut(to shape: [Int]) {
      self.shape = shape
      values = Array(values.prefix(shape.reduce(1, *)))
    }
  }

  typealias Arrays = [String: Values]

  let run: RunConfiguration
  let steps: Int
  let arrays: Arrays
  private let names: [String]

  init(steps: Int, memory: Int? = nil, router: RouterKind = .smoe) throws {
    var run = try smallRun(router)
    run.model.memory = memory ?? run.model.memory
    let trainer = try run.trainer(run.model(Float.self))
    for _ in 0..<steps { _ = try trainer.step() }
    self.run = run
    self.steps = steps
    var kept: SafetensorsFile?
    try TemporaryDirectory.use { folder in
      let directory = try RunDirectory.create(at: folder.file("run"))
      try Checkpoint.save(trainer, to: directory)
      kept = try SafetensorsFile(contentsOf: directory.path(of: Checkpoint.stateName))
    }
    var arrays: Arrays = [:]
    for entry in kept?.entries ?? [] {
      arrays[entry.name] = Values(shape: entry.shape, values: try kept?.scalars(of: entry.name, as: Double.self) ?? [])
    }
    self.arrays = arrays
    names = kept?.entries.map(\.name) ?? []
  }

  /// A file with a true checksum; one array may be wide.
  func file(_ arrays: Arrays, step: String? = nil, wide: String? = nil) -> SafetensorsFile {
    var file = SafetensorsFile(metadata: ["format": "pt", "step": step ?? "\(steps)"])
    let known = names.filter { arrays[$0] != nil }
    for name in known + arrays.keys.filter({ !names.contains($0) }).sorted() {
      guard let array = arrays[name] else { continue }
      if name == Checkpoint.lossesName || name == wide {
        file.append(name, shape: array.shape, array.values)
      } else {
        file.append(name, shape: array.shape, array.values.map { Float($0) })
      }
    }
    return file
  }

  /// What is said of a file with these arrays; nil if it is accepted.
  func problem(_ arrays: Arrays, step: String? = nil) -> String? {
    do {
      let _: (LanguageModel<Float>, TrainingState<Float>) = try Checkpoint.resume(
        run, from: file(arrays, step: step), symbols: run.trainingSymbols)
      return nil
    } catch { return (error as? FileError)?.problem ?? "\(error)" }
  }
}
