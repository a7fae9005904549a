import Foundation

/// Reading a whole file, with one clear line for everything that can be wrong with a path.
public enum InputFile {
  /// The largest number of bytes: more than any text worth the name, and its symbols still fit into memory.
  public static let maximumSize = Int(Int32.max)

  /// Returns the bytes of a regular file.
  ///
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
    return try readAll(of: file, named: path, size: size, limit: limit)
  }

  /// Reads a value from a JSON file.
  ///
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

  /// What stands for standard input where a file's path could stand.
  public static let standardInput = "-"
  /// What messages call it.
  public static let standardInputName = "standard input"

  /// Returns all bytes of standard input; they can be read once.
  ///
  /// - Throws: `FileError`: `damaged` when there are more than the limit, `inputOutput` when reading fails.
  public static func readStandardInput(limit: Int = maximumSize) throws(FileError) -> [UInt8] {
    try readAll(of: STDIN_FILENO, named: standardInputName, limit: limit)
  }

  /// Returns all bytes of an open file, which need not know its length: a pipe, a terminal.
  static func readAll(
    of file: Int32, named name: String, size: Int = 0, limit: Int
  ) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size)
    var piece = [UInt8](repeating: 0, count: min(1 << 20, max(1 << 16, size)))
    while true {
      let count = Foundation.read(file, &piece, piece.count)
      if count > 0 {
        guard bytes.count + count <= limit else {
          throw FileError(.damaged, name, "found more than \(limit) bytes, expected at most as many")
        }
        bytes += piece[..<count]
      } else if count == 0 {
        return bytes
      } else if errno == EAGAIN {
        // The caller's stream does not block: wait until there is more.
        var waiting = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
        _ = poll(&waiting, 1, 1000)
      } else if errno != EINTR {
        throw .system(.inputOutput, name, "cannot be read", code: errno)
      }
    }
  }

  /// What stands behind the last slash of a path.
  package static func lastComponent(of path: String) -> String {
    // Bytes, not characters: a slash with a combining mark behind it is one character.
    String(decoding: path.utf8.split(separator: UInt8(ascii: "/")).last ?? [], as: UTF8.self)
  }

  /// Returns a path that leads to the same file from every working directory.
  public static func absolutePath(of path: String) -> String {
    guard path.utf8.first != UInt8(ascii: "/"), let bytes = getcwd(nil, 0) else { return path }
    defer { free(bytes) }
    guard let directory = String(validatingCString: bytes) else { return path }
    return directory.utf8.last == UInt8(ascii: "/") ? directory + path : "\(directory)/\(path)"
  }
}
