import Foundation
import Testing

@testable import Corpora

@Suite("Writing files")
struct AtomicFileTests {
  @Test("A file is replaced as a whole, a link is followed, nothing temporary is left")
  func replaces() throws {
    try withTemporaryDirectory { directory in
      let corpus = DialectCorpus(lines: 100)
      try corpus.write(to: directory + "/text")
      #expect(try InputFile.read(directory + "/text") == corpus.text)
      try FileManager.default.createSymbolicLink(atPath: directory + "/link", withDestinationPath: directory + "/text")
      try AtomicFile.write([7], to: directory + "/link")
      #expect(try InputFile.read(directory + "/text") == [7])
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory).sorted() == ["link", "text"])
    }
  }

  @Test("What cannot be written is an error, and what was there stays")
  func refuses() throws {
    try withTemporaryDirectory { directory in
      #expect(mkfifo(directory + "/pipe", 0o600) == 0)
      try FileManager.default.createDirectory(atPath: directory + "/folder", withIntermediateDirectories: false)
      for (path, message) in [
        (directory + "/none/file", "cannot be created: no such file or directory"),
        (directory + "/folder", "is a directory, expected a file name"),
        (directory + "/pipe", "is not a regular file and is left alone"),
        ("/dev/null", "is not a regular file and is left alone"), ("", "is no file name"),
      ] {
        let error = corpusError { try AtomicFile.write([1, 2, 3], to: path) }
        #expect(error?.description == "\(path.debugDescription): \(message)")
        #expect(error?.kind == .cannotCreate)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory).sorted() == ["folder", "pipe"])
    }
  }

  @Test("A file that cannot be replaced leaves no temporary file behind")
  func failedRename() throws {
    try withTemporaryDirectory { directory in
      // The temporary file is written before the rename finds out that the name cannot be.
      let name = directory + "/" + String(repeating: "x", count: 256)
      let error = corpusError { try AtomicFile.write([1], to: name) }
      #expect(error?.description.hasSuffix("cannot be written: file name too long") == true)
      #expect(error?.kind == .inputOutput)
      let left = try FileManager.default.contentsOfDirectory(atPath: directory)
      #expect(left.isEmpty)
    }
  }
}
