import Foundation
import RunFiles
import Training

extension ReportedDirectory {
  /// Reads the directory of a run, a comparison or a suite, finished or not.
  ///
  /// - Parameter path: The directory's path.
  /// - Throws: `FileError` that names what is missing or damaged.
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
        symbol: corpus?.corpus.symbol ?? run.configuration.symbol, isJudged: false, planned: 1, runs: [run])
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
      // From before origins were kept: whatever is inside.
      let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
      let text = planned.first?.data ?? ""
      parts = [
        ReportedPart(
          name: text, corpus: nil, symbol: planned.first?.symbol ?? "symbol", isJudged: true, planned: planned.count,
          runs: try runs(names))
      ]
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
      planned: part.runs.count,
      runs: runs)
  }
}

extension RunConfiguration {
  /// What a symbol is called where nobody kept it.
  fileprivate var symbol: String {
    switch tokens {
    case .words: "word"
    case .characters: "character"
    case .bytes: vocabulary.isASCII ? "character" : "byte"
    }
  }
}
