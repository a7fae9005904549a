import RunFiles
import Tables
import Training

/// One of the criteria.
package struct HeadroomCriterion: Codable, Described, Sendable {
  package static let words = """
    headroom_criterion: a number against a bound
    measured: mean over seeds where there are several; null if nothing was
    half_width: of the 95 % interval over seeds, Student's t; of H1 four standard errors
    is_met: whether it is within the bound
    """

  /// H1 … H7.
  package let id: String
  /// What is measured, in what unit.
  package let statement: String
  @OrNull package private(set) var measured: Double?
  @OrNull package private(set) var halfWidth: Double?
  /// "≥ 0.08".
  package let bound: String
  package let isMet: Bool
  private var digits = 4

  private enum CodingKeys: CodingKey { case id, statement, measured, halfWidth, bound, isMet }

  private init(
    _ id: String, _ statement: String, _ measured: Double?, _ halfWidth: Double?, _ bound: String, digits: Int,
    _ isMet: (Double) -> Bool
  ) {
    (self.id, self.statement, self.bound, self.digits) = (id, statement, bound, digits)
    self.isMet = measured.map { $0.isFinite && isMet($0) } ?? false
    self.measured = measured
    self.halfWidth = halfWidth
  }

  init(_ id: String, _ statement: String, _ measured: PairedDifference?, atLeast bound: Double) {
    self.init(id, statement, measured?.mean, measured?.halfWidth, "≥ \(bound)", digits: 4) { $0 >= bound }
  }

  /// Met if the whole interval lies above.
  init(_ id: String, _ statement: String, _ measured: PairedDifference?, above bound: Double) {
    self.init(id, statement, measured?.mean, measured?.halfWidth, "> \(bound)", digits: 4) { _ in
      (measured?.interval?.lowerBound ?? -.infinity) > bound
    }
  }

  init(_ id: String, _ statement: String, _ measured: Double?, atMost bound: Double, digits: Int = 4) {
    self.init(id, statement, measured, nil, "≤ \(bound)", digits: digits) { $0 <= bound }
  }

  init(_ id: String, _ statement: String, _ measured: Double?, within bound: Double?) {
    self.init(id, statement, measured, bound, "0 within ±", digits: 4) { measured in
      bound.map { abs(measured) <= $0 } ?? false
    }
  }

  fileprivate var row: [Table.Cell] {
    [
      .text(id), .text(statement),
      .estimated(measured.map { Estimate($0, halfWidth: halfWidth) }, digits: digits), .text(bound),
      .text(isMet ? "yes" : "no"),
    ]
  }
}

/// The object that `headroom --json` prints and `results.json` keeps.
package struct HeadroomResult: Codable, Described, Sendable {
  package static let words =
    "headroom: headroom --json; its results.json: whether a text leaves routers something to differ in"
  package let corpus: CorpusSummary
  package let preset: Preset
  /// The first.
  package let seed: UInt64
  package let threads: Int
  package let criteria: [HeadroomCriterion]
  package let runs: [RouterResult]
  private(set) var finished = FinishedRuns([], on: nil)

  private enum CodingKeys: CodingKey { case corpus, preset, seed, threads, criteria, runs }

  /// The bits of all models, then the criteria.
  package var passages: [Passage] {
    let models = finished.table(
      "\(finished.unit) on the test part",
      [
        ("bits", 4, { $0.test.first?.bitsPerCharacter }),
        ("validation", 4, { $0.evaluation.first?.bitsPerCharacter }),
        ("without memory", 3, { $0.reach?[.nothing]?.bits }),
        ("I(class; expert), bits", 2, { $0.test.first?.classInformation }),
      ], notes: finished.intervalNote)
    let judged = Table(
      "headroom of \(corpus.name), bits",
      columns: [.text(""), .text("measured"), .number("value"), .text("bound"), .text("met")],
      rows: criteria.map(\.row),
      notes: finished.intervalNote + [
        "H1 entropy, H2 capacity, H3 routing, H4 not saturated, H5 memory, H6 seed noise, H7 time with "
          + "\(threads.counted("thread")). Of a segment that memory does not precede, a word or line is whole behind the first "
          + "marker or line feed. ± of H1 is four standard errors."
      ])
    return [.table(models), .table(judged)]
  }
}
