import Experiments
import Foundation
import Jacobian
import Report
import Tables

/// The page of a run, of a comparison or a suite, or of several of them side by side.
struct ComparisonReport {
  /// The name of the page in a run's directory.
  static let name = "report.html"

  let directories: [ReportedDirectory]
  var claims: JacobianClaims?

  /// The page, written in one go.
  var page: Page {
    let parts = shown
    let sections = parts.enumerated().flatMap { index, part in
      let prefix = parts.count > 1 ? "part\(index + 1)-" : ""
      if let open = OpenReport(part, prefix: prefix) { return [open.section].compactMap { $0 } }
      return PartReport(part: part, prefix: prefix, suffix: parts.count > 1 ? ": \(part.name)" : "").sections
    }
    let numbers = parts.enumerated().flatMap { index, part in
      (parts.count > 1 ? [Block.heading(part.name)] : []) + ReportTables(part: part).blocks
    }
    let results =
      verdicts + sections + (claims.map { [$0.section] } ?? [])
      + [
        Section(
          id: "numbers", title: "All numbers", lead: ReportTables.lead,
          blocks: numbers.isEmpty ? [.paragraph("Nothing was measured yet.")] : numbers)
      ]
    return Page(title: title, subtitle: findings, notice: notice, sections: [about] + results, results: results[0].id)
  }

  /// The parts as charts show them: runs of several directories on one text are side by side.
  private var shown: [ReportedPart] {
    guard directories.count > 1 else { return directories.flatMap(\.parts).filter { !$0.runs.isEmpty } }
    return zip(directories, labels).flatMap { directory, label in
      directory.parts.filter { !$0.runs.isEmpty }.map { part in
        var part = part
        part.runs = part.runs.map { run in
          var run = run
          run.variant = directory.isRun ? label : "\(label): \(run.variant)"
          return run
        }
        return part
      }
    }.reduce(into: []) { parts, part in
      if let same = parts.firstIndex(where: { $0.corpus == part.corpus && $0.name == part.name }) {
        parts[same].add(part)
      } else {
        parts.append(part)
      }
    }
  }

  /// What directories are called: their last names, or their paths where these are the same.
  private var labels: [String] {
    let names = directories.map { URL(fileURLWithPath: $0.path).lastPathComponent }
    return Set(names).count == names.count ? names : directories.map(\.path)
  }

  private var title: String {
    let parts = directories.flatMap(\.parts)
    let routers = parts.flatMap { $0.runs.map(\.configuration.model.router.rawValue) }.distinct
    let names = parts.map(\.name).distinct
    let what = routers.count > 4 ? "\(routers.count) routers" : routers.joined(separator: ", ")
    return "\(what) on \(names.count > 3 ? "\(names.count) texts or conditions" : names.joined(separator: ", "))"
  }

  /// What was found, computed.
  private var findings: String {
    if directories.count > 1 {
      let runs = directories.flatMap(\.parts).flatMap(\.runs)
      return "\(runs.count) runs of \(directories.count) directories side by side."
    }
    guard let directory = directories.first, let part = directory.parts.first(where: { !$0.runs.isEmpty }) else {
      return ""
    }
    if !directory.isRun, let found = ComparisonFindings(directory).sentence { return found }
    guard let run = part.runs.first else { return "" }
    if let best = run.result?.best {
      return "\(run.variant): \(Numeral.value(best.bitsPerCharacter)) \(part.unit) on the test part at k = \(best.k), "
        + "chosen by validation."
    }
    guard let last = run.course.last else { return "Nothing was measured yet." }
    return
      "\(run.variant): \(Numeral.value(last.validation.bitsPerCharacter)) \(part.unit) on the validation part after "
      + "step \(last.step)."
  }

  /// Says of what is not finished that it is not.
  private var notice: String? {
    let sentences = zip(directories, labels).flatMap { directory, label in
      directory.parts.compactMap { part -> String? in
        if part.isFinished { return nil }
        let place = directories.count > 1 ? "\(label): " : ""
        if directory.isRun, let run = part.runs.first {
          let step = max(run.course.last?.step ?? 0, run.metrics.last?.step ?? 0)
          return "\(place)Not finished: step \(step) of \(run.configuration.training.steps). Curves end where it is; "
            + "saturation is beside the last evaluation so far."
        }
        return "\(place)Not finished: \(part.results.count) of \(part.planned) runs"
          + (directory.parts.count > 1 ? " of \(part.name)." : ".")
      }
    }
    return sentences.isEmpty ? nil : sentences.joined(separator: " ")
  }

  private var verdicts: [Section] {
    zip(directories, labels).flatMap { directory, label in
      directory.parts.filter { !directory.isRun && $0.isJudged && !$0.results.isEmpty }
        .map { (directory, label, $0) }
    }.enumerated().map { index, found in
      let (directory, label, part) = found
      let prefix = index == 0 ? "" : "place\(index + 1)-"
      let judged = ReportedFindings(findings: PaperClaims.findings(part.finished), prefix: prefix + "claims-")
      let places = (directories.count > 1 ? [label] : []) + (directory.parts.count > 1 ? [part.name] : [])
      return Section(
        id: prefix + "claims",
        title: "The paper's claims" + (places.isEmpty ? "" : ": " + places.joined(separator: ", ")),
        lead:
          "A claim says that differences are above 0. It agrees if all their 95 % intervals, paired by seed, lie above 0; "
          + "it disagrees if one lies below; it is inconclusive otherwise.",
        blocks: [
          .verdicts(judged.lines), .figures(judged.figures), judged.rules,
        ] + Causes.blocks(part, prefix: prefix))
    }
  }

  private var about: Section {
    Section(
      id: "about", title: "What was run",
      blocks: zip(directories, labels).flatMap { directory, label in
        (directories.count > 1 ? [Block.heading(label)] : []) + ReportedFacts(directory: directory).blocks
      })
  }
}

extension ReportedPart {
  /// Adds the runs of another directory, which have names of their own.
  fileprivate mutating func add(_ other: ReportedPart) {
    self = ReportedPart(
      name: name, corpus: corpus, symbol: symbol, isJudged: isJudged, planned: planned + other.planned,
      runs: runs + other.runs, open: open)
  }
}
