import Foundation

/// The system calls that change what is on the disk, in one place, so that a test can put an end to them at any one.
///
/// All throw what the system says.
public protocol FileOperations: Sendable {
  /// Makes one directory.
  func makeDirectory(_ path: String) throws(SystemError)
  /// Opens a file or directory without waiting for anybody: a pipe that nobody reads is an error.
  func open(_ path: String, _ flags: Int32) throws(SystemError) -> Int32
  /// Writes pieces one after another.
  func write(_ pieces: [Data], to descriptor: Int32) throws(SystemError)
  /// Brings what was written, or a directory's names, to the disk.
  func synchronize(_ descriptor: Int32) throws(SystemError)
  /// Closes a descriptor.
  func close(_ descriptor: Int32) throws(SystemError)
  /// Gives a file another name, in place of what had it.
  func rename(_ path: String, to target: String) throws(SystemError)
  /// Removes a file.
  func remove(_ path: String) throws(SystemError)
}

/// What the system says of a call that failed.
public struct SystemError: Error, Hashable {
  /// The system's error number.
  public let code: Int32

  /// Wraps an error number.
  public init(code: Int32) { self.code = code }

  /// The error of the call that just failed.
  static var last: SystemError { SystemError(code: errno) }
}

/// The operating system's own file operations.
public struct SystemFiles: FileOperations {
  /// Creates the operations.
  public init() {}

  /// Calls `mkdir(2)`.
  public func makeDirectory(_ path: String) throws(SystemError) {
    guard mkdir(path, 0o777) == 0 else { throw .last }
  }
  /// Calls `open(2)`.
  public func open(_ path: String, _ flags: Int32) throws(SystemError) -> Int32 {
    let descriptor = Foundation.open(path, flags | O_NONBLOCK | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .last }
    // Only opening must not wait.
    _ = fcntl(descriptor, F_SETFL, flags & O_APPEND)
    return descriptor
  }

  /// Calls `write(2)` until all is written.
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

  /// Calls `fsync(2)`, as far as the file system can.
  public func synchronize(_ descriptor: Int32) throws(SystemError) {
    #if canImport(Darwin)
      // There fsync leaves the drive's own cache as it is.
      if fcntl(descriptor, F_FULLFSYNC) == 0 { return }
    #endif
    // Some file systems do not synchronise directories and say so by EINVAL.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw .last }
  }

  /// Calls `close(2)`.
  public func close(_ descriptor: Int32) throws(SystemError) {
    guard Foundation.close(descriptor) == 0 else { throw .last }
  }
  /// Calls `rename(2)`.
  public func rename(_ path: String, to target: String) throws(SystemError) {
    guard Foundation.rename(path, target) == 0 else { throw .last }
  }
  /// Calls `unlink(2)`.
  public func remove(_ path: String) throws(SystemError) {
    guard unlink(path) == 0 else { throw .last }
  }
}

/// What a path leads to, links followed.
enum FileStatus: Equatable {
  case absent
  case file(size: Int)
  case directory
  /// A device, a pipe, a socket.
  case special
  /// The system does not say; for instance, a component of the path is a file.
  case unknown(code: Int32)

  /// Asks the system.
  init(of path: String) {
    var status = stat()
    guard !path.isEmpty, !path.utf8.contains(0) else {
      self = .unknown(code: path.isEmpty ? ENOENT : EINVAL)
      return
    }
    guard stat(path, &status) == 0 else {
      self = errno == ENOENT ? .absent : .unknown(code: errno)
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: self = .file(size: Int(status.st_size))
    case S_IFDIR: self = .directory
    default: self = .special
    }
  }
}

extension Data {
  /// Maps a regular file instead of copying it: it must not be cut short while the bytes are in use.
  ///
  /// The path is handed to the system as it is: Foundation's own reader takes a leading "~" for a home directory.
  /// - Parameter size: At least 1.
  init(mapping path: String, size: Int) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor != -1 else { throw .system(.missing, path, "cannot be opened", code: errno) }
    defer { close(descriptor) }
    guard let bytes = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), bytes != MAP_FAILED else {
      throw .system(.missing, path, "cannot be read", code: errno)
    }
    self.init(bytesNoCopy: bytes, count: size, deallocator: .custom { bytes, size in munmap(bytes, size) })
  }
}

/// The right to write into a directory, which one process has at a time; the system takes it back when the process ends.
///
/// Some network file systems cannot lock directories and say so. A run must not fail there, so there it has no lock.
final class DirectoryLock: Sendable {
  private let descriptor: Int32

  /// Takes the right, or fails at once.
  ///
  /// - Throws: `FileError` of kind `cannotCreate` if another process has it.
  init(_ path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor != -1 else { throw .system(.cannotCreate, path, "cannot be locked", code: errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      if Self.cannotLock(code) {
        self.descriptor = descriptor
        return
      }
      close(descriptor)
      guard code == EWOULDBLOCK else { throw .system(.cannotCreate, path, "cannot be locked", code: code) }
      throw FileError(.cannotCreate, path, "is in use by another process, expected a directory that nobody writes to")
    }
    self.descriptor = descriptor
  }

  /// Whether the file system has no such locks, as NFS and CIFS may not.
  static func cannotLock(_ code: Int32) -> Bool { [EBADF, EINVAL, ENOLCK, ENOSYS, ENOTSUP, EOPNOTSUPP].contains(code) }

  /// Refuses a path that leads elsewhere, or nowhere: the directory was moved, removed, or made anew by somebody else.
  ///
  /// - Throws: `FileError` of kind `cannotCreate`.
  func expect(at path: String) throws(FileError) {
    var (own, found) = (stat(), stat())
    if fstat(descriptor, &own) == 0, stat(path, &found) == 0, own.st_dev == found.st_dev, own.st_ino == found.st_ino {
      return
    }
    throw FileError(
      .cannotCreate, path, "was moved, removed or replaced while it was written to, expected it to stay where it was")
  }

  deinit {
    // Explicitly, because a process started meanwhile may hold a copy of the descriptor for a moment.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}
