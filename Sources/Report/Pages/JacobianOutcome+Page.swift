import Experiments
import Jacobian

extension JacobianOutcome {
  /// The claims, their numbers and the curve of ranks.
  var section: Section {
    let lines = Claim.all.filter { claim in claims.contains { $0.claim == claim } }.map { claim in
      let found = verdicts.first { $0.claim == claim }
      let (compared, failed) = (found?.compared ?? 0, found?.failed ?? 0)
      return VerdictLine(
        claim: "Claim \(claim.number)",
        verdict: found.map { $0.holds.map { $0 ? .agrees : .disagrees } ?? .inconclusive },
        words: found?.words ?? "measured, without a bound",
        numbers: "\(compared - failed) of \(compared) numbers with a bound respect it")
    }
    return Section(
      id: "jacobian", title: "The Jacobian comparison", lead: subject.heading.joined(separator: "; "),
      blocks: [.verdicts(lines)] + (curve.map { [.figures([$0])] } ?? [])
        + [
          .details(
            summary: "All numbers, with their bounds",
            tables.flatMap { title, tables in [.heading(title)] + tables.map { .table($0) } })
        ])
  }

  /// The rank of all routing terms against m; nil if no curve was measured.
  private var curve: Block.Figure? {
    let all = claims.filter { $0.setting.part == .curve && ($0.setting.regions ?? $0.setting.switchedUnits) != nil }
    // Every m has two bounds; the sharper one, which counts the units that switched, where it was found, for all m.
    let sharper = all.filter { $0.setting.switchedUnits != nil }
    func points(_ claims: [ClaimResult], _ value: (ClaimResult) -> Double?) -> [Point] {
      claims.reduce(into: [Point]()) { points, claim in
        guard let m = claim.setting.embeddingWidth.map(Double.init), let y = value(claim),
          !points.contains(where: { $0.x == m })
        else { return }
        points.append(Point(m, y))
      }.sorted { $0.x < $1.x }
    }
    let ranks = points(all) { $0.measured.isFinite ? $0.measured : nil }
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
