import Foundation
import TestSupport
import Testing

@testable import RunFiles

@Suite("Mapped files")
struct MappedFileTests {
  @Test("A file is mapped to its last byte, and stays what it was when another takes its name")
  func contents() throws {
    try TemporaryDirectory.use { directory in
      let path = directory.file("file")
      let bytes = Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0 * $0) })
      try AtomicFile.write(bytes, to: path)
      let mapped = try MappedFile.contents(of: path, size: bytes.count)
      try AtomicFile.write("another", to: path)
      #expect(mapped == bytes)
    }
  }

  @Test("What took the file's place meanwhile is refused: nothing, or a pipe, whose writer is not waited for")
  func replaced() throws {
    try TemporaryDirectory.use { directory in
      #expect(mkfifo(directory.file("pipe"), 0o600) == 0)
      for (name, problem) in [
        ("nothing", "cannot be opened: No such file or directory"), ("pipe", "cannot be read: No such device"),
      ] {
        let path = directory.file(name)
        #expect(throws: FileError(.missing, path, problem)) { _ = try MappedFile.contents(of: path, size: 8) }
        #expect(OpenDescriptors.count(to: path) <= 0)
      }
    }
  }
}
