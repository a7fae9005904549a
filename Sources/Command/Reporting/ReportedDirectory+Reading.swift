import Corpora
import Experiments
import Foundation
import MixtureOfExperts
import RunFiles
import Training

extension ReportedDirectory {
  /// Reads the directory of a run, a comparison or a suite, finished or not.
  init(reading path: String) throws {
    let directory = try RunDirectory.open(path)
    let origin =
      directory.contains(RunOrigin.name) ? try directory.readJSON(RunOrigin.self, from: RunOrigin.name) : nil
    // `compare` keeps a list of runs.
    guard let planned = try? directory.readJSON([RunConfiguration].self, from: RunDirectory.configurationName) else {
      let run = try ReportedRun(directory, name: nil)
      let corpus = origin?.parts.first
      let part = ReportedPart(
        name: corpus?.name ?? run.configuration.data, corpus: corpus?.corpus,
        symbol: corpus?.corpus.symbol ?? run.configuration.vocabulary.symbol, isJudged: false, planned: 1, runs: [run])
      self.init(path: path, origin: origin, parts: [part], isRun: true)
      return
    }
    func runs(_ names: [String]) throws -> [ReportedRun] {
      try names.filter { directory.contains("\($0)/\(RunDirectory.configurationName)") }.map { name in
        try ReportedRun(RunDirectory.open(directory.path(of: name)), name: name)
      }
    }
    let parts: [ReportedPart]
    if let origin {
      parts = try origin.parts.map { try ReportedPart($0, runs: runs($0.runs)) }
    } else {
      // From before origins were kept: whatever is inside, runs on one text in one gate order side by side.
      let found = try runs(try FileManager.default.contentsOfDirectory(atPath: path).sorted())
      let places = planned.map { Place($0) }.distinct
      parts = places.map { place in
        ReportedPart(
          name: place.name(among: places), corpus: nil,
          symbol: planned.first { Place($0) == place }?.vocabulary.symbol ?? "symbol", isJudged: true,
          planned: planned.count { Place($0) == place }, runs: found.filter { Place($0.configuration) == place })
      }
    }
    guard parts.contains(where: { !$0.runs.isEmpty }) else {
      throw FileError(.missing, path, "holds a comparison without a single run yet, expected at least one")
    }
    self.init(path: path, origin: origin, parts: parts, isRun: false)
  }
}

extension ReportedPart {
  /// A part with those of its runs that are there.
  init(_ part: RunOrigin.Part, runs: [ReportedRun]) {
    self.init(
      name: part.name, corpus: part.corpus, symbol: part.corpus.symbol, isJudged: part.isJudged,
      planned: part.runs.count, runs: runs, open: OpenExperiments[part.open])
  }
}

/// What runs have in common that are compared with one another.
private struct Place: Equatable {
  let data: String
  let gateOrder: GateOrder

  init(_ run: RunConfiguration) { (data, gateOrder) = (run.data, run.model.gateOrder) }

  /// The text's name, with the gate order where there are several.
  func name(among places: [Place]) -> String {
    URL(fileURLWithPath: data).lastPathComponent
      + (places.count { $0.data == data } > 1 ? ", \(gateOrder.rawValue)" : "")
  }
}
