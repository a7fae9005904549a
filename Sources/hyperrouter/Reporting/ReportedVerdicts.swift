import Analysis
import Charts
import Foundation
import MixtureOfExperts
import Report

/// The paper's claims, judged by the runs of a part at one set of conditions.
struct ReportedVerdicts {
  /// A claim beside what was measured of it; nil if something that it needs was not.
  struct Entry {
    let claim: PaperClaim
    /// Where it was judged; empty where there is one place only.
    let place: String
    let judged: JudgedClaim?
    let ks: [Int]
  }

  let entries: [Entry]
  let prefix: String
  let unit: String
  let seeds: Int

  /// Judges all claims.
  ///
  /// - Parameters:
  ///   - part: The runs.
  ///   - prefix: What the ids of charts begin with.
  init(_ part: ReportedPart, prefix: String) {
    self.prefix = prefix
    unit = part.unit
    seeds = part.seeds.count
    let (results, ks, experts, commonK) = (part.results, part.ks, part.experts, part.commonK)
    let names = Set(results.map(\.variant))
    let plain = [RouterKind.smoe, .smoeDropout, .hyperRouter].map(\.rawValue)
    let cells = [("original", FactorialCell.original), ("equal", FactorialCell.equal)].map { ($0, $1.map(\.name)) }
    let places = ([("", plain)] + cells).filter { _, names3 in names3.allSatisfy(names.contains) }
    entries = PaperClaim.allCases.flatMap { claim -> [Entry] in
      let judged = places.map { place, names in
        let differences = claim.differences(
          in: SeededRuns(results.map(\.measures)), (names[0], names[1], names[2]), ks: ks, experts: experts,
          commonK: commonK)
        return Entry(
          claim: claim, place: place, judged: differences.isEmpty ? nil : JudgedClaim(claim, differences), ks: ks)
      }
      return judged.isEmpty ? [Entry(claim: claim, place: "", judged: nil, ks: ks)] : judged
    }
  }

  /// One line for each claim and place.
  var lines: [VerdictLine] {
    entries.map { entry in
      let claim = entry.claim.rawValue + (entry.place.isEmpty ? "" : " (\(entry.place) conditions)")
      guard let judged = entry.judged else {
        return VerdictLine(
          claim: claim, kind: .unmeasured, words: "not measured, smoe, smoe-dropout and hyperrouter are needed")
      }
      let numbers = zip(labels(entry), judged.differences).map { label, difference in
        let mean = Numeral.value(difference.mean, digits: 3)
        let half = difference.halfWidth.map { " ± \(Numeral.value($0, digits: 2))" } ?? ""
        return (judged.differences.count > 1 ? "\(label.suffix): " : "") + mean + half
      }
      let isAlone = judged.differences.contains { $0.halfWidth == nil }
      let kind: VerdictLine.Kind =
        switch judged.verdict {
        case .agrees: .agrees
        case .disagrees: .disagrees
        case .notDecided: .open
        }
      return VerdictLine(
        claim: claim, kind: kind, words: judged.verdict.rawValue + (isAlone ? ": one seed" : ""),
        numbers: numbers.joined(separator: "; ") + " \(quantity(entry.claim).unit)",
        chart: id(quantity(entry.claim).id))
    }
  }

  /// One chart of differences for each unit.
  var figures: [Block.Figure] {
    let quantities = PaperClaim.allCases.map(quantity)
    return quantities.map(\.id).distinct.compactMap { quantityID in
      let rows = entries.filter { quantity($0.claim).id == quantityID }.flatMap { entry -> [IntervalRow] in
        zip(labels(entry), entry.judged?.differences ?? []).map { label, difference in
          IntervalRow(
            label: [label.pair, label.suffix, entry.place].filter { !$0.isEmpty }.joined(separator: ", "),
            mean: difference.mean, interval: difference.interval)
        }
      }
      guard let quantity = quantities.first(where: { $0.id == quantityID }), !rows.isEmpty else { return nil }
      return Block.Figure(
        id(quantityID),
        IntervalChart(title: quantity.title, x: Axis(label: "difference", unit: quantity.unit), rows: rows),
        caption: "Right of 0 the claim is right." + (seeds > 1 ? " 95 % intervals." : ""))
    }
  }

  /// What the claims ask for, for those who want to know exactly.
  var rules: DataTable {
    DataTable(
      columns: ["claim", "has to be above 0"],
      rows: PaperClaim.allCases.map { [.text($0.rawValue), .text($0.rule)] })
  }

  private func id(_ quantity: String) -> String { prefix + "claims-" + quantity }

  /// What a claim's differences are counted in; claims with the same are in one chart.
  private func quantity(_ claim: PaperClaim) -> (id: String, title: String, unit: String) {
    switch claim {
    case .beatsSMoE, .beatsSMoEDropout: ("bits", "Is it better?", unit)
    case .fewerExperts, .fewerExpertsThanSMoE: ("experts", "Does it need fewer experts?", "doublings of k")
    case .surerThanSMoE, .surerThanSMoEDropout: ("entropy", "Is it surer?", "nats")
    case .collapse: ("collapse", "Are SMoE's experts more alike?", "cosine")
    case .restriction: ("restriction", "Does SMoE-Dropout see less?", "share of the variance")
    }
  }

  /// What is subtracted, and at which k.
  private func labels(_ entry: Entry) -> [(pair: String, suffix: String)] {
    let pair =
      switch entry.claim {
      case .beatsSMoE, .fewerExpertsThanSMoE, .surerThanSMoE, .collapse: "SMoE − HyperRouter"
      case .beatsSMoEDropout, .fewerExperts, .surerThanSMoEDropout: "SMoE-Dropout − HyperRouter"
      case .restriction: "HyperRouter − SMoE-Dropout"
      }
    switch entry.claim {
    case .beatsSMoE: return [(pair, "best k")]
    case .beatsSMoEDropout: return entry.ks.map { (pair, "k = \($0)") }
    default: return [(pair, "")]
    }
  }
}
