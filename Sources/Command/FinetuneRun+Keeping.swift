import RunFiles
import Training

extension FinetuneRun {
  /// Makes the directory of a new finetuning, or opens that of the same one.
  ///
  /// - Parameters:
  ///   - path: The directory's path.
  ///   - files: How to write into it.
  /// - Returns: The directory, with the classifiers' configurations in it.
  /// - Throws: `FileError` of kind `cannotCreate` if it is in use, or holds anything else.
  func directory(at path: String, with files: any FileOperations) throws -> RunDirectory {
    let directory = try RunDirectory.claim(path, with: files)
    let asked = planned.map(\.configuration)
    if directory.contains(RunDirectory.configurationName) {
      // Anything but a list of classifiers is a run, a comparison, or nothing of ours.
      guard
        let kept = try? directory.readJSON([ClassifierConfiguration].self, from: RunDirectory.configurationName)
      else {
        try directory.expectNoRun()
        return directory
      }
      guard Self.summary(kept) == Self.summary(asked) else {
        throw FileError(
          .cannotCreate, directory.path,
          "already holds a finetuning of \(Self.summary(kept)), expected \(Self.summary(asked)) or a new directory")
      }
      try expect(kept, asked, in: directory)
    } else {
      try directory.expectNoRun()
      for one in planned {
        let own = directory.path(of: one.name)
        if (try? RunDirectory.open(own)) != nil {
          throw FileError(.cannotCreate, own, "already holds a run, expected a new directory")
        }
      }
      try interruption.completing { try directory.writeJSON(asked, to: RunDirectory.configurationName) }
    }
    interruption.advise("the same command goes on")
    return directory
  }

  /// Makes the directory of one classifier, or opens it again.
  ///
  /// - Parameters:
  ///   - one: The classifier.
  ///   - finetuning: The directory that it lies in.
  /// - Returns: Its directory, with its configuration in it.
  /// - Throws: `FileError` of kind `cannotCreate` if it is in use or holds something else.
  func directory(of one: Planned, in finetuning: RunDirectory) throws -> RunDirectory {
    let directory = try finetuning.claim(one.name)
    if directory.contains(RunDirectory.configurationName) {
      let kept = try directory.readJSON(ClassifierConfiguration.self, from: RunDirectory.configurationName)
      try expect([kept], [one.configuration], in: directory)
    } else {
      try directory.expectNoRun()
      try interruption.completing {
        try directory.writeJSON(one.configuration, to: RunDirectory.configurationName)
      }
    }
    return directory
  }

  /// Writes what a training left; the results last: where they are, all else is.
  func keep(_ outcome: Finetuning.Outcome, in directory: RunDirectory) throws {
    try interruption.completing {
      try Checkpoint.save(outcome.classifier, step: outcome.result.chosenStep, to: directory)
      try directory.writeJSON(Stamped(outcome.result), to: RunDirectory.resultsName)
    }
  }

  /// Reads what was reported of a classifier that is finished and was measured at the values of k asked for.
  ///
  /// - Returns: The result, or nil if there is something left to do.
  func kept(_ one: Planned, in directory: RunDirectory) -> FinetuningResult? {
    guard let result = try? directory.readJSON(FinetuningResult.self, from: RunDirectory.resultsName),
      result.condition == one.configuration.condition, result.seed == one.configuration.training.seed,
      result.test.map(\.k) == ks, result.validation.map(\.k) == ks,
      result.test.allSatisfy({ $0.texts == task.splits.test.count }),
      Checkpoint.modelStep(in: directory) == result.chosenStep
    else { return nil }
    return result
  }

  /// The conditions of some classifiers in their order, each once, and how many seeds there are.
  private static func summary(_ classifiers: [ClassifierConfiguration]) -> String {
    let conditions = classifiers.map(\.condition.rawValue).distinct
    let seeds = classifiers.map { "\($0.training.seed)" }.distinct
    return conditions.joined(separator: ", ") + " with seed" + (seeds.count > 1 ? "s " : " ")
      + seeds.joined(separator: ", ")
  }

  private func expect(
    _ kept: [ClassifierConfiguration], _ asked: [ClassifierConfiguration], in directory: RunDirectory
  ) throws {
    for (kept, asked) in zip(kept, asked) {
      guard let difference = try kept.difference(from: asked) else { continue }
      throw FileError(
        .cannotCreate, directory.path, "already holds a classifier whose \(difference) or a new directory")
    }
  }
}
