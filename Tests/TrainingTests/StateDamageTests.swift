import Foundation
import MixtureOfExperts
import RunFiles
import Tensors
import TestSupport
import Testing

@testable import Training

@Suite("A state that no training leaves behind is refused, its file and tensor named")
struct StateDamageTests {
  /// A change of a state, and what is said of it.
  struct Damage: Sendable {
    let problem: String
    let change: @Sendable (inout StateSample.Arrays) -> Void

    init(_ problem: String, _ change: @escaping @Sendable (inout StateSample.Arrays) -> Void) {
      self.problem = problem
      self.change = change
    }
  }

  /// M′ is 5 from the first step on (T is 6); the losses of one step are kept (12 steps in all).
  private static let damages = [
    Damage("found no tensor \"memory.0\"") { arrays in for level in 0...2 { arrays["memory.\(level)"] = nil } },
    Damage("found no tensor \"memory.2\"") { $0["memory.2"] = nil },
    Damage("tensor \"memory.0\": found shape [5, 4, 8], expected [5, 5, 8]") { arrays in
      for level in 0...2 { arrays["memory.\(level)"]?.cut(to: [5, 4, 8]) }
    },
    Damage("tensor \"memory.1\": found shape [5, 4, 8], expected [5, 5, 8]") { $0["memory.1"]?.cut(to: [5, 4, 8]) },
    Damage("tensor \"memory.3\" is not part of the state of this run after step 2") { $0["memory.3"] = $0["memory.2"] },
    Damage("tensor \"adam.third.relative.u\" is not part of the state of this run after step 2") {
      $0["adam.third.relative.u"] = $0["adam.first.relative.u"]
    },
    Damage("tensor \"note\" is not part of the state of this run after step 2") {
      $0["note"] = .init(shape: [1], values: [0])
    },
    Damage("found no tensor \"adam.first.relative.u\"") { $0["adam.first.relative.u"] = nil },
    Damage("found no tensor \"weight.relative.u\"") { $0["weight.relative.u"] = nil },
    Damage("tensor \"adam.second.relative.u\": found inf at index 3, expected finite numbers, none below 0.0") {
      $0["adam.second.relative.u"]?.values[3] = .infinity
    },
    Damage("tensor \"adam.second.relative.u\": found -1e-09 at index 0, expected finite numbers, none below 0.0") {
      $0["adam.second.relative.u"]?.values[0] = -1e-9
    },
    Damage("tensor \"adam.second.relative.u\": found nan at index 5, expected finite numbers, none below 0.0") {
      $0["adam.second.relative.u"]?.values[5] = .nan
    },
    Damage("tensor \"adam.first.relative.v\": found nan at index 1, expected finite numbers") {
      $0["adam.first.relative.v"]?.values[1] = .nan
    },
    Damage("tensor \"weight.output.bias\": found inf at index 24, expected finite numbers") {
      $0["weight.output.bias"]?.values[24] = .infinity
    },
    Damage("tensor \"memory.1\": found nan at index 199, expected finite numbers") {
      $0["memory.1"]?.values[199] = .nan
    },
    Damage("tensor \"losses\": found nan at index 0, expected finite numbers") { $0["losses"]?.values[0] = .nan },
    Damage("tensor \"losses\": found shape [2], expected [1]") { $0["losses"] = .init(shape: [2], values: [1, 1]) },
    Damage("tensor \"losses\": found shape [0], expected [1]") { $0["losses"] = .init(shape: [0], values: []) },
    Damage("found no tensor \"losses\"") { $0["losses"] = nil },
  ]

  @Test("What is missing, too much, of another shape or not finite", arguments: damages)
  func refused(damage: Damage) throws {
    let sample = try StateSample(steps: 2)
    var arrays = sample.arrays
    damage.change(&arrays)
    #expect(sample.problem(arrays) == damage.problem)
  }

  @Test("Sound states are accepted at every step: memory as long as the place in the text implies", arguments: 0...9)
  func sound(steps: Int) throws {
    for memory in [0, 5, 6, 13, 40] {
      let sample = try StateSample(steps: steps, memory: memory)
      #expect(sample.problem(sample.arrays) == nil)
      // Three segments of six are a pass over the text; after the third, memory begins anew.
      let expected = steps == 0 || memory == 0 ? nil : min(memory, ((steps - 1) % 3 + 1) * 6)
      #expect(sample.arrays["memory.0"]?.shape[1] == expected)
    }
  }

