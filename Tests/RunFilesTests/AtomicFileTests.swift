import Foundation
import TestSupport
import Testing

@testable import RunFiles

@Suite("Files written whole or not at all")
struct AtomicFileTests {
  private let directory = TemporaryDirectory()

  /// Writing to a path is refused in these words.
  private func expectRefused(_ path: String, _ problem: String, _ kind: FileError.Kind = .cannotCreate) {
    #expect(throws: FileError(kind, path, problem)) { try AtomicFile.write("x", to: path) }
  }

  @Test("A file appears under its name and replaces an older one")
  func replaces() throws {
    try AtomicFile.write("old", to: directory.file("a"))
    try AtomicFile.write([Data("n".utf8), Data(), Data("ew".utf8)], to: directory.file("a"))
    #expect(try directory.contents(of: "a") == "new")
    let longest = String(repeating: "n", count: 255)
    try AtomicFile.write("", to: directory.file(longest))
    #expect(directory.names == ["a", longest])
  }

  @Test("A symbolic link stays, the file it leads to is replaced")
  func links() throws {
    try AtomicFile.write("old", to: directory.file("a"))
    try FileManager.default.createSymbolicLink(atPath: directory.file("l"), withDestinationPath: "a")
    try AtomicFile.write("new", to: directory.file("l"))
    #expect(try directory.contents(of: "a") == "new")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: directory.file("l")) == "a")
  }

  @Test("A device is written to, not replaced, and a full one is an error")
  func devices() throws {
    try AtomicFile.write("nothing", to: "/dev/null")
    #expect(FileStatus(of: "/dev/null") == .special)
    #if os(Linux)
      expectRefused("/dev/full", "cannot be written: No space left on device", .inputOutput)
    #endif
  }

  @Test("A file that the process has open under a name in /dev is added to, not replaced")
  func standardStreams() throws {
    try AtomicFile.write("a", to: directory.file("a"))
    let file = try #require(FileHandle(forWritingAtPath: directory.file("a")))
    defer { try? file.close() }
    try file.seekToEnd()
    let path = "/dev/fd/\(file.fileDescriptor)"
    try AtomicFile.write("b", to: path)
    #expect(try directory.contents(of: "a") == "ab" && !AtomicFile.isReplaced(path) && directory.names == ["a"])
  }

  @Test("A pipe that nobody reads is refused instead of waited for; one with a reader gets everything")
  func pipes() throws {
    let path = directory.file("pipe")
    try #require(mkfifo(path, 0o600) == 0)
    let problem = "found a pipe that nobody reads, expected a file or a reader"
    expectRefused(path, problem)
    #expect(throws: FileError(.cannotCreate, path, problem)) { try AtomicFile.append(Data("x".utf8), to: path) }
    let reader = open(path, O_RDONLY | O_NONBLOCK)
    try #require(reader >= 0)
    defer { close(reader) }
    try AtomicFile.write([Data("ab".utf8), Data("c".utf8)], to: path)
    var bytes = [UInt8](repeating: 0, count: 10)
    #expect(read(reader, &bytes, 10) == 3 && bytes.prefix(3) == [97, 98, 99])
    #expect(FileStatus(of: path) == .special && !AtomicFile.isReplaced(path))
    #expect(AtomicFile.isReplaced(directory.file("new")))
  }

  @Test("A path that cannot be a file is refused and leaves nothing behind")
  func refused() throws {
    try AtomicFile.write("", to: directory.file("file"))
    expectRefused(directory.path, "found a directory, expected a file or nothing")
    expectRefused(directory.file("none/a"), "cannot be created: No such file or directory")
    expectRefused(directory.file("file/a"), "cannot be created: Not a directory")
    expectRefused(directory.file(String(repeating: "n", count: 256)), "cannot be created: File name too long")
    for path in ["", "a\u{0}b"] { #expect(throws: FileError.self) { try AtomicFile.write("x", to: path) } }
    #expect(directory.names == ["file"])
  }
}
