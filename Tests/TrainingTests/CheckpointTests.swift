import Foundation
import MixtureOfExperts
import RunFiles
import Tensors
import TestSupport
import Testing

@testable import Training

@Suite("Checkpoint")
struct CheckpointTests {
  /// A run of two steps and the directory that holds it.
  private func withRun(
    _ router: RouterKind = .hyperRouter, _ body: (RunConfiguration, Trainer<Float>, RunDirectory) throws -> Void
  ) throws {
    try TemporaryDirectory.use { folder in
      let directory = try RunDirectory.create(at: folder.file("run"))
      let run = try smallRun(router, dropout: 0.1)
      let trainer = try run.trainer(run.model(Float.self))
      for _ in 0..<2 { _ = try trainer.step() }
      try Checkpoint.save(trainer, of: run, to: directory)
      try body(run, trainer, directory)
    }
  }

  private func loaded(_ run: RunConfiguration, _ directory: RunDirectory) throws -> LanguageModel<Float> {
    try Checkpoint.load(run, from: directory)
  }

  private func resumed(_ run: RunConfiguration, _ directory: RunDirectory) throws -> TrainingState<Float> {
    let (_, state): (LanguageModel<Float>, TrainingState<Float>) = try Checkpoint.resume(
      run, from: directory, symbols: run.trainingSymbols)
    return state
  }

  /// Writes a file again, with some arrays changed or left out.
  private func rewrite(
    _ name: String, in directory: RunDirectory, metadata: [String: String]? = nil,
    _ change: (SafetensorsFile.Entry) -> (shape: [Int], values: [Float])?
  ) throws {
    let file = try SafetensorsFile(contentsOf: directory.path(of: name))
    var copy = SafetensorsFile(metadata: metadata ?? file.metadata)
    for entry in file.entries {
      if let (shape, values) = change(entry) { copy.append(entry.name, shape: shape, values) }
    }
    try copy.write(to: directory.path(of: name))
  }

  @Test(
    "What is written is read back, bit for bit; model.safetensors holds the weights by name, the step, nothing else",
    arguments: RouterKind.allCases)
  func roundTrip(router: RouterKind) throws {
    try withRun(router) { run, trainer, directory in
      let (found, expected) = (try loaded(run, directory).weights, trainer.model.weights)
      #expect(found.map(\.name) == expected.map(\.name))
      #expect(zip(found, expected).allSatisfy { $0.value.scalars == $1.value.scalars })
      let file = try SafetensorsFile(contentsOf: directory.path(of: "model.safetensors"))
      #expect(
        file.entries.map(\.name) == expected.map(\.name) && file.metadata["format"] == "pt"
          && file.metadata["step"] == "2")
      #expect(try file.metadata["configuration"] == run.checksum() && file.metadata.count == 3)
    }
  }

  @Test("A missing or truncated file is refused in one line that names it")
  func damaged() throws {
    for name in ["model.safetensors", "state.safetensors"] {
      try withRun { run, _, directory in
        let path = directory.path(of: name)
        let read = {
          if name.hasPrefix("model") { _ = try loaded(run, directory) } else { _ = try resumed(run, directory) }
        }
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        for length in [0, 100, whole.count - 1] {
          try whole.prefix(length).write(to: URL(fileURLWithPath: path))
          #expect(problem(read)?.kind == .damaged)
        }
        try FileManager.default.removeItem(atPath: path)
        #expect(problem(read)?.description == "\(path): found no such file")
      }
    }
  }

  @Test("A tensor that is missing, misshapen or unknown is named")
  func tensors() throws {
    try withRun { run, _, directory in
      try rewrite("model.safetensors", in: directory) { entry in
        entry.name == "relative.u" ? nil : (entry.shape, Array(repeating: 0, count: entry.shape.reduce(1, *)))
      }
      let missing = try #require(problem { _ = try loaded(run, directory) })
      #expect(missing.kind == .unexpected && missing.problem == "found no tensor \"relative.u\"")
    }
    try withRun { run, _, directory in
      try rewrite("model.safetensors", in: directory) { entry in
        let count = entry.shape.reduce(1, *)
        let shape = entry.name == "relative.u" ? [1, count] : entry.shape
        return (shape, Array(repeating: 0, count: count))
      }
      let wrong = try #require(problem { _ = try loaded(run, directory) })
      #expect(wrong.problem == "tensor \"relative.u\": found shape [1, 6], expected [6]")
    }
  }

  @Test("Weights of another model are refused, larger ones before any memory is asked for")
  func otherModel() throws {
    try withRun { run, _, directory in
      for router in RouterKind.allCases where router != .hyperRouter {
        var other = run
        other.model.router = router
        #expect(problem { _ = try loaded(other, directory) }?.kind == .unexpected, "\(router)")
        #expect(problem { _ = try resumed(other, directory) }?.kind == .unexpected, "\(router)")
      }
      var other = run
      other.model.experts = 5
      #expect(problem { _ = try loaded(other, directory) }?.problem.contains("expected [5") == true)
      other = run
      other.model.modelWidth = 16384
      other.model.expertWidth = 65536
      other.model.experts = 4096
      #expect(problem { _ = try loaded(other, directory) }?.problem.contains("expected a model of") == true)
      #expect(problem { _ = try resumed(other, directory) }?.problem.contains("expected a model of") == true)
    }
  }

  @Test("Weights of another step, other weights and none are written again; those of the training are left alone")
  func restoring() throws {
    try withRun { run, trainer, directory in
      let path = directory.path(of: "model.safetensors")
      func contents() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }
      func number() -> ino_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_ino : nil
      }
      let (whole, file) = (try contents(), number())
      try Checkpoint.restoreModel(of: trainer, of: run, in: directory)
      #expect(try contents() == whole && number() == file && file != nil, "the same file")
      func rewrite(step: String, factor: Float) throws {
        try self.rewrite("model.safetensors", in: directory, metadata: ["format": "pt", "step": step]) { entry in
          trainer.model.weights.first { $0.name == entry.name }.map { (entry.shape, (factor * $0.value).scalars) }
        }
      }
      let damages: [() throws -> Void] = [
        { try rewrite(step: "1", factor: 1) }, { try rewrite(step: "2", factor: 2) },
        { try FileManager.default.removeItem(atPath: path) },
      ]
      for damage in damages {
        try damage()
        #expect((try? contents()) != whole)
        try Checkpoint.restoreModel(of: trainer, of: run, in: directory)
        #expect(try contents() == whole)
      }
    }
  }

  @Test("A model that was stored before the first step has finished 0 steps, others as many as they did")
  func finishedSteps() throws {
    try withRun { run, _, directory in
      #expect(try Checkpoint.finishedSteps(of: run, in: directory) == 2)
      try Checkpoint.save(run.trainer(run.model(Float.self)), of: run, to: directory)
      #expect(try Checkpoint.finishedSteps(of: run, in: directory) == 0)
    }
  }
}
