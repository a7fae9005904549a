import Foundation

extension RunDirectory {
  /// Makes a directory for a new run, with its parents, or takes over an existing one that holds no run.
  ///
  /// As long as the value lives, no other process can write into the directory.
  ///
  /// - Throws: `FileError` of kind `cannotCreate` if the path is a file, holds a run or a part of one, is in use, or
  ///   cannot be made.
  public static func create(
    at path: String, with files: any FileOperations = SystemFiles()
  ) throws(FileError) -> RunDirectory {
    // A run that is in use is first of all a run.
    try RunDirectory(path: path).expectNoRun()
    let directory = try claim(path, with: files)
    try directory.expectNoRun()
    return directory
  }

  /// Makes a directory with its parents, or takes over an existing one, whatever it holds.
  ///
  /// As long as the value lives, no other process can write into the directory. What a killed process left behind in
  /// the middle of writing is removed.
  ///
  /// - Throws: `FileError` of kind `cannotCreate` if the path is a file, is in use, or cannot be made.
  public static func claim(
    _ path: String, with files: any FileOperations = SystemFiles()
  ) throws(FileError) -> RunDirectory {
    try makeDirectory(path, with: files)
    return try locked(path, files)
  }

  /// Makes or takes over a directory inside this one, whatever it holds.
  ///
  /// - Throws: `FileError` of kind `cannotCreate` if the path is a file, is in use, or cannot be made.
  public func claim(_ name: String) throws(FileError) -> RunDirectory {
    try lock?.expect(at: path)
    return try Self.claim(path(of: name), with: files)
  }

  /// Opens the directory of an earlier run for reading.
  public static func open(_ path: String) throws(FileError) -> RunDirectory {
    switch FileStatus(of: path) {
    case .directory: break
    case .absent: throw FileError(.missing, path, "found nothing, expected the directory of a run")
    case .unknown(let code): throw .system(.missing, path, "cannot be opened", code: code)
    case .file, .special: throw FileError(.missing, path, "found a file, expected the directory of a run")
    }
    let directory = RunDirectory(path: path)
    guard directory.contains(configurationName) else {
      throw FileError(.missing, path, "holds no run: found no \(configurationName)")
    }
    return directory
  }

  /// Opens the directory of an earlier run to go on with it.
  ///
  /// As long as the value lives, no other process can write into the directory. What a killed process left behind in
  /// the middle of writing is removed.
  ///
  /// - Throws: `FileError`, `missing` if there is no directory or no run in it, `cannotCreate` if it is in use.
  public static func reopen(
    _ path: String, with files: any FileOperations = SystemFiles()
  ) throws(FileError) -> RunDirectory {
    _ = try open(path)
    return try locked(path, files)
  }

  /// Whether another process writes into it.
  public var isInUse: Bool { (try? DirectoryLock(path)) == nil }

  /// Refuses a directory that holds a run or a part of one.
  public func expectNoRun() throws(FileError) {
    let names = [Self.configurationName, Self.metricsName, Self.resultsName]
    // What a run begins with is there before it is one.
    let tensors = self.names.filter { $0.hasSuffix(".safetensors") && $0 != Self.initialWeightsName }.sorted()
    for name in names + tensors where FileStatus(of: self.path(of: name)) != .absent {
      // A file in the directory's place is another mistake.
      guard case .directory = FileStatus(of: path) else { return }
      throw FileError(.cannotCreate, path, "already holds a run (\(name)), expected a new directory")
    }
  }

  /// The names of everything in the directory.
  private var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }

  private static func locked(_ path: String, _ files: any FileOperations) throws(FileError) -> RunDirectory {
    let directory = RunDirectory(path: path, files: files, lock: try DirectoryLock(path))
    // Whoever wrote these is gone: the lock is ours.
    for name in directory.names where AtomicFile.isTemporary(name) { try? files.remove(directory.path(of: name)) }
    return directory
  }

  /// Makes a directory and its parents.
  private static func makeDirectory(_ path: String, with files: any FileOperations) throws(FileError) {
    switch FileStatus(of: path) {
    case .directory: return
    case .file, .special: throw FileError(.cannotCreate, path, "found a file, expected a directory or nothing")
    case .unknown(let code): throw .system(.cannotCreate, path, "cannot be created", code: code)
    case .absent: break
    }
    let trimmed = path.last == "/" ? String(path.dropLast()) : path
    if let slash = trimmed.lastIndex(of: "/"), slash > trimmed.startIndex {
      try makeDirectory(String(trimmed[..<slash]), with: files)
    }
    do throws(SystemError) {
      try files.makeDirectory(path)
      try AtomicFile.synchronizeDirectory(of: trimmed, with: files)
    } catch  where error.code == EEXIST {
      return
    } catch {
      throw .system(.cannotCreate, path, "cannot be created", code: error.code)
    }
  }
}