  @Test("The step decides what must be there: moments and memory from the first step on, none before")
  func otherSteps() throws {
    let none = try StateSample(steps: 0)
    let two = try StateSample(steps: 2)
    #expect(none.problem(none.arrays, step: "2")?.hasPrefix("found no tensor \"adam.first.") == true)
    #expect(two.problem(two.arrays, step: "0") == "tensor \"losses\": found shape [1], expected [0]")
    var silent = two.arrays
    silent["losses"] = .init(shape: [0], values: [])
    #expect(two.problem(silent, step: "0")?.hasSuffix("is not part of the state of this run after step 0") == true)
    #expect(two.problem(two.arrays, step: "13") == "found step 13, expected at most 12")
    for step in ["-1", "two", "", "9999999999999999999999"] {
      #expect(two.problem(two.arrays, step: step) == "its metadata names no step")
    }
    // A memory of 13: 12 tokens after two steps, 6 after one.
    let long = try StateSample(steps: 2, memory: 13)
    #expect(
      long.problem(long.arrays, step: "1") == "tensor \"memory.0\": found shape [5, 12, 8], expected [5, 6, 8]")
  }

  @Test("A state in another precision is refused: rounded, it would go on with other bits")
  func precision() throws {
    let sample = try StateSample(steps: 2)
    let file = sample.file(sample.arrays, wide: "weight.relative.u")
    #expect(throws: FileError(.unexpected, "new file", "tensor \"weight.relative.u\": found F64, expected F32")) {
      let _: (LanguageModel<Float>, TrainingState<Float>) = try Checkpoint.resume(
        sample.run, from: file, symbols: sample.run.trainingSymbols)
    }
  }

  @Test(
    "Weights that are not finite are refused wherever a model is loaded", arguments: [Float.nan, .infinity, -.infinity])
  func weights(value: Float) throws {
    let run = try smallRun()
    for name in run.model(Float.self).weights.map(\.name) {
      var file = SafetensorsFile(metadata: ["step": "2"])
      for weight in run.model(Float.self).weights {
        var scalars = weight.value.scalars
        if weight.name == name { scalars[scalars.count - 1] = value }
        file.append(weight.name, shape: weight.value.shape.dimensions, scalars)
      }
      do {
        let _: LanguageModel<Float> = try Checkpoint.load(run, from: file)
        Issue.record("\(name) was accepted")
      } catch let error as FileError {
        #expect(error.kind == .damaged)
        #expect(error.problem.hasPrefix("tensor \"\(name)\": found \(value) at index"))
      }
    }
  }

  @Test("Numbers outside of a range are found in every place of blocks of every length")
  func outside() {
    for count in [1, 2, 4095, 4096, 4097, 8193] {
      let sound = [Float](repeating: 1, count: count)
      #expect(sound.firstIndex(outside: 0...1) == nil)
      for index in Set([0, count / 2, count - 1, min(count - 1, 4095), min(count - 1, 4096)]) {
        for value in [Float.nan, .infinity, -1, 1.5] {
          var numbers = sound
          numbers[index] = value
          numbers[count - 1] = index == count - 1 ? value : .nan
          #expect(numbers.firstIndex(outside: 0...1) == index)
        }
      }
    }
    #expect([Double]().firstIndex(outside: .finite) == nil)
    #expect([-0.0, Double.greatestFiniteMagnitude].firstIndex(outside: .finiteNotNegative) == nil)
    #expect([Double.leastNonzeroMagnitude, -.leastNonzeroMagnitude].firstIndex(outside: .finiteNotNegative) == 1)
  }

  @Test("A trainer does not keep what could not be read back")
  func kept() throws {
    let run = try smallRun()
    let model = run.model(Float.self)
    let trainer = try run.trainer(model)
    _ = try trainer.step()
    try trainer.check()
    // A symbol that never comes next: its probability is 0, and every loss is finite.
    let bias = try #require(model.parameters.first { $0.name == "output.bias" })
    var values = bias.value.scalars
    values[24] = -.infinity
    bias.value = Tensor(bias.value.shape, values)
    #expect(throws: TrainingError.notFinite(step: 1, what: "state")) { try trainer.check() }
  }
}

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
      try Checkpoint.save(trainer, of: run, to: directory)
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
