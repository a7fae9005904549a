import Experiments
import Jacobian
import Report
import Tables
import Training

/// What the runs of a part of `compare --suite open` answer, as the page shows it.
struct OpenReport {
  let kind: OpenPart
  let part: ReportedPart
  /// What the ids of its section and charts begin with.
  let prefix: String

  /// The part of the suite that runs belong to; nil if they are of another experiment.
  init?(_ part: ReportedPart, prefix: String) {
    guard let kind = OpenPart(title: part.name, text: part.corpus?.name) else { return nil }
    (self.kind, self.part, self.prefix) = (kind, part, prefix)
  }

  /// Finished runs by the names that charts give them, one for each variant and seed.
  private var runs: [OpenPart.Run] {
    var seen: Set<String> = []
    return part.runs.compactMap { run in
      guard let result = run.result, seen.insert("\(run.variant) \(run.seed)").inserted else { return nil }
      return (configuration: run.configuration, result: result.named(run.variant))
    }
  }

  /// What finished runs answer.
  var answers: [OpenAnswer] { kind.answers(runs) }

  /// Answers, charts and tables; nil if nothing is finished.
  var section: Section? {
    guard !runs.isEmpty else { return nil }
    let answers = answers
    let figures = answerFigures(answers) + ownFigures
    return Section(
      id: prefix + "open-\(kind.rawValue)", title: kind.title,
      lead: kind.method + " A statement agrees if the 95 % interval of its difference lies above 0, paired by seed.",
      blocks: (answers.isEmpty ? [] : [.verdicts(answers.map { $0.line(chart: id($0.unit)) })])
        + (figures.isEmpty ? [] : [.figures(figures)])
        + kind.tables(runs).map { .table($0) }
        + [.details(summary: "What each statement says to be above 0", [.table(rules(answers))])])
  }

  /// The id of the chart of all differences with this unit.
  private func id(_ unit: String) -> String {
    prefix + "open-\(kind.rawValue)-" + String(unit.map { $0.isASCII && $0.isLetter ? $0 : "-" })
  }

  /// One chart of differences for each unit.
  private func answerFigures(_ answers: [OpenAnswer]) -> [Block.Figure] {
    answers.map(\.unit).distinct.map { unit in
      Block.Figure(
        id(unit),
        IntervalChart(
          title: "What decides: \(unit)", x: Axis(label: "difference", unit: unit),
          rows: answers.filter { $0.unit == unit }.map {
            IntervalRow(label: $0.statement, mean: $0.difference.mean, interval: $0.difference.interval)
          }),
        caption: "Right of 0 the statement is right." + (part.seeds.count > 1 ? " 95 % intervals." : ""))
    }
  }

  private func rules(_ answers: [OpenAnswer]) -> Table {
    Table(
      "Rules", headings: ["statement", "has to be above 0"],
      rows: answers.map { [.text($0.statement), .text($0.rule)] })
  }

  /// Curves that a part has of its own.
  private var ownFigures: [Block.Figure] {
    guard [.reach, .recall].contains(kind) else { return [] }
    func curve(_ content: MemoryContent) -> [Series] {
      SeedCurves.series(part, ", \(content.rawValue)", isDashed: content == .own) { run in
        (run.result?.reach?[content]?.bitsByPosition ?? []).enumerated().map { Point(Double($0 + 1), $1) }
      }
    }
    let lengths = SeedCurves.series(part) { run in
      // No memory has no place on a logarithmic axis: the table has it.
      (run.result?.reach?.lengths ?? []).filter { $0.memory > 0 }
        .map { Point(Double($0.memory), $0.evaluation.bitsPerCharacter) }
    }
    guard !lengths.isEmpty else { return [] }
    return [
      Block.Figure(
        prefix + "open-\(kind.rawValue)-lengths",
        LineChart(
          title: "Bits by tokens of memory", x: Axis(label: "M", unit: "tokens", scale: .logarithmic),
          y: Axis(label: "test loss", unit: part.unit), series: lengths, markers: true)),
      Block.Figure(
        prefix + "open-\(kind.rawValue)-positions",
        LineChart(
          title: "Bits by place in the segment", x: Axis(label: "place", unit: "symbols"),
          y: Axis(label: "test loss", unit: part.unit), series: curve(.nothing) + curve(.own)),
        caption: "Without memory, and with its own."),
    ]
  }
}
