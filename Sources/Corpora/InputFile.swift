import Foundation

/// Reading a whole file, with one clear line for everything that can be wrong with a path.
enum InputFile {
  /// The largest number of bytes: more than any text worth the name, and its symbols still fit into memory.
  static let maximumSize = Int(Int32.max)

  /// Returns the bytes of a regular file.
  ///
  /// - Parameter path: The file; "~" is not expanded.
  /// - Returns: At least one byte.
  /// - Throws: `CorpusError`, `missing` when there is no regular file that may be read, `badData` when it is empty.
  static func read(_ path: String) throws -> [UInt8] {
    do {
      return try readUnnamed(path)
    } catch let error as CorpusError {
      throw error.naming(path)
    }
  }

  private static func readUnnamed(_ path: String) throws -> [UInt8] {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer, perhaps for ever.
    let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { throw unopened(errno) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw CorpusError(.inputOutput, "cannot be examined: \(reason(errno))") }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw CorpusError(.missing, "is a directory, expected a text file")
    case S_IFIFO: throw CorpusError(.missing, "is a pipe, expected a regular file")
    default: throw CorpusError(.missing, "is a device, expected a regular file")
    }
    guard status.st_size <= maximumSize else {
      throw CorpusError(.badData, "has \(status.st_size) bytes, expected at most \(maximumSize)")
    }
    let bytes = try [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
      while count < buffer.count {
        let got = Foundation.read(file, buffer.baseAddress.map { $0 + count }, buffer.count - count)
        if got < 0 && errno == EINTR { continue }
        guard got >= 0 else { throw CorpusError(.inputOutput, "cannot be read: \(reason(errno))") }
        if got == 0 { break }
        count += got
      }
    }
    guard !bytes.isEmpty else { throw CorpusError(.badData, "is empty, expected text") }
    return bytes
  }

  private static func unopened(_ code: Int32) -> CorpusError {
    switch code {
    case ENOENT, ENOTDIR: CorpusError(.missing, "no such file")
    case EACCES, EPERM: CorpusError(.missing, "may not be read: permission denied")
    // A socket, or a device without a driver.
    case ENXIO, ENODEV: CorpusError(.missing, "is not a regular file")
    default: CorpusError(.missing, "cannot be opened: \(reason(code))")
    }
  }
}

/// Returns what the operating system calls an error, in lower case.
func reason(_ code: Int32) -> String {
  String(cString: strerror(code)).lowercased()
}
