import Foundation
import TestSupport
import Testing

@testable import RunFiles

@Suite("Reading files")
struct InputFileTests {
  private let directory = TemporaryDirectory()

  private func error(_ path: String) -> FileError? {
    #expect(throws: FileError.self) { _ = try InputFile.read(path) }
  }

  @Test("A file is read to the last byte, through a link too, and an empty one is no error")
  func contents() throws {
    // More than two of the pieces in which it is read, and no two pieces alike.
    let bytes = (0..<2_500_000).map { UInt8(truncatingIfNeeded: ($0 * 2_654_435_761) >> 24) }
    try AtomicFile.write(Data(bytes), to: directory.file("file"))
    #expect(try InputFile.read(directory.file("file")) == bytes)
    try FileManager.default.createSymbolicLink(
      atPath: directory.file("link"), withDestinationPath: directory.file("file"))
    #expect(try InputFile.read(directory.file("link")) == bytes)
    try AtomicFile.write("", to: directory.file("empty"))
    #expect(try InputFile.read(directory.file("empty")) == [])
  }

  @Test("Reading, mapping, adding and replacing leave no descriptor open")
  func descriptors() throws {
    let path = directory.file("file")
    try AtomicFile.write("abc", to: path)
    #expect(OpenDescriptors.count(to: path) == 0 && OpenDescriptors.count(to: directory.path) == 0)
    try AtomicFile.append(Data("d".utf8), to: path)
    try AtomicFile.synchronize(path, with: SystemFiles())
    #expect(try InputFile.read(path) == Array("abcd".utf8))
    #expect(try Data(mapping: path, size: 4) == Data("abcd".utf8))
    #expect(error(directory.path) != nil)
    #expect(OpenDescriptors.count(to: path) == 0 && OpenDescriptors.count(to: directory.path) == 0)
    let open = try #require(FileHandle(forReadingAtPath: path))
    #expect(OpenDescriptors.count(to: path) == 1, "one that is open is seen")
    try open.close()
  }

  @Test("What is not a regular file is a missing input, and the message says what it is, on one line")
  func missing() throws {
    try FileManager.default.createSymbolicLink(
      atPath: directory.file("dangling"), withDestinationPath: directory.file("nowhere"))
    // Nobody writes into the pipe: opening it must not wait.
    #expect(mkfifo(directory.file("pipe"), 0o600) == 0)
    try AtomicFile.write("x", to: directory.file("file"))
    for (path, problem) in [
      (directory.file("nothing"), "found no such file"), (directory.file("dangling"), "found no such file"),
      (directory.file("file/inside"), "found no such file"), ("", "found no such file"),
      (directory.path, "found a directory, expected a file"),
      (directory.file("pipe"), "found a pipe, expected a file"),
      ("/dev/null", "found a device, expected a file"),
      (directory.file("file\u{0}"), "cannot be opened: Invalid argument"),
      (directory.file(String(repeating: "x", count: 5000)), "cannot be opened: File name too long"),
    ] {
      #expect(error(path) == FileError(.missing, path, problem))
    }
    #expect(error("two\nlines")?.description == "two\\nlines: found no such file")
    #expect(error("")?.description == "\"\": found no such file")
  }

  @Test("A file as large as the limit is read, a larger one refused, one beyond every size before memory is asked for")
  func limit() throws {
    let path = directory.file("file")
    try AtomicFile.write("abcd", to: path)
    #expect(try InputFile.read(path, limit: 4) == Array("abcd".utf8))
    #expect(throws: FileError(.damaged, path, "found 4 bytes, expected at most 3")) {
      try InputFile.read(path, limit: 3)
    }
    #expect(truncate(path, 1 << 42) == 0)
    #expect(error(path) == FileError(.damaged, path, "found 4398046511104 bytes, expected at most 2147483647"))
  }

  @Test("A file that may not be read is a missing input", .enabled(if: geteuid() != 0, "root may read everything"))
  func unreadable() throws {
    let path = directory.file("secret")
    try AtomicFile.write("x", to: path)
    #expect(chmod(path, 0) == 0)
    #expect(error(path) == FileError(.missing, path, "cannot be opened: Permission denied"))
  }
}
