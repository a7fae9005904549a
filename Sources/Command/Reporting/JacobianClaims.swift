import Experiments
import Foundation
import Jacobian
import Report
import RunFiles
import Tables

/// What `jacobian --json` found, read from a file.
struct JacobianClaims: Decodable {
  /// One measured line.
  struct Claim: Decodable {
    let claim: Int?
    let router: String
    let statement: String
    let setting: ClaimSetting
    let bound: Double?
    let measured: Double?
    let holds: Bool?

    private enum CodingKeys: CodingKey { case claim, router, statement, setting, bound, measured, holds }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      claim = try container.decodeIfPresent(Int.self, forKey: .claim)
      router = try container.decode(String.self, forKey: .router)
      statement = try container.decode(String.self, forKey: .statement)
      // Files of earlier versions have it as words.
      setting = (try? container.decode(ClaimSetting.self, forKey: .setting)) ?? ClaimSetting()
      bound = try container.decodeIfPresent(Double.self, forKey: .bound)
      measured = try container.decodeIfPresent(Double.self, forKey: .measured)
      holds = try container.decodeIfPresent(Bool.self, forKey: .holds)
    }
  }

  let subject: JacobianSubject
  let claims: [Claim]
  let collapse: [Claim]
  let undecided: [Int]

  /// Reads a file.
  init(contentsOf path: String) throws {
    self = try InputFile.readJSON(JacobianClaims.self, from: path)
  }

  /// The claims, their numbers and the curve of ranks.
  var section: Section {
    let decided = Set(claims.compactMap(\.claim)).sorted()
    let lines = decided.map { number in
      let own = claims.filter { $0.claim == number }
      let bounded = own.filter { $0.holds != nil }
      let kind: VerdictLine.Kind =
        undecided.contains(number)
        ? .open : bounded.isEmpty ? .unmeasured : bounded.allSatisfy { $0.holds == true } ? .agrees : .disagrees
      let words =
        switch kind {
        case .agrees: "holds"
        case .disagrees: "does not hold"
        case .open: "not decided"
        case .unmeasured: "measured, without a bound"
        }
      return VerdictLine(
        claim: "Claim \(number)", kind: kind, words: words,
        numbers: "\(bounded.count { $0.holds == true }) of \(bounded.count) numbers with a bound respect it")
    }
    return Section(
      id: "jacobian", title: "The Jacobian comparison", lead: subject.heading.replacing("\n", with: "; "),
      blocks: [.verdicts(lines)] + (curve.map { [.figures([$0])] } ?? [])
        + [.details(summary: "All numbers, with their bounds", [.table(table)])])
  }

  private var table: Table {
    Table(
      "Claims", headings: ["claim", "router", "what", "found", "bound", "holds"],
      rows: (claims + collapse).map { claim in
        [
          .text(claim.claim.map { "\($0)" } ?? "collapse"), .text(claim.router), .text(claim.statement),
          .optional(claim.measured), .optional(claim.bound), .text(claim.holds.map { $0 ? "yes" : "no" } ?? "–"),
        ]
      })
  }

  /// The rank of all routing terms against m; nil if no curve was measured.
  private var curve: Block.Figure? {
    let all = claims.filter {
      $0.statement.hasPrefix("rank of all routing terms") && $0.setting.part == "curve"
    }
    // Every m has two bounds; the sharper one, which counts the units that switched, where it was found, for all m.
    let sharper = all.filter { $0.setting.switchedUnits != nil }
    func points(_ claims: [Claim], _ value: (Claim) -> Double?) -> [Point] {
      var points: [Point] = []
      for claim in claims {
        guard let m = claim.setting.embeddingWidth.map(Double.init), let y = value(claim),
          !points.contains(where: { $0.x == m })
        else { continue }
        points.append(Point(m, y))
      }
      return points.sorted { $0.x < $1.x }
    }
    let ranks = points(all, \.measured)
    let bounds = points(sharper.isEmpty ? all : sharper, \.bound)
    guard ranks.count > 1 else { return nil }
    let fixed = claims.lazy.compactMap(\.setting.fixedRank).first.map(Double.init)
    return Block.Figure(
      "rank-curve",
      LineChart(
        title: "How many dimensions routing has", x: Axis(label: "m", unit: "embedding width", scale: .logarithmic),
        y: Axis(label: "rank of all routing terms", includesZero: true),
        series: [Series(name: "found", points: ranks), Series(name: "bound", points: bounds, isDashed: true)]
          .filter { !$0.points.isEmpty },
        references: fixed.map { [Reference(name: "N−1, a fixed router", value: $0)] } ?? [], markers: true),
      caption: "Over a training of a HyperRouter.")
  }
}
