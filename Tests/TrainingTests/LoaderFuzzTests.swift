import Corpora
import Foundation
import MixtureOfExperts
import Tensors
import TestSupport
import Testing

@testable import RunFiles
@testable import Training
import Hosts

@Suite("Random states and configurations: refused in one line, or as they were", .thorough)
struct LoaderFuzzTests {
  private let structure = Array("0123456789-.eE[]{},:\"\\ ".utf8)

  @Test("A state that is accepted is the state that was written, bit for bit")
  func states() throws {
    let samples = try [0, 1, 2, 3].map { try StateSample(steps: $0) }
    let poisons = [Double.nan, .infinity, -.infinity, -1, 0, 1e38, -1e-40]
    Fuzz("states", cases: 1_200).expect(accepted: 30, refused: 600) { random in
      let sample = random.pick(samples)
      var (arrays, step) = (sample.arrays, "\(sample.steps)")
      for _ in 0...random.below(2) {
        let names = arrays.keys.sorted()
        let (name, other) = (random.pick(names), random.pick(names))
        switch random.below(8) {
        case 0: arrays[name] = nil
        case 1: arrays[random.pick(["extra", "memory.3", "adam.first.x", "", name + "x", "Memory.0"])] = arrays[name]
        case 2:
          let count = arrays[name]?.values.count ?? 0
          arrays[name]?.cut(to: [min(random.below(2), count)])
        case 3: arrays[name]?.shape.append(1)
        case 4: arrays[name]?.shape.reverse()
        case 5 where arrays[name]?.values.isEmpty == false:
          let place = random.below(arrays[name]?.values.count ?? 1)
          arrays[name]?.values[place] = random.pick(poisons)
        case 6: (arrays[name], arrays[other]) = (arrays[other], arrays[name])
        default: step = random.pick(["0", "1", "2", "3", "4", "12", "13", "-1", "x", "9223372036854775807"])
        }
      }
      let file = sample.file(arrays, step: step)
      do {
        let (model, state): (LanguageModel<Float>, TrainingState<Float>) = try Checkpoint.resume(
          sample.run, from: file, symbols: sample.run.trainingSymbols)
        // Finite numbers may be others than those written: a checksum, not their values, tells the difference.
        let trainer = try sample.run.trainer(model, from: state)
        guard "\(trainer.finishedSteps)" == step else { throw Fuzz.Fault("another step") }
        let written = arrays.filter { $0.key.hasPrefix("weight.") }
        for weight in model.weights
        where written["weight.\(weight.name)"]?.values.map({ Float($0) }) != weight.value.scalars {
          throw Fuzz.Fault("other weights")
        }
        guard
          state.host.tensors.allSatisfy({ level in
            arrays.contains { $0.value.values.map { Float($0) } == level.scalars }
          })
        else { throw Fuzz.Fault("another memory") }
        return .accepted
      } catch let error as FileError {
        guard !error.description.contains("\n") else { throw Fuzz.Fault("more than a line") }
        return .refused
      }
    }
  }

  @Test("A configuration that is accepted can be counted, and its text be written and read")
  func configurations() throws {
    let sound = try [Tokenization.bytes, .characters, .words].map { tokens in
      var run = try smallRun()
      run.tokens = tokens
      run.vocabulary = try Vocabulary(of: Array("a b\nc é a".utf8), tokenization: tokens)
      run.model.vocabulary = run.vocabulary.count
      try run.validate()
      return [UInt8](try JSON.encode(run))
    }
    let structure = Array("0123456789-.eE[]{},:\"\\ ".utf8)
    Fuzz("config.json", cases: 5_000).expect(accepted: 300, refused: 2_000) { random in
      let text = random.pick(sound)
      let bytes = random.bernoulli(0.7) ? random.misvalued(text) : random.damaged(text, alphabet: structure, most: 2)
      guard let run = try? JSON.decode(RunConfiguration.self, from: Data(bytes)) else { return .refused }
      do { try run.validate() } catch { return .refused }
      guard run.bytesForTraining > 0, run.bytesForReading > 0, run.model.weightCount > 0 else {
        throw Fuzz.Fault("a run of \(run.bytesForTraining) bytes")
      }
      for step in [0, 1, run.training.steps / 2, run.training.steps] {
        let k = run.training.kSchedule(step: step, of: run.training.steps)
        let rate = run.training.learningRate(step: step, of: run.training.steps)
        guard (1...run.model.experts).contains(k), rate.isFinite else { throw Fuzz.Fault("k \(k), rate \(rate)") }
        let length = run.hostStateShapes(after: step, symbols: 1000).first?[1] ?? 0
        guard (0...run.model.memory).contains(length) else { throw Fuzz.Fault("a memory of \(length)") }
      }
      let symbols = (0..<Int32(run.vocabulary.count)).map { $0 }
      _ = run.vocabulary.decode(symbols)
      _ = try? run.vocabulary.encode("a\nb")
      return .accepted
    }
  }

  @Test("Results of an evaluation are read or refused")
  func results() throws {
    let sound =
      Array(
        #"{"bits_per_symbol":2.5,"class_information_bits_per_layer":[0.5],"entropy_nats_per_layer":[1.2,0.1],"#
          .utf8)
      + Array(
        #""k":2,"load_per_layer":[[0.5,0.5],[1,0]],"loss":1.7,"perplexity":5.5,"recall_bits":3,"symbols":100}"#.utf8)
    _ = try JSON.decode(EvaluationResult.self, from: Data(sound))
    let structure = Array("0123456789-.eE[]{},:\"\\ ".utf8)
    Fuzz("results", cases: 5_000).expect(accepted: 500, refused: 2_000) { random in
      let bytes = random.bernoulli(0.6) ? random.misvalued(sound) : random.damaged(sound, alphabet: structure, most: 2)
      guard let result = try? JSON.decode(EvaluationResult.self, from: Data(bytes)) else { return .refused }
      guard result.loss.isFinite, result.perplexity?.isNaN != true else { throw Fuzz.Fault("loss \(result.loss)") }
      return .accepted
    }
  }
}
