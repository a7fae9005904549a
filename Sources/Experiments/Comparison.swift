import Foundation
import MixtureOfExperts
import RunFiles
import Training

/// Routers side by side on one text, with the same seeds: `compare` without a suite.
package struct Comparison {
  /// How many seeds unless told otherwise: enough to see, too few to judge.
  package static let defaultSeeds = 1

  package let experiment: Experiment
  private let conditions: Conditions
  private let seeds: [UInt64]
  private var settings: RunSettings { experiment.settings }

  /// The object that `--json` prints and `results.json` keeps.
  package struct Result: Codable, Described, Sendable {
    package static let words = "comparison: compare --json; results.json of a comparison"
    let corpus: CorpusSummary
    let preset: Preset
    let conditions: Conditions
    let gateOrder: GateOrder
    let seed: UInt64
    let seeds, steps, threads: Int
    let sizes: RunSizes
    package let routers: [RouterResult]
    let differences: [Difference]
    /// The same runs, to be compared.
    package private(set) var runs = FinishedRuns([], on: nil)

    private enum CodingKeys: CodingKey {
      case corpus, preset, conditions, gateOrder, seed, seeds, steps, threads, sizes, routers, differences
    }

    /// What was found: all other tables if they are asked for, then the one of quality, and two sentences.
    package func passages(isVerbose: Bool) -> [Passage] {
      (isVerbose ? ComparisonTables(runs).details : []) + [.table(runs.quality)] + runs.summary.map { .paragraph($0) }
    }
  }

  package init(
    _ settings: RunSettings, routers: [RouterKind], conditions: Conditions, seeds count: Int = defaultSeeds,
    command: [String] = [], observer: any ExperimentObserver
  ) throws {
    let corpus = try observer.noting(settings.corpus())
    (self.conditions, seeds) = (conditions, settings.seeds(count))
    let runs = try settings.plan(
      routers.map { conditions.variant($0, settings) }, on: corpus, seeds: seeds, namesFirstSeed: false)
    experiment = try Experiment(
      settings, [ExperimentPart(title: corpus.name, corpus: corpus, runs: runs, conditions: conditions)],
      command: command,
      observer: observer)
  }

  /// Trains what is not trained yet, compares, and keeps the results.
  package func result(in directory: RunDirectory?) throws -> Result {
    let runs = try experiment.finishedRuns(in: directory)[0]
    let first = experiment.runs[0].configuration
    let result = Result(
      corpus: experiment.corpora[0], preset: settings.preset,
      conditions: conditions, gateOrder: first.model.gateOrder, seed: seeds[0], seeds: seeds.count,
      steps: first.training.steps, threads: settings.workers.count, sizes: RunSizes(first), routers: runs.results,
      differences: runs.differences, runs: runs)
    if let directory {
      try experiment.observer.completing {
        try directory.writeJSON(Stamped(result), to: RunDirectory.resultsName)
      }
    }
    return result
  }

  /// The routers that a search has no settings of, though others have.
  private var untuned: [String] {
    guard conditions == .tuned, let stored = TunedSettings.stored[settings.preset] else { return [] }
    return experiment.runs.filter { stored[$0.variant.router] == nil }.map(\.variant.name).distinct
  }

  /// The text, the sizes and the conditions.
  package var heading: String {
    let (corpus, first) = (experiment.parts[0].corpus, experiment.runs[0].configuration)
    let entropy = corpus.entropyBitsPerCharacter.map {
      ["  exact entropy: \(String(format: "%.4f", $0)) \(corpus.unit)"]
    }
    return
      ([
        corpus.name, "  " + experiment.corpora[0].sizes,
      ] + (entropy ?? []) + [
        "\(settings.preset.rawValue), \(first.training.steps) steps, \(seeds.words)"
          + ", \(first.model.gateOrder.rawValue), \(settings.workers.count.counted("thread"))",
        "  " + first.sizes, "  " + conditions.summary(settings),
      ]
      + experiment.runs.compactMap { run in run.configuration.warning.map { "  \(run.variant.name): \($0)" } }.distinct
      + (untuned.isEmpty ? [] : ["  not searched, with the preset's settings: \(untuned.listed)"])).joined(
        separator: "\n")
  }
}

extension [UInt64] {
  /// "seed 1" or "seeds 1 to 3".
  var words: String { count == 1 ? "seed \(self[0])" : "seeds \(self[0]) to \(self[count - 1])" }
}

extension RunConfiguration {
  /// "L = 2, d = 64, …, B = 16".
  package var sizes: String {
    "L = \(model.layers), d = \(model.modelWidth), H·d_h = \(model.heads)·\(model.headWidth), f = \(model.expertWidth), "
      + "N = \(model.experts), T = \(model.segment), M = \(model.memory), B = \(training.batch)"
  }
}

/// The sizes that all runs of a comparison share, as its JSON repeats them.
struct RunSizes: Codable, Described, Sendable {
  package static let words = "sizes: what all runs of a comparison share"
  let layers, modelWidth, heads, headWidth, expertWidth, experts, segment, memory, batch: Int

  init(_ run: RunConfiguration) {
    let model = run.model
    (layers, modelWidth, heads, headWidth) = (model.layers, model.modelWidth, model.heads, model.headWidth)
    (expertWidth, experts, segment, memory) = (model.expertWidth, model.experts, model.segment, model.memory)
    batch = run.training.batch
  }
}
