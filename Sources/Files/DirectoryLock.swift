import Foundation

/// The right to write into a directory, which one process has at a time; the system takes it back when the process ends.
final class DirectoryLock: Sendable {
  private let descriptor: Int32

  /// Takes the right, or fails at once.
  ///
  /// - Parameter path: An existing directory.
  /// - Throws: `FileError` of kind `cannotCreate` if another process has it.
  init(_ path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(.cannotCreate, path, "cannot be locked", code: errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(descriptor)
      guard code == EWOULDBLOCK else { throw .system(.cannotCreate, path, "cannot be locked", code: code) }
      throw FileError(.cannotCreate, path, "is in use by another process, expected a directory that nobody writes to")
    }
    self.descriptor = descriptor
  }

  deinit {
    // Explicitly, because a process started meanwhile may hold a copy of the descriptor for a moment.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}
