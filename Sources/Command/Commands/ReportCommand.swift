import Foundation
import Jacobian
import Report
import RunFiles

extension Command {
  private static let output = Flag<String>.path(
    "out", "FILE", help: "the page"
  ).also("output", "o").optional("\(ComparisonReport.name) in the first directory")
  private static let claims = Flag<String>.path(
    "jacobian", "FILE", help: "what hyperrouter jacobian --json printed: its claims are added"
  ).optional("no claims about Jacobians")

  /// `hyperrouter report`: the page of runs.
  static func report(_ interruption: Interruption) -> Command {
    Command(
      "report", summary: "write the page of a run, or of several side by side",
      discussion: """
        Reads what train and compare keep, finished or not, and writes one HTML file: charts, verdicts, text by expert, all
        numbers. It needs no network and no script. train and compare write the same page as they go.
        """,
      operands: Operands(name: "RUN…", help: "directories of train, or of compare with or without --suite"),
      groups: [FlagGroup("Output", [output, claims])],
      examples: [
        Example("a comparison again, beside a run", "runs/all", "runs/book"),
        Example("with the claims about Jacobians", "runs/all", "--jacobian", "claims.json"),
      ]
    ) { options, console in
      // However they are spelt.
      let places = options.operands.map {
        URL(fileURLWithPath: $0).resolvingSymlinksInPath().standardizedFileURL.path
      }
      if let twice = zip(options.operands, places).first(where: { one in places.count { $0 == one.1 } > 1 })?.0 {
        throw CommandError.usage("report: found \(twice) twice, expected every run once")
      }
      var found: [(path: String, directory: ReportedDirectory)] = []
      for path in options.operands {
        do {
          found.append((path, try ReportedDirectory(reading: path)))
        } catch let error as FileError where isOther(error, path, among: options.operands) {
          console.note("left out: \(error)")
        }
      }
      guard let first = found.first else {
        throw FileError(.missing, options.operands[0], "holds no run, nor do the others")
      }
      let claims = try options[claims].map { try InputFile.readJSON(JacobianOutcome.self, from: $0) }
      let path = try options[output] ?? RunDirectory.open(first.path).path(of: ComparisonReport.name)
      let html = ComparisonReport(found.map(\.directory), claims: claims).html
      try interruption.completing { try AtomicFile.write(html, to: path) }
      try console.print("written: \(path.onOneLine)")
    }
  }

  /// Whether a directory is there and is something else than a run, as one of `runs/*` may be; where there are others to report.
  private static func isOther(_ error: FileError, _ path: String, among all: [String]) -> Bool {
    all.count > 1 && [.missing, .unexpected].contains(error.kind) && FileManager.default.fileExists(atPath: path)
  }
}
