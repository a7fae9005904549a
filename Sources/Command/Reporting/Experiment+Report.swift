import Experiments
import Jacobian
import RunFiles
import Training

extension Experiment {
  /// A finished run as the page shows it.
  func reported(_ run: PlannedRun, _ result: RouterResult, in directory: RunDirectory) throws -> ReportedRun {
    let own = try RunDirectory.open(directory.path(of: run.name))
    // Of a run whose results alone are left there are no curves.
    let lines = own.contains(RunDirectory.metricsName) ? try own.readLines(as: MetricsLine.self) : []
    return ReportedRun(result, run.configuration, metrics: lines.steps)
  }

  /// Writes the page of what is finished.
  func report(_ runs: [String: ReportedRun], in directory: RunDirectory) throws {
    // As it is kept: whoever continues may have typed another line.
    let origin = (try? directory.readJSON(RunOrigin.self, from: RunOrigin.name)) ?? origin
    let parts = origin.parts.map { part in ReportedPart(part, runs: part.runs.compactMap { runs[$0] }) }
    let reported = ReportedDirectory(path: directory.path, origin: origin, parts: parts, isRun: false)
    let html = ComparisonReport(directories: [reported]).page.html
    try interruption.completing { try directory.write(html, to: ComparisonReport.name) }
  }
}
