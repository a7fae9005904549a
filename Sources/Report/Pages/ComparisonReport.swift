import Experiments
import Foundation
import Jacobian
import Tables

/// The page of a run, of a comparison or a suite, or of several of them side by side.
package struct ComparisonReport {
  /// The name of the page in a run's directory.
  package static let name = "report.html"
  /// Pairs of more variants make a sentence that nobody reads.
  private static let mostVariants = 4

  let directories: [ReportedDirectory]
  let claims: JacobianOutcome?

  package init(_ directories: [ReportedDirectory], claims: JacobianOutcome? = nil) {
    (self.directories, self.claims) = (directories, claims)
  }

  /// The page as one file.
  package var html: String { page.html }

  var page: Page {
    let parts = shown
    let sections = parts.enumerated().flatMap { index, part in
      PartReport(
        part, prefix: parts.count > 1 ? "part\(index + 1)-" : "", suffix: parts.count > 1 ? ": \(part.name)" : ""
      ).sections
    }
    let numbers = parts.flatMap { part in
      (parts.count > 1 ? [Block.heading(part.name)] : []) + ReportTables(part).blocks
    }
    let results =
      verdicts + sections + [claims?.section].compactMap { $0 }
      + [
        Section(
          id: "numbers", title: "All numbers", lead: ReportTables.lead,
          blocks: numbers.isEmpty ? [.paragraph("Nothing was measured yet.")] : numbers)
      ]
    return Page(title: title, subtitle: findings, notice: notice, sections: [about] + results, results: results[0].id)
  }

  /// The parts as charts show them: runs of several directories on one text are side by side.
  private var shown: [ReportedPart] {
    zip(directories, labels).reduce(into: []) { parts, found in
      let (directory, label) = found
      for var part in directory.parts where !part.runs.isEmpty {
        if directories.count > 1 {
          for index in part.runs.indices {
            part.runs[index].variant = directory.isRun ? label : "\(label): \(part.runs[index].variant)"
          }
        }
        if directories.count > 1,
          let same = parts.firstIndex(where: { $0.corpus == part.corpus && $0.name == part.name })
        {
          parts[same].planned += part.planned
          parts[same].runs += part.runs
        } else {
          parts.append(part)
        }
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
      return
        "\(directories.flatMap(\.parts).flatMap(\.runs).count) runs of \(directories.count) directories side by side."
    }
    guard let directory = directories.first, let part = directory.parts.first(where: { !$0.runs.isEmpty }),
      let run = part.runs.first
    else { return "" }
    if !directory.isRun, let found = Self.findings(directory.parts.filter { !$0.finished.all.isEmpty }) { return found }
    if let best = run.result?.best {
      return "\(run.variant): \(Numeral.value(best.bitsPerCharacter)) \(part.unit) on the test part at k = \(best.k), "
        + "chosen by validation."
    }
    guard let last = run.history.last else { return "Nothing was measured yet." }
    return
      "\(run.variant): \(Numeral.value(last.validation.bitsPerCharacter)) \(part.unit) on the validation part after "
      + "step \(last.step)."
  }

  /// Verdicts counted; differences of a few variants, or means, of more; nil if nothing was measured.
  private static func findings(_ parts: [ReportedPart]) -> String? {
    guard let first = parts.first else { return nil }
    let judged = parts.compactMap { part in
      part.claims.map { claims in
        "\(part.name): "
          + Verdict.allCases.map { verdict in
            "\(claims.count { $0.judgement?.verdict == verdict }) \(verdict.rawValue)"
          }.listed
      }
    }
    if !judged.isEmpty { return "The paper's six claims. " + judged.joined(separator: "; ") + "." }
    if parts.count == 1, first.variants.count <= mostVariants {
      let summary = first.finished.summary
      if !summary.isEmpty { return summary.joined(separator: " ") }
    }
    let answers = parts.flatMap { $0.open?.findings($0.finished) ?? [] }
    if !answers.isEmpty {
      return "\(Numeral.count(answers.count)) differences about what the paper leaves open: exploratory, no verdicts."
    }
    return PartReport(first).means
  }

  /// Says of what is not finished that it is not.
  private var notice: String? {
    let sentences = zip(directories, labels).flatMap { directory, label in
      directory.parts.filter { !$0.isFinished }.map { part in
        let place = directories.count > 1 ? "\(label): " : ""
        if directory.isRun, let run = part.runs.first {
          let step = max(run.history.last?.step ?? 0, run.metrics.last?.step ?? 0)
          return "\(place)Not finished: step \(step) of \(run.configuration.training.steps). Curves end where it is; "
            + "saturation is beside the last evaluation so far."
        }
        return "\(place)Not finished: \(part.finished.all.count) of \(part.planned) runs"
          + (directory.parts.count > 1 ? " of \(part.name)." : ".")
      }
    }
    return sentences.isEmpty ? nil : sentences.joined(separator: " ")
  }

  private var verdicts: [Section] {
    zip(directories, labels).flatMap { directory, label in
      directory.isRun
        ? []
        : directory.parts.filter { $0.claims != nil }.map { part in
          (places: (directories.count > 1 ? [label] : []) + (directory.parts.count > 1 ? [part.name] : []), part: part)
        }
    }.enumerated().map { index, found in
      ReportedFindings.claims(of: found.part, in: found.places, prefix: index == 0 ? "" : "place\(index + 1)-")
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
