import Foundation

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
