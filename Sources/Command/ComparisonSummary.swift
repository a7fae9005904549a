import Experiments
import Foundation
import Jacobian

/// What the runs of a comparison say together: one sample for each variant, one difference for each pair and k.
struct ComparisonSummary {
  /// One for each variant, in the order of the comparison; the runs of a sample differ in the seed.
  let samples: [VariantSample]
  /// One for each pair of variants and each k that both were evaluated at.
  let differences: [RouterDifference]

  init(_ results: [RouterResult]) {
    let names = results.map(\.variant).distinct
    samples = names.map { name in VariantSample(name: name, runs: results.filter { $0.variant == name }) }
    let measures = results.map(\.measures)
    let ks = Set(results.flatMap { $0.test.map(\.k) }).sorted()
    differences = names.enumerated().flatMap { index, a in
      names[(index + 1)...].flatMap { b in
        // Of a comparison that is not finished only the seeds that both have.
        let seeds = [a, b].map { name in Set(measures.filter { $0.variant == name }.map(\.seed)) }
        let runs = SeededRuns(measures.filter { run in seeds.allSatisfy { $0.contains(run.seed) } })
        return ks.compactMap { k in
          runs.difference(a, b) { $0[k]?.bitsPerCharacter }.map { RouterDifference(a: a, b: b, k: k, bits: $0) }
        }
      }
    }
  }

  /// What was seen, and what was not, in two sentences.
  ///
  /// - Parameter unit: What losses are counted in.
  /// - Returns: Two sentences; one if there is nothing to compare.
  func findings(_ unit: String) -> [String] {
    guard samples.count > 1 else { return [] }
    guard samples[0].runs.count > 1 else {
      let best = samples.min {
        ($0.runs[0].best?.bitsPerCharacter ?? .infinity) < ($1.runs[0].best?.bitsPerCharacter ?? .infinity)
      }
      guard let best, let result = best.runs[0].best else { return [] }
      return [
        "Seen, with one seed: \(best.name) is lowest, \(String(format: "%.3f", result.bitsPerCharacter)) \(unit) "
          + "at k = \(result.k), chosen by validation.",
        "Not seen: whether any difference is more than the luck of a seed; --seeds 3 gives intervals.",
      ]
    }
    var seen: [String] = []
    var unseen: [String] = []
    for (index, a) in samples.enumerated() {
      for b in samples[(index + 1)...] {
        let own = differences.filter { $0.a == a.name && $0.b == b.name }
        // Whether bits of a − bits of b are above 0: whether b is better.
        func ks(_ verdict: Verdict) -> String? {
          let found = own.filter { Verdict([$0.bits]) == verdict }.map { "\($0.k)" }
          return found.isEmpty ? nil : "k = " + found.joined(separator: ", ")
        }
        if let ks = ks(.disagrees) { seen.append("\(a.name) is better than \(b.name) at \(ks)") }
        if let ks = ks(.agrees) { seen.append("\(b.name) is better than \(a.name) at \(ks)") }
        if let ks = ks(.notDecided) { unseen.append("between \(a.name) and \(b.name) at \(ks)") }
      }
    }
    // Nothing was compared.
    if seen.isEmpty && unseen.isEmpty { return [] }
    return [
      "Seen (95 % intervals that do not hold 0): " + (seen.isEmpty ? "nothing." : seen.joined(separator: "; ") + "."),
      "Not seen: "
        + (unseen.isEmpty
          ? "no difference was left undecided."
          : "a difference " + unseen.joined(separator: "; ") + "."),
    ]
  }
}

/// The runs of one variant.
struct VariantSample {
  let name: String
  /// One for each seed.
  let runs: [RouterResult]

  /// The mean and standard deviation over seeds, written as text; nil if a run lacks the value.
  ///
  /// - Parameters:
  ///   - digits: After the point.
  ///   - value: A number of a run.
  /// - Returns: "1.683" or "1.683 ± 0.004".
  func text(_ digits: Int, _ value: (RouterResult) -> Double?) -> String? {
    runs.map(value).meanAndDeviation(digits)
  }
}

/// The difference of two variants at one k: bits of a minus bits of b, paired by seed, on the test part.
struct RouterDifference: Encodable {
  let a: String
  let b: String
  let k: Int
  let bits: PairedDifference

  /// The pair, as tables call it.
  var name: String { "\(a) − \(b)" }

  private enum CodingKeys: CodingKey { case a, b, k }

  init(a: String, b: String, k: Int, bits: PairedDifference) {
    (self.a, self.b, self.k, self.bits) = (a, b, k, bits)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(a, forKey: .a)
    try container.encode(b, forKey: .b)
    try container.encode(k, forKey: .k)
    try bits.encode(to: encoder)
  }
}
