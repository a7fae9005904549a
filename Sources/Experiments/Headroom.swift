import Corpora
import Foundation
import MixtureOfExperts
import RunFiles
import Tables
import Training

/// Whether a text leaves routers something to differ in: seven criteria, each a number against a bound, measured with the models that
/// the settings describe.
///
/// Routers keep k. Choices are made on the validation part, figures are of the test part, rows begin warm.
package struct Headroom {
  /// The seeds of all criteria but H6.
  package static let defaultSeeds = 3
  /// The seeds of the paper's routers, whose differences H6 is about.
  package static let defaultPairedSeeds = 8
  /// The k of H3.
  static let routedKs = [1, 2]

  package let experiment: Experiment
  private let compared: Experiment  // what `compare` does with the same settings
  private let builtin: any BuiltinText
  private let dense: (narrow: String, wide: String)

  /// Plans the runs.
  ///
  /// - Throws: `ConfigurationError` for a text without classes, a dense network that cannot have the width of k
  ///   experts, or a model without memory.
  package init(
    _ settings: RunSettings, seeds: Int = defaultSeeds, pairedSeeds: Int = defaultPairedSeeds, command: [String] = [],
    observer: any ExperimentObserver
  ) throws {
    let variants = try Self.variants(settings)
    builtin = try Self.text(settings).make()
    let corpus = try observer.noting(settings.corpus())
    dense = (variants.dense[0].name, variants.dense[1].name)
    var runs: [PlannedRun] = []
    for k in Self.routedKs {
      for variant in [variants.random, variants.oracle] {
        var own = settings
        own.set(\.training.kSchedule, to: KSchedule(.constant, k, k))
        // Gate weights are then 1/k.
        own.set(\.model.gateOrder, to: .topKThenSoftmax)
        for var run in try own.plan([variant.named("\(variant.name)-k\(k)")], on: corpus, seeds: own.seeds(seeds)) {
          (run.ks, run.isRoutedByClass) = ([k], variant == variants.oracle)
          runs.append(run)
        }
      }
    }
    runs += try settings.plan(variants.dense, on: corpus, seeds: settings.seeds(seeds))
    for var run in try settings.plan(variants.routers, on: corpus, seeds: settings.seeds(max(seeds, pairedSeeds))) {
      // The last quarter of a training begins with an evaluation.
      run.configuration.evaluationInterval = max(1, run.configuration.training.steps / 4)
      run.ks = [variants.k]
      run.measuresReach = run.seed < settings.seed &+ UInt64(seeds)
      runs.append(run)
    }
    experiment = try Experiment(
      settings, [ExperimentPart(title: "headroom", corpus: corpus, runs: runs)], command: command, observer: observer)
    compared = try Comparison(
      settings, routers: RouterKind.compared, conditions: .standard(for: settings.preset), observer: observer
    ).experiment
  }

  /// The texts that have classes.
  package static var texts: String {
    BuiltinCorpus.allCases.filter { !$0.facts.classMarkers.isEmpty }.map(\.rawValue).listed
  }

  private static func text(_ settings: RunSettings) throws(ConfigurationError) -> BuiltinCorpus {
    guard let name = BuiltinCorpus(rawValue: settings.data), !name.facts.classMarkers.isEmpty else {
      throw ConfigurationError("data", found: settings.data, expected: "a text whose classes are known: \(texts)")
    }
    return name
  }

  /// What is trained, whatever the text: dense networks of the width of k and of N experts, tokens sent anywhere, tokens sent by
  /// their class, and the paper's routers.
  private static func variants(
    _ settings: RunSettings
  ) throws -> (dense: [Variant], random: Variant, oracle: Variant, routers: [Variant], k: Int) {
    let run = try settings.configuration(.smoe)
    let (f, N, k) = (run.model.expertWidth, run.model.experts, run.training.kSchedule.largest)
    guard k * f % N == 0, N >= 2 else {
      throw ConfigurationError(
        "expertWidth", found: f, expected: "k·f = \(k * f) to be a multiple of N = \(N), at least 2")
    }
    try ConfigurationError.check("memory", run.model.memory, in: 1...Configuration.Limits.memory.upperBound)
    // A dense network has N·f hidden units.
    let dense = [k * f / N, f].map { width in
      Variant(.dense).named("dense-\(N * width)") { $0.expertWidth = width }
    }
    return (
      dense, Variant(.random), Variant(.random, named: "by-class"),
      RouterKind.compared.map { Variant($0, growsK: false) }, k
    )
  }

  /// Refuses settings that no text could make runs of, before one is read.
  package static func check(_ settings: RunSettings) throws {
    _ = try text(settings)
    if settings.isSet(\.training.kSchedule) {
      throw ConfigurationError("kSchedule", found: "a schedule", expected: "none: every router keeps k")
    }
    let variants = try variants(settings)
    try settings.check(variants.dense + [variants.random] + variants.routers)
  }

  /// Trains what is not trained yet, measures, judges, and keeps the results.
  package func result(in directory: RunDirectory?) throws -> HeadroomResult {
    experiment.observer.note(try experiment.announcement(in: directory))
    let runs = try experiment.finishedRuns(in: directory)[0]
    let result = HeadroomResult(
      corpus: experiment.corpora[0], preset: experiment.settings.preset,
      seed: experiment.settings.seed, threads: experiment.settings.workers.count,
      criteria: try criteria(runs), runs: runs.results, finished: runs)
    if let directory {
      try experiment.observer.completing { try directory.writeJSON(Stamped(result), to: RunDirectory.resultsName) }
    }
    return result
  }

  private func criteria(_ runs: FinishedRuns) throws -> [HeadroomCriterion] {
    let entropy = runs.corpus?.entropyBitsPerSymbol ?? 0
    let routers = RouterKind.compared.map(\.rawValue)
    func bits(_ result: RouterResult) -> Double? { result.test.first?.bitsPerCharacter }
    func mean(_ variant: String, _ value: (RouterResult) -> Double?) -> PairedDifference? {
      PairedDifference(ofAll: runs[variant].filter { $0.reach != nil }, value)
    }
    let surprise = builtin.surprise
    var criteria = [
      HeadroomCriterion(
        "H1", surprise == nil ? "bits by its own tables: not computed" : "bits by its own tables − exact entropy",
        surprise.map { $0.mean - entropy }, within: surprise.map { 4 * $0.standardError }),
      HeadroomCriterion(
        "H2", "\(dense.narrow) − \(dense.wide)", runs.difference(dense.narrow, dense.wide, bits), atLeast: 0.08),
    ]
    for k in Self.routedKs {
      let routing = runs.difference("random-k\(k)", "by-class-k\(k)", bits)
      criteria.append(HeadroomCriterion("H3", "k = \(k): at random − by class", routing, atLeast: 0.15))
    }
    // Of the seeds that all models have: with more of them a router would be compared with itself.
    func validated(_ router: String) -> Double {
      mean(router) { $0.evaluation.first?.bitsPerCharacter }?.mean ?? .infinity
    }
    let best = routers.min { validated($0) < validated($1) } ?? routers[0]
    let left = mean(best) { result in bits(result).map { $0 - entropy } }
    let pair = runs.difference(RouterKind.smoe.rawValue, RouterKind.hyperRouter.rawValue, bits)
    criteria += [
      HeadroomCriterion("H4", "\(best) − entropy", left, atLeast: 0.05),
      HeadroomCriterion("H4", "\(best): gain of the last quarter", mean(best, \.lastQuarter), atLeast: 0.01),
      HeadroomCriterion("H5", "\(best): without memory − with it", mean(best) { $0.lost(\.bits) }, atLeast: 0.03),
      HeadroomCriterion("H5", "the same in whole words or lines", mean(best) { $0.lost(\.bitsInWholeLines) }, above: 0),
      HeadroomCriterion(
        "H6", "deviation of smoe − hyperrouter, \(pair?.differences.count ?? 0) seeds", pair?.standardDeviation,
        atMost: 0.01),
      HeadroomCriterion(
        "H7", "seconds of compare, estimated", try compared.seconds(of: compared.runs), atMost: 120, digits: 0),
    ]
    return criteria
  }
}

extension RouterResult {
  /// What the last quarter of the training gained on the validation part, in bits; nil where there was no evaluation when it began.
  fileprivate var lastQuarter: Double? {
    guard let last = history.last, let start = history.first(where: { 4 * $0.step >= 3 * last.step }),
      start.step < last.step
    else { return nil }
    return start.validation.bitsPerCharacter - last.validation.bitsPerCharacter
  }

  /// What is lost without memory.
  fileprivate func lost(_ bits: (MemoryReading) -> Double?) -> Double? {
    difference(reach?[.nothing].flatMap(bits), reach?[.own].flatMap(bits))
  }
}
