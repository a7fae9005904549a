import Foundation
import RunFiles
import Tables
import Training

/// The runs that a folder holds, the newest first.
package struct RunList: Codable, Described, Sendable {
  package static let words = "run_list: runs --json"

  /// Where `train` keeps what is given no other place.
  package static let standardFolder = "runs"

  /// A run of `train`, or one directory of several runs.
  package struct Entry: Codable, Described, Sendable {
    package static let words = """
      listed_run: a directory with a run, or with several
      text: what it is trained on
      model: what routes; of several runs how many
      state: finished, stopped, or in use by another process
      finished_steps: of the last checkpoint; null before the first one, and of several runs
      steps: null of several runs
      bits_per_symbol: on the test part, at the best k; null before the end, and of several runs
      seconds: that training took, over all sessions; null before the end, and of several runs
      changed: when something was last written, in the form of ISO 8601
      """
    package let path: String
    let text: String
    let model: String
    let state: String
    @OrNull private(set) var finishedSteps: Int?
    @OrNull private(set) var steps: Int?
    @OrNull private(set) var bitsPerSymbol: Double?
    @OrNull private(set) var seconds: Double?
    let changed: String

    /// What a directory holds; nil if that is no run.
    fileprivate init?(_ directory: RunDirectory, changed: Date) {
      (path, self.changed) = (directory.path, changed.formatted(.iso8601))
      let isFinished = directory.contains(RunDirectory.resultsName)
      state = directory.isInUse ? "in use" : isFinished ? "finished" : "stopped"
      func name(_ data: String) -> String { InputFile.lastComponent(of: data) }
      if let run = try? StoredRun(directory).configuration {
        (text, model, steps) = (name(run.data), run.model.router.rawValue, run.training.steps)
        finishedSteps = Checkpoint.modelStep(in: directory)
        let result = try? directory.readJSON(RouterResult.self, from: RunDirectory.resultsName)
        (bitsPerSymbol, seconds) = (result?.best?.bitsPerCharacter, result?.seconds)
      } else if let runs = try? directory.readJSON([RunConfiguration].self, from: RunDirectory.configurationName) {
        text = runs.map { name($0.data) }.distinct.joined(separator: ", ")
        model = runs.count.counted("run") + " compared"
      } else if let one = try? StoredClassifier(ifIn: directory)?.configuration {
        (text, model, steps) = (name(one.data.train), "classifier", one.training.steps)
      } else if let several = try? directory.readJSON(
        [ClassifierConfiguration].self, from: RunDirectory.configurationName)
      {
        text = several.map { name($0.data.train) }.distinct.joined(separator: ", ")
        model = several.count.counted("classifier")
      } else {
        return nil
      }
    }
  }

  package let runs: [Entry]

  /// Looks into the directories of a folder, not deeper; there are no runs where there is no folder.
  package init(in folder: String) {
    runs = Self.directories(in: folder).compactMap { Entry($0.directory, changed: $0.changed) }
  }

  /// The path of the language model that was written to last.
  package static func newestModel(in folder: String = standardFolder) throws -> String {
    let models = directories(in: folder).lazy.filter { place in
      place.directory.contains(Checkpoint.modelName) && (try? StoredRun(place.directory)) != nil
    }
    guard let newest = models.first else {
      throw FileError(.missing, folder, "holds no trained model, expected --checkpoint DIR, a run of train")
    }
    return newest.directory.path
  }

  private static func directories(in folder: String) -> [(directory: RunDirectory, changed: Date)] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let found = names.sorted().compactMap { name in
      try? RunDirectory.open((folder as NSString).appendingPathComponent(name))
    }
    return found.map { ($0, $0.changed) }.sorted { $0.changed > $1.changed }
  }

  package var table: Table {
    Table(
      "",
      columns: [
        .text("run"), .text("text"), .text("model"), .text("state"), .text("steps"), .number("bits", digits: 3),
        .text("time"),
      ],
      rows: runs.map { run in
        let steps = run.steps.map { planned in
          "\(run.finishedSteps.map { $0 == planned ? "" : "\($0) of " } ?? "")\(planned)"
        }
        return [
          .text(run.path), .text(run.text), .text(run.model), .text(run.state), steps.map(Table.Cell.text) ?? .missing,
          .optional(run.bitsPerSymbol), run.seconds.map { .text(RunDuration.text($0)) } ?? .missing,
        ]
      }, notes: ["the newest first; bits a symbol on the test part at the best k"])
  }
}

extension RunDirectory {
  /// When one of its files was last written.
  fileprivate var changed: Date {
    let names = [Checkpoint.modelName, RunDirectory.resultsName, RunDirectory.configurationName]
    return names.compactMap { name in
      (try? FileManager.default.attributesOfItem(atPath: path(of: name)))?[.modificationDate] as? Date
    }.max() ?? .distantPast
  }
}
