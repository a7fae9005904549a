import Foundation
import TestSupport
import Testing

@testable import RunFiles

@Suite("What a path leads to")
struct FileStatusTests {
  @Test("Files with their size, directories, pipes, nothing, and what the system does not say; links are followed")
  func kinds() throws {
    try TemporaryDirectory.use { directory in
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
}
