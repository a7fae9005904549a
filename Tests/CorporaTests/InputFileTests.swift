import Foundation
import Testing

@testable import Corpora

@Suite("Reading files")
struct InputFileTests {
  @Test("A file is read to the last byte, through a link too")
  func contents() throws {
    try withTemporaryDirectory { directory in
      let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 * $0) }
      try AtomicFile.write(bytes, to: directory + "/file")
      #expect(try InputFile.read(directory + "/file") == bytes)
      try FileManager.default.createSymbolicLink(
        atPath: directory + "/link", withDestinationPath: directory + "/file")
      #expect(try InputFile.read(directory + "/link") == bytes)
    }
  }

  @Test("What is not a regular file is a missing input, and the message says what it is")
  func missing() throws {
    try withTemporaryDirectory { directory in
      try FileManager.default.createSymbolicLink(
        atPath: directory + "/dangling", withDestinationPath: directory + "/nowhere")
      // Nobody writes into the pipe: opening it must not wait.
      #expect(mkfifo(directory + "/pipe", 0o600) == 0)
      try AtomicFile.write([1], to: directory + "/file")
      for (path, message) in [
        (directory + "/nothing", "no such file"), (directory + "/dangling", "no such file"),
        (directory + "/file/inside", "no such file"), ("", "no such file"),
        (directory, "is a directory, expected a text file"),
        (directory + "/pipe", "is a pipe, expected a regular file"),
        ("/dev/null", "is a device, expected a regular file"), (directory + "/two\nlines", "no such file"),
        (directory + "/" + String(repeating: "x", count: 5000), "cannot be opened: file name too long"),
      ] {
        let error = corpusError { _ = try InputFile.read(path) }
        #expect(error?.description == "\(path.debugDescription): \(message)")
        #expect(error?.isMissing == true)
      }
    }
  }

  @Test("An empty file is bad data")
  func empty() throws {
    try withTemporaryDirectory { directory in
      try AtomicFile.write([], to: directory + "/empty")
      let error = corpusError { _ = try InputFile.read(directory + "/empty") }
      #expect(error?.kind == .badData)
      #expect(error?.description.hasSuffix("is empty, expected text") == true)
    }
  }

  @Test("A file beyond every size is refused before memory is asked for")
  func enormous() throws {
    try withTemporaryDirectory { directory in
      try AtomicFile.write([1], to: directory + "/sparse")
      #expect(truncate(directory + "/sparse", 1 << 42) == 0)
      let error = corpusError { _ = try InputFile.read(directory + "/sparse") }
      #expect(error?.kind == .badData)
      #expect(error?.description.contains("has 4398046511104 bytes") == true)
    }
  }

  @Test("A file that may not be read is a missing input", .enabled(if: geteuid() != 0, "root may read everything"))
  func unreadable() throws {
    try withTemporaryDirectory { directory in
      try AtomicFile.write([1], to: directory + "/secret")
      #expect(chmod(directory + "/secret", 0) == 0)
      let error = corpusError { _ = try InputFile.read(directory + "/secret") }
      #expect(error?.isMissing == true)
      #expect(error?.description.hasSuffix("may not be read: permission denied") == true)
    }
  }
}
