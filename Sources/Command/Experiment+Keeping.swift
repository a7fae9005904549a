import RunFiles
import Training

extension Experiment {
  /// Makes the directory of a new comparison, or opens that of the same one.
  ///
  /// - Parameters:
  ///   - path: The directory's path.
  ///   - files: How to write into it.
  /// - Returns: The directory, with the comparison's configurations in it.
  /// - Throws: `FileError` of kind `cannotCreate` if it is in use, or holds another comparison, a run, or a run of one of
  ///   the routers.
  func directory(at path: String, with files: any FileOperations) throws -> RunDirectory {
    let directory = try RunDirectory.claim(path, with: files)
    if directory.contains(RunDirectory.configurationName) {
      // Anything but a list is a run, or nothing of ours.
      guard let kept = try? directory.readJSON([RunConfiguration].self, from: RunDirectory.configurationName) else {
        try directory.expectNoRun()
        return directory
      }
      try expect(kept, in: directory)
    } else {
      try directory.expectNoRun()
      for run in runs {
        let own = directory.path(of: run.name)
        if (try? RunDirectory.open(own)) != nil {
          throw FileError(.cannotCreate, own, "already holds a run, expected a new directory")
        }
      }
      try interruption.completing {
        try directory.writeJSON(origin, to: RunOrigin.name)
        try directory.writeJSON(runs.map(\.configuration), to: RunDirectory.configurationName)
      }
    }
    interruption.advise("the same command goes on")
    return directory
  }

  /// Makes the directory of one run inside that of the comparison, or opens it again.
  ///
  /// - Parameters:
  ///   - run: The run.
  ///   - comparison: The comparison's directory.
  /// - Returns: The run's directory, with its configuration in it.
  /// - Throws: `FileError` of kind `cannotCreate` if it is in use or holds another run.
  func directory(of run: PlannedRun, in comparison: RunDirectory) throws -> RunDirectory {
    let directory = try comparison.claim(run.name)
    if directory.contains(RunDirectory.configurationName) {
      let kept = try directory.readJSON(RunConfiguration.self, from: RunDirectory.configurationName)
      try expect([kept], [run.configuration], in: directory)
    } else {
      try directory.expectNoRun()
      let part = RunOrigin.Part(run.corpus.name, run.corpus, runs: [RunOrigin.Part.itself], isJudged: false)
      try interruption.completing {
        try directory.writeJSON(RunOrigin(options, [part]), to: RunOrigin.name)
        try directory.writeJSON(run.configuration, to: RunDirectory.configurationName)
      }
    }
    interruption.advise("the same command goes on with \(run.name)")
    return directory
  }

  /// Reads what was reported of a run that is finished: its model is that of the last step, evaluated at the values of k
  /// asked for, on both parts.
  ///
  /// - Parameters:
  ///   - run: The run.
  ///   - ks: Experts for each token.
  ///   - directory: The run's directory.
  /// - Returns: The result, or nil if there is something left to do.
  func kept(_ run: PlannedRun, ks: [Int], in directory: RunDirectory) -> RouterResult? {
    guard Checkpoint.modelStep(in: directory) == run.configuration.training.steps,
      let result = try? directory.readJSON(RouterResult.self, from: RunDirectory.resultsName),
      result.isReport(of: run, ks: ks)
    else { return nil }
    return result
  }

  private func expect(_ kept: [RunConfiguration], in directory: RunDirectory) throws {
    // Parts may train the same models, and ask other things about them.
    if let kept = try? directory.readJSON(RunOrigin.self, from: RunOrigin.name), kept.openParts != origin.openParts {
      throw FileError(
        .cannotCreate, directory.path,
        "already holds what \(kept.beginning) began, expected \(origin.beginning) or a new directory")
    }
    let asked = runs.map(\.configuration)
    guard Self.summary(kept) == Self.summary(asked) else {
      throw FileError(
        .cannotCreate, directory.path,
        "already holds a comparison of \(Self.summary(kept)), expected one of \(Self.summary(asked)) or a new directory"
      )
    }
    try expect(kept, asked, in: directory)
  }

  /// The routers of some runs in their order, each once, and how many runs there are if it is more.
  private static func summary(_ runs: [RunConfiguration]) -> String {
    let routers = runs.map(\.model.router.rawValue).distinct
    return routers.joined(separator: ", ") + (routers.count < runs.count ? " in \(runs.count) runs" : "")
  }

  private func expect(_ kept: [RunConfiguration], _ asked: [RunConfiguration], in directory: RunDirectory) throws {
    for (kept, asked) in zip(kept, asked) {
      guard let difference = try kept.difference(from: asked) else { continue }
      throw FileError(
        .cannotCreate, directory.path, "already holds a run whose \(difference) or a new directory")
    }
  }
}
