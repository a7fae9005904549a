import Corpora
import Experiments
import Foundation
import Hosts
import MixtureOfExperts
import RunFiles
import Tables
import Tensors
import Training

/// All presets, as `presets` prints them.
struct PresetTable: Codable, Described {
  static let words = "presets: presets --json; times are computed from those of timed_preset"

  /// What is trained: the trainable parameters and the times are its.
  static let router = RouterKind.hyperRouter
  /// Whose steps are timed.
  static let timed = RunDuration.preset

  let presets: [PresetSummary]
  let router: String
  /// V of the default text.
  let vocabulary: Int
  let threads: Int
  /// The preset whose steps were timed: all other times are computed.
  let timedPreset: Preset

  /// Times a few steps, with as many threads as a run would have, and describes the presets.
  init(threads: Int) throws {
    let corpus = try Corpus(builtin: BuiltinCorpus.standard.make())
    let duration = try RunDuration(
      of: try Self.run(Self.timed, corpus.vocabulary), corpus, workers: Workers(count: threads))
    presets = try Preset.allCases.map { preset in
      let run = try Self.run(preset, corpus.vocabulary)
      let seconds = duration.seconds(of: run, on: corpus, ks: try RunSettings().evaluationKs(run.model))
      return PresetSummary(preset, run, estimatedSeconds: seconds)
    }
    router = Self.router.rawValue
    vocabulary = corpus.vocabulary.count
    self.threads = threads
    timedPreset = Self.timed
  }

  /// The run of a preset on the default text when nothing else is said.
  static func run(_ preset: Preset, _ vocabulary: Vocabulary) throws -> RunConfiguration {
    try RunSettings(preset: preset).configuration(router, vocabulary: vocabulary)
  }

  /// The model's sizes, and what its training takes.
  var tables: [Table] {
    [
      Table(
        "the model", headings: ["preset", "L", "d", "H×d_h", "f", "N", "T", "M", "trainable parameters"],
        rows: presets.map {
          [
            .text($0.name), "\($0.layers)", "\($0.modelWidth)", "\($0.heads)×\($0.headWidth)", "\($0.expertWidth)",
            "\($0.experts)", "\($0.segment)", "\($0.memory)", "\($0.trainableParameters)",
          ]
        }),
      Table(
        "its training", headings: ["preset", "B", "steps", "η", "dropout", "FLOP", "about"],
        rows: presets.map {
          [
            .text($0.name), "\($0.batch)", "\($0.steps)", "\($0.learningRate)", "\($0.dropout)",
            .text(String(format: "%.1e", $0.operations)), .text(RunDuration.text($0.estimatedSeconds)),
          ]
        },
        notes: [
          "",
          "Trainable parameters and times are those of \(router) on the default text, V = \(vocabulary). Times are "
            + "estimates for \(threads) threads of this machine: the work of a run at the speed of a few steps of "
            + "\(timedPreset.rawValue), timed just now; wider models run somewhat faster than that. FLOP: the operations of the "
            + "whole training, a multiply-add being two, for other machines. SMoE, which keeps k = "
            + "\(presets[0].topK), needs about half.",
        ]),
    ]
  }
}

/// A preset's numbers as `presets` prints them, and how long a run of it takes.
struct PresetSummary: Codable, Described {
  static let words = "preset: what --preset stands for, and what the whole training takes"
  let name: String
  let layers: Int
  let modelWidth: Int
  let heads: Int
  let headWidth: Int
  let expertWidth: Int
  let experts: Int
  let topK: Int
  let segment: Int
  let memory: Int
  let batch: Int
  let steps: Int
  let trainableParameters: Int
  let learningRate: Double
  let dropout: Double
  /// Floating-point operations of the whole training, forward and backward.
  let operations: Double
  let estimatedSeconds: Double

  /// Describes a preset by a run with its sizes, and by how long it takes.
  init(_ preset: Preset, _ run: RunConfiguration, estimatedSeconds: Double) {
    let (model, training) = (run.model, run.training)
    name = preset.rawValue
    layers = model.layers
    modelWidth = model.modelWidth
    heads = model.heads
    headWidth = model.headWidth
    expertWidth = model.expertWidth
    experts = model.experts
    topK = training.kSchedule.minimum
    segment = model.segment
    memory = model.memory
    batch = training.batch
    steps = training.steps
    trainableParameters = model.trainedCount
    learningRate = training.learningRate.peak
    dropout = model.dropout
    operations = 2 * RunDuration.trainingFactor * run.multiplyAdds
    self.estimatedSeconds = estimatedSeconds
  }
}
