import Experiments
import Foundation
import Jacobian
import MixtureOfExperts
import Report
import Tables

/// What the published differences of a suite are made of.
struct ReportedCauses {
  /// The causes at one k.
  private typealias Entry = (k: Int, shares: CauseShares)

  private let rivals: [(name: String, entries: [Entry])]
  private let prefix: String
  private let unit: String

  /// Divides every difference for which the factorial was measured.
  init(_ part: ReportedPart, prefix: String) {
    self.prefix = prefix
    unit = part.unit
    let (runs, ks) = (SeededRuns(part.results.map(\.measures)), part.ks)
    rivals = [FactorialCell.original[0].router, FactorialCell.original[1].router].map { rival in
      let entries = ks.compactMap { k in
        CauseShares(in: runs, FactorialCell.chain(rival)) { $0[k]?.bitsPerCharacter }.map { (k, $0) }
      }
      return (rival.rawValue, entries)
    }.filter { !$0.entries.isEmpty }
  }

  private static let causes: [(name: String, share: @Sendable (CauseShares) -> PairedDifference)] = [
    ("as published", { $0.published }), ("k schedule", { $0.schedule }), ("scale of W_r", { $0.scale }),
    ("HyperRouter's speed", { $0.speed }), ("router", { $0.router }),
  ]

  /// A chart of the means over k and a table for each rival; none if the causes were not taken apart.
  var blocks: [Block] {
    if rivals.isEmpty { return [] }
    return [
      .heading("What the differences are made of"),
      .paragraph(
        "Bits of the rival minus bits of hyperrouter as published, and what each cause takes of it: both are given the same k "
          + "schedule, then the same scale of W_r, then the same speed; what is left is the router's own. The causes add "
          + "up to the first number. Of an interval that holds 0 nothing is told."),
      .figures(rivals.map(figure)),
    ] + rivals.map { .table(table($0.name, $0.entries)) }
  }

  private func figure(_ rival: String, _ entries: [Entry]) -> Block.Figure {
    let rows = Self.causes.map { cause in
      let mean = Self.mean(entries.map { cause.share($0.shares) })
      return IntervalRow(label: cause.name, mean: mean.mean, interval: mean.interval)
    }
    return Block.Figure(
      "\(prefix)causes-\(rival)",
      IntervalChart(
        title: "\(rival) − hyperrouter, mean of all k", x: Axis(label: "difference", unit: unit), rows: rows),
      caption: "Right of 0: for hyperrouter. With 95 % intervals.")
  }

  private func table(_ rival: String, _ entries: [Entry]) -> Table {
    func cells(_ differences: [PairedDifference]) -> [Table.Cell] { differences.map { .estimate($0.estimate) } }
    return Table(
      "\(rival) − hyperrouter, \(unit)", columns: [.text("k")] + Self.causes.map { .number($0.name, digits: 3) },
      rows: entries.map { entry in [.text("\(entry.k)")] + cells(Self.causes.map { $0.share(entry.shares) }) }
        + [
          [.text("mean of all k")]
            + cells(Self.causes.map { cause in Self.mean(entries.map { cause.share($0.shares) }) })
        ],
      notes: ["± half of a 95 % interval, by seeds"])
  }

  /// The mean over k of each seed.
  private static func mean(_ all: [PairedDifference]) -> PairedDifference {
    let seeds = all.map(\.differences.count).min() ?? 0
    return PairedDifference(
      (0..<seeds).map { seed in all.reduce(0) { $0 + $1.differences[seed] } / Double(all.count) })
  }
}
