import Foundation

/// The operating system's own file operations.
public struct SystemFiles: FileOperations {
  /// Creates the operations.
  public init() {}

  /// Makes one directory.
  ///
  /// - Parameter path: Its path; the parent exists.
  /// - Throws: What the system says.
  public func makeDirectory(_ path: String) throws(SystemError) {
    guard mkdir(path, 0o777) == 0 else { throw .last }
  }

  /// Opens a file or directory without waiting for anybody.
  ///
  /// - Parameter flags: Those of `open(2)`.
  /// - Returns: A descriptor, whose reads and writes may wait.
  /// - Throws: What the system says; ENXIO for a pipe that nobody reads.
  public func open(_ path: String, _ flags: Int32) throws(SystemError) -> Int32 {
    let descriptor = Foundation.open(path, flags | O_NONBLOCK | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .last }
    // Only opening must not wait.
    _ = fcntl(descriptor, F_SETFL, flags & O_APPEND)
    return descriptor
  }

  /// Writes pieces one after another.
  ///
  /// - Parameters:
  ///   - pieces: The contents in order.
  ///   - descriptor: An open file.
  /// - Throws: What the system says.
  public func write(_ pieces: [Data], to descriptor: Int32) throws(SystemError) {
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
      if code != 0 { throw SystemError(code: code) }
    }
  }

  /// Brings what was written, or a directory's names, to the disk, as far as the file system can.
  ///
  /// - Parameter descriptor: An open file or directory.
  /// - Throws: What the system says.
  public func synchronize(_ descriptor: Int32) throws(SystemError) {
    #if canImport(Darwin)
      // There fsync leaves the drive's own cache as it is.
      if fcntl(descriptor, F_FULLFSYNC) == 0 { return }
    #endif
    // Some file systems do not synchronise directories and say so by EINVAL.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw .last }
  }

  /// Closes a descriptor.
  ///
  /// - Parameter descriptor: An open file or directory.
  /// - Throws: What the system says.
  public func close(_ descriptor: Int32) throws(SystemError) {
    guard Foundation.close(descriptor) == 0 else { throw .last }
  }

  /// Gives a file another name, in place of what had it.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - target: Its new path.
  /// - Throws: What the system says.
  public func rename(_ path: String, to target: String) throws(SystemError) {
    guard Foundation.rename(path, target) == 0 else { throw .last }
  }

  /// Removes a file.
  ///
  /// - Parameter path: The file.
  /// - Throws: What the system says.
  public func remove(_ path: String) throws(SystemError) {
    guard unlink(path) == 0 else { throw .last }
  }
}
