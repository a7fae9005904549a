import Corpora
import Experiments
import MixtureOfExperts
import Tables
import Tensors
import Training

/// All presets, as `presets` prints them.
struct PresetTable: Encodable {
  /// What is trained: the trained numbers and the times are its.
  static let router = RouterKind.hyperRouter
  /// Whose steps are timed.
  static let timed = RunDuration.preset

  let presets: [PresetSummary]
  let router: String
  /// V of the built-in text.
  let vocabulary: Int
  let threads: Int
  /// The preset whose steps were timed: all other times are computed.
  let timedPreset: String

  /// Times a few steps and describes the presets.
  ///
  /// - Parameter threads: The threads that a run would have.
  /// - Throws: What a trainer throws.
  init(threads: Int) throws {
    let corpus = try Corpus(dialects: DialectCorpus())
    let duration = try RunDuration(
      of: try Self.run(Self.timed, corpus.vocabulary), corpus, workers: Workers(count: threads))
    presets = try Preset.allCases.map { PresetSummary($0, try Self.run($0, corpus.vocabulary), duration) }
    router = Self.router.rawValue
    vocabulary = corpus.vocabulary.count
    self.threads = threads
    timedPreset = Self.timed.rawValue
  }

  /// The run of a preset when nothing else is said.
  ///
  /// - Parameters:
  ///   - preset: The preset.
  ///   - vocabulary: The symbols of the text.
  /// - Returns: A run on the built-in text.
  static func run(_ preset: Preset, _ vocabulary: Vocabulary) throws -> RunConfiguration {
    try RunSettings(preset: preset).configuration(router, vocabulary: vocabulary)
  }

  /// Prints the table and what its times are.
  func print(on console: Console) throws {
    func section(_ title: String, _ table: Table) throws {
      try console.print(console.style.bold(title))
      try console.print(table)
      try console.print("")
    }
    var sizes = Table(columns: [
      .text("preset"), .number("L"), .number("d"), .number("H×d_h"), .number("f"), .number("N"), .number("T"),
      .number("M"), .number("trained numbers"),
    ])
    var training = Table(columns: [
      .text("preset"), .number("B"), .number("steps"), .number("η"), .number("dropout"), .number("FLOP"),
      .number("about"),
    ])
    for preset in presets {
      sizes.append(texts: [
        preset.name, "\(preset.layers)", "\(preset.modelWidth)", "\(preset.heads)×\(preset.headWidth)",
        "\(preset.expertWidth)", "\(preset.experts)", "\(preset.segment)", "\(preset.memory)",
        "\(preset.trainedParameters)",
      ])
      training.append(texts: [
        preset.name, "\(preset.batch)", "\(preset.steps)", "\(preset.learningRate)", "\(preset.dropout)",
        String(format: "%.1e", preset.operations),
        RunDuration.text(preset.estimatedSeconds),
      ])
    }
    try section("the model", sizes)
    try section("its training", training)
    try console.print(
      console.wrapped(
        "Trained numbers and times are those of \(router) on the built-in text, V = \(vocabulary). Times are estimates for "
          + "\(threads) threads of this machine: the work of a run at the speed of a few steps of \(timedPreset), timed just "
          + "now; wider models run somewhat faster than that. FLOP: the operations of the whole training, a multiply-add being two, "
          + "for other machines. SMoE, which keeps k = \(presets[0].topK), needs about half."
      ))
  }
}
