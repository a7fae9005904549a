import Experiments
import Jacobian
import Report
import Tables
import Training

/// What the runs of a part of `compare --suite open` answer, as the page shows it.
struct OpenReport {
  let experiment: any OpenExperiment
  let part: ReportedPart
  /// What the ids of its section and charts begin with.
  let prefix: String

  /// The experiment that runs belong to; nil if they are of another one.
  init?(_ part: ReportedPart, prefix: String) {
    guard let experiment = part.open else { return nil }
    (self.experiment, self.part, self.prefix) = (experiment, part, prefix)
  }

  private var id: String { "\(prefix)open-\(experiment.id)" }

  /// What finished runs answer.
  var findings: [Finding] { experiment.findings(part.finished) }

  /// Findings, charts and tables; nil if nothing is finished.
  var section: Section? {
    let runs = part.finished
    guard !runs.all.isEmpty else { return nil }
    let found = ReportedFindings(findings: experiment.findings(runs), prefix: id + "-")
    let figures = found.figures + ownFigures
    return Section(
      id: id, title: experiment.title,
      lead: experiment.method
        + " A statement agrees if the 95 % interval of its difference lies above 0, paired by seed.",
      blocks: (found.findings.isEmpty ? [] : [.verdicts(found.lines)])
        + (figures.isEmpty ? [] : [.figures(figures)]) + experiment.tables(runs).map { .table($0) } + [found.rules])
  }

  /// Curves that a part has of its own.
  private var ownFigures: [Block.Figure] {
    guard part.results.contains(where: { $0.reach != nil }) else { return [] }
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
        id + "-lengths",
        LineChart(
          title: "Bits by tokens of memory", x: Axis(label: "M", unit: "tokens", scale: .logarithmic),
          y: Axis(label: "test loss", unit: part.unit), series: lengths, markers: true)),
      Block.Figure(
        id + "-positions",
        LineChart(
          title: "Bits by place in the segment", x: Axis(label: "place", unit: "symbols"),
          y: Axis(label: "test loss", unit: part.unit), series: curve(.nothing) + curve(.own)),
        caption: "Without memory, and with its own."),
    ]
  }
}
