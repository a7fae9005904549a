import Foundation

/// Writing a file so that nobody ever sees half of it.
public enum AtomicFile {
  /// Writes bytes to a temporary name in the same directory, then renames it; an existing file is replaced.
  ///
  /// - Parameters:
  ///   - bytes: The whole contents.
  ///   - path: The file; its directory must exist. A symbolic link is followed.
  /// - Throws: `CorpusError`, `cannotCreate` or `inputOutput`; then the file is as it was before, and the temporary
  ///   file is gone.
  public static func write(_ bytes: [UInt8], to path: String) throws {
    do {
      try writeUnnamed(bytes, to: path)
    } catch let error as CorpusError {
      throw error.naming(path)
    }
  }

  private static func writeUnnamed(_ bytes: [UInt8], to path: String) throws {
    let target = try replaceable(path)
    // Named without regard to the target, whose own name may be as long as names can be.
    let directory = (target as NSString).deletingLastPathComponent
    let temporary = (directory as NSString).appendingPathComponent(".\(UInt64.random(in: 0 ... .max)).tmp")
    let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw CorpusError(.cannotCreate, "cannot be created: \(reason(errno))") }
    var failure = fill(file, bytes) ? nil : errno
    if close(file) != 0 && failure == nil { failure = errno }
    if failure == nil && rename(temporary, target) != 0 { failure = errno }
    if let failure {
      unlink(temporary)
      throw CorpusError(.inputOutput, "cannot be written: \(reason(failure))")
    }
  }

  /// Returns the name to rename to, if a regular file may stand there: a device must not be replaced by a file.
  private static func replaceable(_ path: String) throws -> String {
    if path.isEmpty { throw CorpusError(.cannotCreate, "is no file name") }
    var status = stat()
    guard stat(path, &status) == 0 else { return path }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    case S_IFDIR: throw CorpusError(.cannotCreate, "is a directory, expected a file name")
    default: throw CorpusError(.cannotCreate, "is not a regular file and is left alone")
    }
  }

  /// Writes everything through to the disk; false leaves the cause in `errno`.
  private static func fill(_ file: Int32, _ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBufferPointer { buffer in
      var done = 0
      while done < buffer.count {
        let count = Foundation.write(file, buffer.baseAddress.map { $0 + done }, buffer.count - done)
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { return false }
        done += count
      }
      return fsync(file) == 0
    }
  }
}
