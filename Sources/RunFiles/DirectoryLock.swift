import Foundation

/// The right to write into a directory, which one process has at a time; the system takes it back when the process ends.
///
/// Some network file systems cannot lock directories and say so. A run must not fail there, so there it has no lock.
final class DirectoryLock: Sendable {
  private let descriptor: Int32

  /// Takes the right, or fails at once.
  ///
  /// - Parameter path: An existing directory.
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
  ///
  /// - Parameter code: What `flock` failed with.
  /// - Returns: True if no process can have the lock.
  static func cannotLock(_ code: Int32) -> Bool { [EBADF, EINVAL, ENOLCK, ENOSYS, ENOTSUP, EOPNOTSUPP].contains(code) }

  deinit {
    // Explicitly, because a process started meanwhile may hold a copy of the descriptor for a moment.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}
