import MixtureOfExperts
import Hosts
import RunFiles
import Training

/// What the classifiers of several conditions and seeds say together: accuracies on the test part, and their differences paired
/// by seed.
package struct FinetuningSummary: Encodable, Sendable {
  /// The accuracy of one condition at one k.
  package struct Accuracy: Encodable, Sendable {
    /// The condition.
    package let condition: FinetuningCondition
    /// Experts for each token; nil: for each seed the k with the highest accuracy on the validation part.
    @OrNull package private(set) var k: Int?
    /// The mean over seeds.
    package let mean: Double
    /// √(p (1−p) / n) of one classifier, the mean over seeds: what other texts would change.
    package let standardError: Double
    /// Half of the 95 % interval of the mean over seeds, by Student's t: what other seeds would change; nil for one seed.
    @OrNull package private(set) var halfWidth95: Double?
  }

  /// How much more accurate one condition is than another, with the same k for both.
  package struct Difference: Encodable, Sendable {
    /// A condition.
    package let a: FinetuningCondition
    /// The one whose accuracy is subtracted.
    package let b: FinetuningCondition
    /// Experts for each token.
    package let k: Int
    /// One difference for each seed.
    package let accuracy: PairedDifference

    private enum CodingKeys: CodingKey { case a, b, k }

    /// Writes the conditions beside the differences.
    ///
    /// - Throws: What the encoder throws.
    package func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(a, forKey: .a)
      try container.encode(b, forKey: .b)
      try container.encode(k, forKey: .k)
      try accuracy.encode(to: encoder)
    }
  }

  /// By condition, by ascending k, the chosen k last.
  package let accuracies: [Accuracy]
  /// Of each pair of conditions, by ascending k.
  package let differences: [Difference]

  /// Puts results together.
  ///
  /// - Parameter results: For each condition one for each seed, all with the same seeds and measured at the same k.
  package init(_ results: [FinetuningResult]) {
    let byCondition = Dictionary(grouping: results, by: \.condition)
      .mapValues { $0.sorted { $0.seed < $1.seed } }
    let seeds = Set(byCondition.values.map { $0.map(\.seed) })
    let ks = Set(results.map { $0.test.map(\.k) })
    precondition(
      seeds.count == 1 && ks.count == 1, "FinetuningSummary: seeds \(seeds) and k \(ks) do not make pairs")
    let conditions = FinetuningCondition.allCases.filter { byCondition[$0] != nil }
    let sorted = ks.first?.sorted() ?? []
    func measured(_ condition: FinetuningCondition, _ k: Int?) -> [ClassificationResult] {
      (byCondition[condition] ?? []).compactMap { result in
        result.test.first { $0.k == k ?? result.bestK }
      }
    }
    accuracies = conditions.flatMap { condition in
      (sorted.map(Optional.some) + [nil]).map { k in
        let found = measured(condition, k)
        let overSeeds = PairedDifference(found.map(\.accuracy))
        return Accuracy(
          condition: condition, k: k, mean: overSeeds.mean,
          standardError: found.reduce(0) { $0 + $1.standardError } / Double(found.count),
          halfWidth95: overSeeds.halfWidth)
      }
    }
    differences = conditions.indices.flatMap { first in
      conditions[(first + 1)...].flatMap { other in
        sorted.map { k in
          let pairs = zip(measured(conditions[first], k), measured(other, k))
          return Difference(
            a: conditions[first], b: other, k: k, accuracy: PairedDifference(pairs.map { $0.accuracy - $1.accuracy }))
        }
      }
    }
  }
}
