import Foundation

/// Writes files that are there whole or not at all.
public enum AtomicFile {
  /// Writes a file under a temporary name in the same directory, brings it to the disk, and renames it.
  ///
  /// An older file of that name stays untouched until the rename; on failure the temporary file is removed. A device
  /// or a pipe cannot be replaced and is written to directly; a symbolic link stays, the file it leads to is replaced.
  ///
  /// - Parameters:
  ///   - data: The contents.
  ///   - path: The file's path; its directory must exist.
  /// - Throws: `FileError`, `cannotCreate` or `inputOutput`.
  public static func write(_ data: Data, to path: String) throws(FileError) {
    try write([data], to: path)
  }

  /// Writes a text file under a temporary name and renames it.
  ///
  /// - Parameters:
  ///   - text: The contents.
  ///   - path: The file's path; its directory must exist.
  /// - Throws: `FileError`, `cannotCreate` or `inputOutput`.
  public static func write(_ text: String, to path: String) throws(FileError) {
    try write([Data(text.utf8)], to: path)
  }

  /// Writes pieces one after another into a temporary file and renames it.
  ///
  /// - Parameters:
  ///   - pieces: The contents in order.
  ///   - path: The file's path; its directory must exist.
  /// - Throws: `FileError`, `cannotCreate` or `inputOutput`.
  public static func write(_ pieces: [Data], to path: String) throws(FileError) {
    var target = path
    switch FileStatus(of: path) {
    case .directory: throw FileError(.cannotCreate, path, "found a directory, expected a file or nothing")
    case .unknown(let code): throw .system(.cannotCreate, path, "cannot be created", code: code)
    case .special: return try append(pieces, to: path, flags: O_WRONLY, existing: true)
    case .file: target = resolved(path)
    case .absent: break
    }
    let temporary = temporaryName(beside: target)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .system(.cannotCreate, path, "cannot be created", code: errno) }
    var code = writeAll(pieces, to: descriptor)
    if code == 0, fsync(descriptor) != 0 { code = errno }
    if close(descriptor) != 0, code == 0 { code = errno }
    if code == 0, rename(temporary, target) != 0 { code = errno }
    if code != 0 {
      unlink(temporary)
      throw .system(.inputOutput, path, "cannot be written", code: code)
    }
  }

  /// Adds bytes at the end of a file, in one piece; creates the file if there is none.
  ///
  /// - Parameters:
  ///   - data: What to add.
  ///   - path: The file's path; its directory must exist.
  /// - Throws: `FileError`, `cannotCreate` or `inputOutput`.
  static func append(_ data: Data, to path: String) throws(FileError) {
    try append([data], to: path, flags: O_WRONLY | O_CREAT | O_APPEND, existing: false)
  }

  private static func append(
    _ pieces: [Data], to path: String, flags: Int32, existing: Bool
  ) throws(FileError) {
    let descriptor = open(path, flags | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw .system(.cannotCreate, path, existing ? "cannot be opened" : "cannot be created", code: errno)
    }
    var code = writeAll(pieces, to: descriptor)
    if close(descriptor) != 0, code == 0 { code = errno }
    if code != 0 { throw .system(.inputOutput, path, "cannot be written", code: code) }
  }

  /// Writes pieces to a descriptor.
  ///
  /// - Parameters:
  ///   - pieces: The contents in order.
  ///   - descriptor: An open file.
  /// - Returns: Zero or the system's error number.
  private static func writeAll(_ pieces: [Data], to descriptor: Int32) -> Int32 {
    for piece in pieces {
      let code = piece.withUnsafeBytes { bytes -> Int32 in
        var rest = bytes
        while let start = rest.baseAddress, !rest.isEmpty {
          let written = Foundation.write(descriptor, start, rest.count)
          if written >= 0 {
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
          } else if errno != EINTR {
            return errno
          }
        }
        return 0
      }
      if code != 0 { return code }
    }
    return 0
  }

  /// The file that a path leads to through symbolic links.
  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  /// A name that nobody else uses, in the directory of a path; short, because the file's own name may be of full length.
  private static func temporaryName(beside path: String) -> String {
    let name = ".writing-\(UInt64.random(in: 0 ... .max)).tmp"
    guard let slash = path.lastIndex(of: "/") else { return name }
    return path[...slash] + name
  }
}
