import Foundation

/// Reading a whole file, with one clear line for everything that can be wrong with a path.
public enum InputFile {
  /// The largest number of bytes: more than any text worth the name, and its symbols still fit into memory.
  public static let maximumSize = Int(Int32.max)

  /// How many bytes are asked for at once: the largest files come in pieces anyway, as Linux gives less than 2³¹ − 1.
  private static let piece = 1 << 20

  /// Returns the bytes of a regular file.
  ///
  /// - Parameters:
  ///   - path: The file; "~" is not expanded.
  ///   - limit: The largest number of bytes accepted.
  /// - Returns: The whole contents, perhaps nothing.
  /// - Throws: `FileError`: `missing` when there is no regular file that may be read, `damaged` when it is larger than
  ///   the limit, `inputOutput` when reading fails halfway.
  public static func read(_ path: String, limit: Int = maximumSize) throws(FileError) -> [UInt8] {
    guard !path.utf8.contains(0) else { throw .system(.missing, path, "cannot be opened", code: EINVAL) }
    // Without O_NONBLOCK, opening a named pipe would wait for a writer, perhaps for ever.
    let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard file != -1 else { throw unopened(path, code: errno) }
    defer { close(file) }
    let size = try regularSize(file, path)
    guard size <= limit else {
      throw FileError(.damaged, path, "found \(size) bytes, expected at most \(limit)")
    }
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < buffer.count {
        let got = Foundation.read(file, buffer.baseAddress.map { $0 + count }, min(piece, buffer.count - count))
        if got < 0 && errno == EINTR { continue }
        if got < 0 { code = errno }
        if got <= 0 { break }
        count += got
      }
    }
    if code != 0 { throw .system(.inputOutput, path, "cannot be read", code: code) }
    return bytes
  }

  /// Reads a value from a JSON file.
  ///
  /// - Parameters:
  ///   - type: The value's type.
  ///   - path: The file.
  /// - Throws: `FileError`, `missing` or `damaged`; the latter names the key that is wrong.
  public static func readJSON<Value: Decodable>(_ type: Value.Type, from path: String) throws(FileError) -> Value {
    let data = Data(try read(path))
    do {
      return try JSON.decode(type, from: data)
    } catch let error as JSON.Problem {
      throw FileError(.damaged, path, error.description)
    } catch let error as DecodingError {
      throw FileError(.damaged, path, error.inOneLine)
    } catch {
      throw FileError(.damaged, path, "cannot be read as JSON")
    }
  }

  /// The number of bytes of an open file, if it is a regular one.
  private static func regularSize(_ file: Int32, _ path: String) throws(FileError) -> Int {
    var status = stat()
    guard fstat(file, &status) == 0 else { throw .system(.inputOutput, path, "cannot be examined", code: errno) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return Int(status.st_size)
    case S_IFDIR: throw FileError(.missing, path, "found a directory, expected a file")
    case S_IFIFO: throw FileError(.missing, path, "found a pipe, expected a file")
    default: throw FileError(.missing, path, "found a device, expected a file")
    }
  }

  private static func unopened(_ path: String, code: Int32) -> FileError {
    switch code {
    case ENOENT, ENOTDIR: FileError(.missing, path, "found no such file")
    // A socket, or a device without a driver.
    case ENXIO, ENODEV: FileError(.missing, path, "found a device, expected a file")
    default: .system(.missing, path, "cannot be opened", code: code)
    }
  }
}
