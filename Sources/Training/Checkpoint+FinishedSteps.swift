import RunFiles

extension Checkpoint {
  /// Reads after how many steps a stored model was written: fewer than the run has, if it was stopped.
  ///
  /// - Parameters:
  ///   - run: The run, already validated.
  ///   - directory: Its directory.
  ///   - name: The weights' file.
  /// - Returns: From 0 to the run's steps.
  /// - Throws: `FileError` if the file is missing or damaged, or names no such step.
  public static func finishedSteps(of run: RunConfiguration, in directory: RunDirectory, _ name: String = modelName)
    throws -> Int
  {
    let path = directory.path(of: name)
    let file = try SafetensorsFile(contentsOf: path)
    guard let steps = file.metadata[stepKey].flatMap(Int.init), steps >= 0 else {
      throw FileError(.damaged, path, "its metadata names no step")
    }
    guard steps <= run.training.steps else {
      throw FileError(.unexpected, path, "found step \(steps), expected at most \(run.training.steps)")
    }
    return steps
  }
}
