import Jacobian
import Foundation
import Training

/// What is known of one trained model when claims are judged.
public struct RunMeasures: Sendable {
  /// The variant's name.
  public let variant: String
  /// The seed.
  public let seed: UInt64
  /// Evaluations on the validation part, by which choices are made.
  public let validation: [EvaluationResult]
  /// Evaluations on the test part at the same values of k, from which figures come.
  public let test: [EvaluationResult]
  /// Its mixtures, first layer first; empty for dense models and where the text was too short to look.
  public let mixtures: [MixtureMeasures]
  /// How far back it sees; nil where nobody looked.
  public var reach: Reach?
  /// What it is worth for a classification task; nil where nobody finetuned it.
  public var finetuning: FinetuningMeasures?

  /// Puts measures together.
  ///
  /// - Parameters:
  ///   - variant: The variant's name.
  ///   - seed: The seed.
  ///   - validation: Evaluations on the validation part.
  ///   - test: Evaluations on the test part at the same values of k.
  ///   - mixtures: Its mixtures.
  public init(
    variant: String, seed: UInt64, validation: [EvaluationResult], test: [EvaluationResult],
    mixtures: [MixtureMeasures]
  ) {
    precondition(
      validation.map(\.k) == test.map(\.k), "RunMeasures: k = \(validation.map(\.k)) and \(test.map(\.k))")
    self.variant = variant
    self.seed = seed
    self.validation = validation
    self.test = test
    self.mixtures = mixtures
  }

  /// The k with the lowest loss on the validation part.
  public var bestK: Int? { validation.min { $0.loss < $1.loss }?.k }

  /// The evaluation on the test part at one k; nil if there was none.
  ///
  /// - Parameter k: Experts for each token.
  public subscript(k: Int) -> EvaluationResult? { test.first { $0.k == k } }

  /// The evaluation on the test part at the k that the validation part chose.
  public var best: EvaluationResult? { bestK.flatMap { self[$0] } }

  /// Returns log₂ of the smallest k that is good enough on the validation part; bits between two values of k lie on the line between
  /// theirs.
  ///
  /// - Parameter threshold: Bits for each symbol.
  /// - Returns: From log₂ of the smallest k that was evaluated; nil if no k is good enough.
  public func doublings(within threshold: Double) -> Double? {
    let points = validation.sorted { $0.k < $1.k }.map { (log2(Double($0.k)), $0.bitsPerCharacter) }
    guard let index = points.firstIndex(where: { $0.1 <= threshold }) else { return nil }
    guard index > 0 else { return points[0].0 }
    let (before, after) = (points[index - 1], points[index])
    return before.0 + (after.0 - before.0) * (before.1 - threshold) / (before.1 - after.1)
  }
}

extension RunMeasures {
  /// The mean over mixtures; nil without mixtures, or where one has no such measure.
  ///
  /// - Parameter value: A measure.
  /// - Returns: The mean.
  public func mean(_ value: (MixtureMeasures) -> Double?) -> Double? {
    let values = mixtures.compactMap(value)
    guard !values.isEmpty, values.count == mixtures.count else { return nil }
    return values.reduce(0, +) / Double(values.count)
  }

  /// The mean router entropy over layers on the test part, in nats; nil for dense models.
  ///
  /// - Parameter k: Experts for each token.
  /// - Returns: From 0 to ln N.
  public func entropy(k: Int) -> Double? {
    guard let layers = self[k]?.entropyPerLayer, !layers.isEmpty else { return nil }
    return layers.reduce(0, +) / Double(layers.count)
  }
}

/// The trained models of an experiment, over variants and seeds.
public struct SeededRuns: Sendable {
  private let runs: [String: [UInt64: RunMeasures]]

  /// Collects models.
  ///
  /// - Parameter all: Each variant and seed at most once.
  public init(_ all: [RunMeasures]) {
    runs = Dictionary(grouping: all, by: \.variant).mapValues {
      Dictionary(uniqueKeysWithValues: $0.map { ($0.seed, $0) })
    }
  }

  /// The models of a variant, by ascending seed; none if it is not there.
  ///
  /// - Parameter variant: Its name.
  public subscript(variant: String) -> [RunMeasures] {
    (runs[variant] ?? [:]).sorted { $0.key < $1.key }.map(\.value)
  }

  /// Returns f(a) − f(b) for each seed.
  ///
  /// Both models of a pair have the same seed: nothing else is ever subtracted.
  ///
  /// - Parameters:
  ///   - a: A variant's name.
  ///   - b: Another one's.
  ///   - value: f, a measure of one model.
  /// - Returns: The differences; nil if a seed is missing on one side, or a model has no such measure.
  public func difference(
    _ a: String, _ b: String, _ value: (RunMeasures) -> Double?
  ) -> PairedDifference? {
    guard let left = runs[a], let right = runs[b], !left.isEmpty, Set(left.keys) == Set(right.keys) else { return nil }
    let differences = left.keys.sorted().compactMap { seed -> Double? in
      guard let a = left[seed].flatMap(value), let b = right[seed].flatMap(value) else { return nil }
      return a - b
    }
    return differences.count == left.count ? PairedDifference(differences) : nil
  }

  /// Returns f of each seed, where f is itself a difference: of the same model in two situations.
  ///
  /// - Parameters:
  ///   - variant: A variant's name.
  ///   - value: f.
  /// - Returns: The differences; nil if there is no model, or one has no such measure.
  public func values(of variant: String, _ value: (RunMeasures) -> Double?) -> PairedDifference? {
    let models = self[variant]
    let found = models.compactMap(value)
    return found.isEmpty || found.count < models.count ? nil : PairedDifference(found)
  }
}
