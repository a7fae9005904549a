import Foundation
import TestSupport
import Testing

@testable import RunFiles

@Suite("What a path leads to")
struct FileStatusTests {
  private let directory = TemporaryDirectory()

  @Test("Files with their size, directories, pipes, nothing, and what the system does not say; links are followed")
  func kinds() throws {
    try AtomicFile.write("12345", to: directory.file("file"))
    try AtomicFile.write("1", to: directory.file("odd\u{1}name"))
    #expect(mkfifo(directory.file("pipe"), 0o600) == 0)
    for (link, target) in [("to file", "file"), ("to nothing", "nothing")] {
      try FileManager.default.createSymbolicLink(
        atPath: directory.file(link), withDestinationPath: directory.file(target))
    }
    let expected: [(String, FileStatus)] = [
      ("file", .file(size: 5)), ("odd\u{1}name", .file(size: 1)), ("to file", .file(size: 5)), ("", .directory),
      ("pipe", .special), ("nothing", .absent), ("to nothing", .absent), ("file/x", .unknown(code: ENOTDIR)),
      // The system would read the name only as far as this.
      ("file\u{0}x", .unknown(code: EINVAL)),
    ]
    for (name, status) in expected { #expect(FileStatus(of: directory.file(name)) == status, "\(name)") }
    #expect(FileStatus(of: "") == .unknown(code: ENOENT))
  }
}

@Suite("Mapped files")
struct MappedFileTests {
  private let directory = TemporaryDirectory()

  @Test("A file is mapped to its last byte, and stays what it was when another takes its name")
  func contents() throws {
    let path = directory.file("file")
    let bytes = Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0 * $0) })
    try AtomicFile.write(bytes, to: path)
    let mapped = try Data(mapping: path, size: bytes.count)
    try AtomicFile.write("another", to: path)
    #expect(mapped == bytes)
  }

  @Test("What took the file's place meanwhile is refused: nothing, or a pipe, whose writer is not waited for")
  func replaced() throws {
    #expect(mkfifo(directory.file("pipe"), 0o600) == 0)
    // Mapping a pipe is ENODEV on Linux, EINVAL on macOS.
    for (name, problem) in [("nothing", "cannot be opened: "), ("pipe", "cannot be read: ")] {
      let path = directory.file(name)
      let error = #expect(throws: FileError.self) { _ = try Data(mapping: path, size: 8) }
      #expect(error?.kind == .missing && error?.path == path && error?.problem.hasPrefix(problem) == true)
      #expect(OpenDescriptors.count(to: path) <= 0)
    }
  }
}

@Suite("Locks of directories")
struct DirectoryLockTests {
  private let directory = TemporaryDirectory()

  @Test("One holder at a time; neither a lock given up nor one that was refused leaves a descriptor open")
  func descriptors() throws {
    for _ in 0..<3 {
      var lock: DirectoryLock? = try DirectoryLock(directory.path)
      #expect(throws: FileError.self) { _ = try DirectoryLock(directory.path) }
      #expect(OpenDescriptors.count(to: directory.path) == 1)
      withExtendedLifetime(lock) {}
      lock = nil
      #expect(OpenDescriptors.count(to: directory.path) == 0)
    }
  }

  @Test("A file system without locks is told apart from a lock that another process has, and from a failure")
  func unsupported() {
    #expect([EBADF, ENOLCK, ENOTSUP].allSatisfy(DirectoryLock.cannotLock))
    #expect(![EWOULDBLOCK, EIO, EINTR, EACCES].contains(where: DirectoryLock.cannotLock))
  }
}

/// What this process has open.
enum OpenDescriptors {
  /// Counts the descriptors that lead to a file.
  ///
  /// - Parameter path: An existing file or directory.
  /// - Returns: How many of the first 4,096 descriptors do; −1 if there is nothing at the path.
  static func count(to path: String) -> Int {
    var wanted = stat()
    guard stat(path, &wanted) == 0 else { return -1 }
    return (0..<4096).count { descriptor in
      var found = stat()
      return fstat(Int32(descriptor), &found) == 0 && found.st_dev == wanted.st_dev && found.st_ino == wanted.st_ino
    }
  }
}
