import Foundation

extension InputFile {
  /// What stands for standard input where a file's path could stand.
  public static let standardInput = "-"
  /// What messages call it.
  public static let standardInputName = "standard input"

  /// Returns all bytes of standard input; they can be read once.
  ///
  /// - Parameter limit: The largest number of bytes accepted.
  /// - Returns: What was left to read, perhaps nothing.
  /// - Throws: `FileError`: `damaged` when there are more than the limit, `inputOutput` when reading fails.
  public static func readStandardInput(limit: Int = maximumSize) throws(FileError) -> [UInt8] {
    try readAll(of: STDIN_FILENO, named: standardInputName, limit: limit)
  }

  /// Returns all bytes of an open file that need not know its length: a pipe, a terminal.
  ///
  /// - Parameters:
  ///   - file: The descriptor.
  ///   - name: What messages call it.
  ///   - limit: The largest number of bytes accepted.
  /// - Returns: What was left to read, perhaps nothing.
  /// - Throws: `FileError`: `damaged` when there are more than the limit, `inputOutput` when reading fails.
  static func readAll(of file: Int32, named name: String, limit: Int) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
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
}
