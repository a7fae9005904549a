import Foundation

/// Writes files that are there whole or not at all; throws `FileError`, `cannotCreate` or `inputOutput`.
public enum AtomicFile {
  /// How the names of temporary files begin and end; a number stands between.
  private static let temporaryName = (prefix: ".writing-", suffix: ".tmp")

  /// Writes a file.
  public static func write(_ data: Data, to path: String) throws(FileError) { try write([data], to: path) }

  /// Writes a text file.
  public static func write(_ text: String, to path: String) throws(FileError) { try write(Data(text.utf8), to: path) }

  /// Writes pieces one after another under a temporary name in the same directory, brings them to the disk, and renames.
  ///
  /// An older file of that name stays untouched until the rename; on failure the temporary file is removed. A device,
  /// a pipe, or a standard stream cannot be replaced and is written to directly; a symbolic link stays, the file it leads to is replaced.
  public static func write(
    _ pieces: [Data], to path: String, with files: any FileOperations = SystemFiles()
  ) throws(FileError) {
    var target = path
    switch FileStatus(of: path) {
    case .directory: throw FileError(.cannotCreate, path, "found a directory, expected a file or nothing")
    case .unknown(let code): throw .system(.cannotCreate, path, "cannot be created", code: code)
    case .special: return try add(pieces, to: path, flags: O_WRONLY, "cannot be opened", with: files)
    case .file where isOpenAlready(path):
      return try add(pieces, to: path, flags: O_WRONLY | O_APPEND, "cannot be opened", with: files)
    case .file: target = resolved(path)
    case .absent: break
    }
    let temporary = temporaryName(beside: target)
    let descriptor: Int32
    do {
      descriptor = try files.open(temporary, O_WRONLY | O_CREAT | O_EXCL)
    } catch {
      throw .system(.cannotCreate, path, "cannot be created", code: error.code)
    }
    do throws(SystemError) {
      try using(descriptor, with: files) { () throws(SystemError) in
        try files.write(pieces, to: descriptor)
        try files.synchronize(descriptor)
      }
      try files.rename(temporary, to: target)
      try synchronizeDirectory(of: target, with: files)
    } catch {
      try? files.remove(temporary)
      throw .system(.inputOutput, path, "cannot be written", code: error.code)
    }
  }

  /// Adds bytes at the end of a file, in one piece; creates the file if there is none.
  static func append(
    _ data: Data, to path: String, with files: any FileOperations = SystemFiles()
  ) throws(FileError) {
    try add([data], to: path, flags: O_WRONLY | O_CREAT | O_APPEND, "cannot be created", with: files)
  }

  /// Brings to the disk what was added to a file.
  static func synchronize(_ path: String, with files: any FileOperations) throws(FileError) {
    do throws(SystemError) {
      let descriptor = try files.open(path, O_WRONLY)
      try using(descriptor, with: files) { () throws(SystemError) in try files.synchronize(descriptor) }
      try synchronizeDirectory(of: path, with: files)
    } catch {
      throw .system(.inputOutput, path, "cannot be written", code: error.code)
    }
  }

  /// Brings the names in the directory of a file to the disk; a directory that may not be read is left to the system.
  static func synchronizeDirectory(of path: String, with files: any FileOperations) throws(SystemError) {
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "."
    guard let descriptor = try? files.open(String(folder), O_RDONLY | O_DIRECTORY) else { return }
    try using(descriptor, with: files) { () throws(SystemError) in try files.synchronize(descriptor) }
  }

  /// Says whether a file is what a killed process left behind in the middle of writing.
  static func isTemporary(_ name: String) -> Bool {
    guard name.hasPrefix(temporaryName.prefix), name.hasSuffix(temporaryName.suffix) else { return false }
    return UInt64(name.dropFirst(temporaryName.prefix.count).dropLast(temporaryName.suffix.count)) != nil
  }

  /// Says whether writing to a path makes or replaces a file, rather than feeding a device or a pipe.
  public static func isReplaced(_ path: String) -> Bool { FileStatus(of: path) != .special && !isOpenAlready(path) }

  /// Whether a path is a name for what the process has open: others hold that file, so another must not take its place.
  private static func isOpenAlready(_ path: String) -> Bool {
    path.hasPrefix("/dev/fd/") || ["/dev/stdout", "/dev/stderr"].contains(path)
  }

  private static func add(
    _ pieces: [Data], to path: String, flags: Int32, _ refusal: String, with files: any FileOperations
  ) throws(FileError) {
    let descriptor: Int32
    do {
      descriptor = try files.open(path, flags)
    } catch {
      if error.code == ENXIO {
        throw FileError(.cannotCreate, path, "found a pipe that nobody reads, expected a file or a reader")
      }
      throw .system(.cannotCreate, path, refusal, code: error.code)
    }
    do throws(SystemError) {
      try using(descriptor, with: files) { () throws(SystemError) in try files.write(pieces, to: descriptor) }
    } catch {
      throw .system(.inputOutput, path, "cannot be written", code: error.code)
    }
  }

  /// Works on an open file and closes it, whatever happens.
  private static func using(
    _ descriptor: Int32, with files: any FileOperations, _ work: () throws(SystemError) -> Void
  ) throws(SystemError) {
    do throws(SystemError) {
      try work()
    } catch {
      try? files.close(descriptor)
      throw error
    }
    try files.close(descriptor)
  }

  /// The file that a path leads to through symbolic links.
  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  /// A name that nobody else uses, in the directory of a path; short, because the file's own name may be of full length.
  private static func temporaryName(beside path: String) -> String {
    let name = "\(temporaryName.prefix)\(UInt64.random(in: 0 ... .max))\(temporaryName.suffix)"
    guard let slash = path.lastIndex(of: "/") else { return name }
    return path[...slash] + name
  }
}
