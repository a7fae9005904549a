import Foundation

/// Standard output or standard error, written to without a buffer in between.
struct StandardStream: TextOutput {
  let descriptor: Int32
  /// What messages call it.
  let name: String

  static let output = StandardStream(descriptor: 1, name: "standard output")
  static let error = StandardStream(descriptor: 2, name: "standard error")

  /// Makes broken pipes and files beyond the size allowed errors instead of deadly signals, and keeps the numbers 0, 1
  /// and 2 occupied.
  ///
  /// If the caller closed a standard stream, the next file opened would get its number and what is printed would land
  /// in that file. Standard output is replaced by something that refuses writing, so that the loss is noticed.
  static func prepare() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    for (descriptor, mode) in [(Int32(0), O_RDONLY), (1, O_RDONLY), (2, O_WRONLY)]
    where fcntl(descriptor, F_GETFD) == -1 {
      _ = open("/dev/null", mode)
    }
  }

  var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Whether another process reads it.
  var isPipe: Bool {
    var status = stat()
    return fstat(descriptor, &status) == 0 && [S_IFIFO, S_IFSOCK].contains(status.st_mode & S_IFMT)
  }

  /// Waits until the reader of the pipe has gone, perhaps for ever.
  func waitUntilUnread() {
    // Nothing is waited for but what is always told: an error, or the other end's end.
    var waiting = pollfd(fd: descriptor, events: 0, revents: 0)
    while poll(&waiting, 1, -1) != 1 {}
  }

  var columns: Int? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  func write(_ bytes: [UInt8]) throws(OutputFailure) {
    let code = bytes.withUnsafeBytes { bytes -> Int32 in
      var rest = bytes
      while let start = rest.baseAddress, !rest.isEmpty {
        let written = Foundation.write(descriptor, start, rest.count)
        if written >= 0 {
          rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
        } else if errno == EAGAIN {
          // The caller's stream does not block: wait until it takes more.
          var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = poll(&waiting, 1, 1000)
        } else if errno != EINTR {
          return errno
        }
      }
      return 0
    }
    if code != 0 { throw OutputFailure(stream: name, code: code) }
  }
}
