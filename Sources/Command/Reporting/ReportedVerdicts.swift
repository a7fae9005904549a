import Experiments
import Foundation
import Jacobian
import MixtureOfExperts
import Report
import Tables

/// The paper's claims, judged by the runs of a part at one set of conditions.
struct ReportedVerdicts {
  /// A claim beside what was measured of it; nil if something that it needs was not.
  struct Entry {
    let claim: PaperClaim
    /// Where it was judged; empty where there is one place only.
    let place: String
    let judged: JudgedClaim?
    /// Why nothing was judged; empty if something was.
    var lack = ""
    let ks: [Int]
  }

  let entries: [Entry]
  let prefix: String
  let unit: String
  let seeds: Int

  /// Judges all claims.
  init(_ part: ReportedPart, prefix: String) {
    self.prefix = prefix
    unit = part.unit
    let (results, ks, experts, commonK) = (part.results, part.ks, part.experts, part.commonK)
    let names = Set(results.map(\.variant))
    let plain = [RouterKind.smoe, .smoeDropout, .hyperRouter].map(\.rawValue)
    let cells = [("original", FactorialCell.original), ("equal", FactorialCell.equal)].map { ($0, $1.map(\.name)) }
    let all = [("", plain)] + cells
    let places = all.filter { _, routers in routers.allSatisfy(names.contains) }
    seeds = Set(results.map(\.seed)).count
    let absent = all.map { _, routers in routers.filter { !names.contains($0) } }.min { $0.count < $1.count } ?? []
    entries = PaperClaim.allCases.flatMap { claim -> [Entry] in
      let judged = places.map { place, names in
        let differences = claim.differences(
          in: SeededRuns(results.map(\.measures)), (names[0], names[1], names[2]), ks: ks, experts: experts,
          commonK: commonK)
        return differences.isEmpty
          ? Entry(
            claim: claim, place: place, judged: nil,
            lack: Self.lack(of: claim, names[Self.rival(claim)], names[2], results, commonK: commonK), ks: ks)
          : Entry(claim: claim, place: place, judged: JudgedClaim(claim, differences), ks: ks)
      }
      let lack = "\(Self.list(absent)) \(absent.count == 1 ? "is" : "are") needed"
      return judged.isEmpty ? [Entry(claim: claim, place: "", judged: nil, lack: lack, ks: ks)] : judged
    }
  }

  private static func list(_ names: [String]) -> String {
    names.count < 2 ? names.joined() : names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1]
  }

  /// Which of the three routers, SMoE first, HyperRouter is held against.
  private static func rival(_ claim: PaperClaim) -> Int {
    switch claim {
    case .beatsSMoE, .fewerExpertsThanSMoE, .surerThanSMoE, .collapse: 0
    case .beatsSMoEDropout, .fewerExperts, .surerThanSMoEDropout, .restriction: 1
    }
  }

  /// Why a claim about two routers that are there cannot be judged.
  private static func lack(
    of claim: PaperClaim, _ rival: String, _ hyper: String, _ results: [RouterResult], commonK: Int
  ) -> String {
    func own(_ name: String) -> [RouterResult] { results.filter { $0.variant == name } }
    func seeds(_ name: String) -> Set<UInt64> { Set(own(name).map(\.seed)) }
    for (one, other) in [(rival, hyper), (hyper, rival)] {
      let missing = seeds(other).subtracting(seeds(one)).sorted().map(String.init)
      if !missing.isEmpty { return "\(one) has no result of seed \(list(missing)) yet" }
    }
    switch claim {
    case .collapse, .restriction:
      return (own(rival) + own(hyper)).contains { $0.mixtures.isEmpty }
        ? "the test part is too short to look at mixtures" : "a mixture has no such measure"
    case .surerThanSMoE, .surerThanSMoEDropout: return "no entropy at k = \(commonK)"
    case .beatsSMoE, .beatsSMoEDropout, .fewerExperts, .fewerExpertsThanSMoE:
      return "not all were evaluated at the same k"
    }
  }

  /// One line for each claim and place.
  var lines: [VerdictLine] {
    entries.map { entry in
      let claim = entry.claim.rawValue + (entry.place.isEmpty ? "" : " (\(entry.place) conditions)")
      guard let judged = entry.judged else {
        return VerdictLine(
          claim: claim, kind: .unmeasured, words: "not measured: \(entry.lack)")
      }
      let numbers = zip(labels(entry), judged.differences).map { label, difference in
        (judged.differences.count > 1 ? "\(label.suffix): " : "") + difference.estimate.text(digits: 3)
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
  var rules: Table {
    Table(
      "Rules", headings: ["claim", "has to be above 0"],
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
    let rival = Self.rival(entry.claim) == 0 ? "SMoE" : "SMoE-Dropout"
    let pair = entry.claim == .restriction ? "HyperRouter − \(rival)" : "\(rival) − HyperRouter"
    switch entry.claim {
    case .beatsSMoE: return [(pair, "best k")]
    case .beatsSMoEDropout: return entry.ks.map { (pair, "k = \($0)") }
    default: return [(pair, "")]
    }
  }
}
