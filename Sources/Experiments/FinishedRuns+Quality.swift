import Foundation
import Tables

extension FinishedRuns {
  /// What was found, and what was not, in two sentences; none if there is nothing to compare.
  package var summary: [String] {
    guard variants.count > 1 else { return [] }
    guard seeds.count > 1 else {
      let best = results.min { ($0.best?.bitsPerCharacter ?? .infinity) < ($1.best?.bitsPerCharacter ?? .infinity) }
      guard let best, let result = best.best else { return [] }
      return [
        "With one seed: \(best.variant) is lowest, \(String(format: "%.3f", result.bitsPerCharacter)) \(unit) "
          + "at k = \(result.k), chosen by validation.",
        "One seed says nothing about how much seeds differ; --seeds 3 gives intervals.",
      ]
    }
    var (found, open): ([String], [String]) = ([], [])
    let all = differences
    for name in all.map(\.name).distinct {
      let own = all.filter { $0.name == name }
      let first = own[0]
      func ks(_ isMeant: (ClosedRange<Double>?) -> Bool) -> String? {
        let found = own.filter { isMeant($0.paired.interval) }.map { "\($0.k)" }
        return found.isEmpty ? nil : "k = " + found.joined(separator: ", ")
      }
      // Bits of a less bits of b.
      if let ks = ks({ $0.map { $0.upperBound < 0 } ?? false }) {
        found.append("\(first.a) has fewer bits than \(first.b) at \(ks)")
      }
      if let ks = ks({ $0.map { $0.lowerBound > 0 } ?? false }) {
        found.append("\(first.b) has fewer bits than \(first.a) at \(ks)")
      }
      if let ks = ks({ $0?.contains(0) ?? true }) { open.append("between \(first.a) and \(first.b) at \(ks)") }
    }
    if found.isEmpty && open.isEmpty { return [] }
    return [
      "Differences whose uncorrected 95 % intervals exclude 0: "
        + (found.isEmpty ? "none." : found.joined(separator: "; ") + "."),
      "Intervals that hold 0: " + (open.isEmpty ? "nowhere." : open.joined(separator: "; ") + "."),
    ]
  }
}

extension FinishedRuns {
  /// How many symbols the bits of a run are the mean of.
  private var scoredNote: [String] {
    let counts = Set(results.flatMap { $0.test.map(\.symbols) }).sorted()
    return counts.isEmpty ? [] : ["each the mean of \(counts.map(Numeral.count).joined(separator: " or ")) \(symbol)s"]
  }

  /// Bits by k, the table that a comparison is about; a star marks that of the last step.
  package var quality: Table {
    let entropy = corpus?.entropyBitsPerSymbol
    var table = Table(
      "\(unit) on the test part, by experts used at inference",
      headings: ["router"] + ks.map { "k = \($0)" } + ["best"] + (entropy == nil ? [] : ["above entropy"]),
      notes: ["* the k of the last step; the best k is chosen by the validation part"] + scoredNote + intervalNote
        + routerNotes)
    for variant in variants {
      let byK = ks.map { k -> Table.Cell in
        let estimate = values(of: variant) { $0[k]?.bitsPerCharacter }?.estimate
        guard self[variant].first?.lastK == k, let estimate else { return .estimated(estimate, digits: 3) }
        return .text(estimate.text(digits: 3) + "*")
      }
      let best = cell(variant, 3) { $0.best?.bitsPerCharacter }
      let above = entropy.map { entropy in cell(variant, 3) { $0.best.map { $0.bitsPerCharacter - entropy } } }
      table.append([.text(variant)] + byK + [best] + [above].compactMap { $0 })
    }
    for baseline in corpus?.baselines ?? [] {
      table.append(
        [.text(baseline.name)] + ks.map { _ in .missing } + [.number(baseline.bitsPerSymbol, digits: 3)]
          + (entropy == nil ? [] : [.missing]))
    }
    return table
  }
}
