import Foundation
import Synchronization
import TestSupport
import Testing

@testable import RunFiles

@Suite("Run directories")
struct RunDirectoryTests {
  private let directory = TemporaryDirectory()

  struct Line: Codable, Equatable {
    var step: Int
    var loss: Double
  }

  private func error(_ body: () throws -> Void) -> FileError? { #expect(throws: FileError.self, performing: body) }

  /// A path is refused as a new run, or as one that is there, in these words.
  private func expectRefused(
    _ path: String, _ kind: FileError.Kind, _ problem: String, _ body: (String) throws -> RunDirectory
  ) {
    #expect(throws: FileError(kind, path, problem)) { _ = try body(path) }
  }

  private func create(_ path: String) throws -> RunDirectory { try RunDirectory.create(at: path) }

  @Test("A new run makes its directory with all parents")
  func creation() throws {
    for path in ["a/b/c", "d/", "e//f", "a/b/c"] {
      let run = try RunDirectory.create(at: directory.file(path))
      #expect(FileStatus(of: run.path) == .directory)
      #expect(!run.contains(RunDirectory.configurationName))
    }
    #expect(RunDirectory(path: "x/").path(of: "y") == "x/y")
  }

  @Test("A directory at the root of the file system has no parent that would have to be made first")
  func root() {
    let files = ReadOnlyFiles()
    let path = "/hyperrouter-\(UUID().uuidString)"
    let refusal = error { _ = try RunDirectory.create(at: path, with: files) }
    #expect(refusal == .system(.cannotCreate, path, "cannot be created", code: EROFS))
    #expect(files.asked.withLock { $0 } == [path])
  }

  @Test("A directory that holds a run, and a path that cannot be a directory, are refused")
  func refusals() throws {
    for name in ["config.json", "metrics.jsonl", "results.json", "state.safetensors", "model.safetensors"] {
      let path = directory.file("with-\(name)")
      try create(path).write("", to: name)
      expectRefused(path, .cannotCreate, "already holds a run (\(name)), expected a new directory", create)
    }
    let file = try directory.write(Data(), to: "file")
    expectRefused(file, .cannotCreate, "found a file, expected a directory or nothing", create)
    expectRefused(file + "/run", .cannotCreate, "cannot be created: Not a directory", create)
    #expect(error { _ = try RunDirectory.create(at: "") }?.kind == .cannotCreate)
    #if os(Linux)
      #expect(error { _ = try RunDirectory.create(at: "/proc/none/run") }?.kind == .cannotCreate)
    #endif
  }

  @Test("Only a directory with a configuration is opened as a run")
  func opening() throws {
    func open(_ path: String) throws -> RunDirectory { try RunDirectory.open(path) }
    let path = directory.file("run")
    expectRefused(path, .missing, "found nothing, expected the directory of a run", open)
    let run = try create(path)
    expectRefused(path, .missing, "holds no run: found no config.json", open)
    try run.write("{}", to: RunDirectory.configurationName)
    #expect(try open(path) == run)
    let file = run.path(of: RunDirectory.configurationName)
    expectRefused(file, .missing, "found a file, expected the directory of a run", open)
  }

  @Test("Only one holder at a time writes into a directory; readers are not kept out")
  func lock() throws {
    let path = directory.file("run")
    var run: RunDirectory? = try RunDirectory.claim(path)
    try run?.write("{}", to: RunDirectory.configurationName)
    let problem = "is in use by another process, expected a directory that nobody writes to"
    expectRefused(path, .cannotCreate, problem) { try RunDirectory.claim($0) }
    expectRefused(path, .cannotCreate, problem) { try RunDirectory.reopen($0) }
    #expect(try RunDirectory.open(path) == run)
    #expect(directory.names == ["run"])
    run = nil
    _ = try RunDirectory.reopen(path)
    _ = try RunDirectory.claim(path)
    #expect(error { _ = try RunDirectory.reopen(directory.file("none")) }?.kind == .missing)
  }

  @Test(
    "A directory that was moved, removed or made anew while it was locked is written to no more",
    arguments: [true, false])
  func moved(isMadeAnew: Bool) throws {
    let (path, elsewhere) = (directory.file("run"), directory.file("moved"))
    let run = try RunDirectory.claim(path)
    try run.appendLine(Line(step: 1, loss: 1))
    try run.appendLine(Line(step: 2, loss: 1))
    try FileManager.default.moveItem(atPath: path, toPath: elsewhere)
    var other: RunDirectory?
    if isMadeAnew {
      other = try RunDirectory.claim(path)
      try other?.appendLine(Line(step: 1, loss: 7))
    }
    let before = try directory.contents(of: "moved/metrics.jsonl")
    let changes: [() throws -> Void] =
      [
        { try run.write("", to: "a.txt") }, { try run.writeJSON(1, to: "a.json") },
        { try run.write(SafetensorsFileTests.sample(), to: "a.safetensors") },
        { try run.appendLine(Line(step: 3, loss: 1)) }, { _ = try run.claim("inside") },
      ]
      + (isMadeAnew
        ? [
          { try run.remove("metrics.jsonl") }, { try run.synchronizeLines() },
          { try run.keepLines(as: Line.self) { _ in false } },
        ] : [])
    let problem = "was moved, removed or replaced while it was written to, expected it to stay where it was"
    for change in changes { #expect(throws: FileError(.cannotCreate, path, problem), performing: change) }
    #expect(try directory.contents(of: "moved/metrics.jsonl") == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: elsewhere) == ["metrics.jsonl"])
    if isMadeAnew {
      #expect(try directory.contents(of: "run/metrics.jsonl") == "{\"loss\":7,\"step\":1}\n")
      #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["metrics.jsonl"])
      try FileManager.default.removeItem(atPath: path)
    }
    #expect(directory.names == ["moved"])
    try FileManager.default.moveItem(atPath: elsewhere, toPath: path)
    try run.write("", to: "a.txt")
  }

  @Test("Moved in the middle of a write, a directory leaves nothing in the one that came into its place")
  func movedMeanwhile() throws {
    let path = directory.file("run")
    let run = try RunDirectory.claim(path)
    let error = error {
      try run.changing { () throws(FileError) in
        try? FileManager.default.moveItem(atPath: path, toPath: directory.file("moved"))
        throw FileError(.inputOutput, path, "cannot be written")
      }
    }
    #expect(error?.kind == .cannotCreate)
  }

  @Test(
    "What a killed process left in the middle of writing is removed when a run is opened to write, and nothing else")
  func leftovers() throws {
    let path = directory.file("run")
    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    let strangers = [".hidden", ".writing-.tmp", ".writing-12.txt", ".writing-x1.tmp", "writing-1.tmp"]
    for reopening in [false, true] {
      _ = try RunDirectory.claim(path)
      for name in strangers + [".writing-1.tmp", ".writing-18446744073709551615.tmp", "config.json"] {
        _ = try directory.write(Data(), to: "run/\(name)")
      }
      _ = try RunDirectory.open(path)
      #expect(try names().count == strangers.count + 3)
      _ = try reopening ? RunDirectory.reopen(path) : RunDirectory.claim(path)
      #expect(try names() == (strangers + ["config.json"]).sorted())
    }
  }

  @Test("JSON is read back, and a wrong file is refused by its key")
  func json() throws {
    let run = RunDirectory(path: directory.path)
    try run.writeJSON(Line(step: 1, loss: 0.1), to: "a.json")
    #expect(try directory.contents(of: "a.json") == "{\n  \"loss\" : 0.1,\n  \"step\" : 1\n}\n")
    #expect(try run.readJSON(Line.self, from: "a.json") == Line(step: 1, loss: 0.1))
    func problem(_ text: String) throws -> String? {
      try run.write(text, to: "b.json")
      let error = error { _ = try run.readJSON(Line.self, from: "b.json") }
      #expect(error?.kind == .damaged)
      return error?.problem
    }
    #expect(try problem("") == "found no valid JSON, or a number that does not fit")
    #expect(try problem("{\"step\": 1,") == "found no valid JSON, or a number that does not fit")
    #expect(try problem("{\"step\": 1}") == "found no key \"loss\"")
    #expect(try problem("{\"step\": \"x\", \"loss\": 1}") == "step: expected a value of type Int")
    #expect(try problem("{\"step\": null, \"loss\": 1}") == "step: found null, expected a value of type Int")
    #expect(try problem("[]") != nil)
    #expect(error { _ = try run.readJSON(Line.self, from: "none.json") }?.kind == .missing)
    let nan = error { try run.writeJSON(Line(step: 1, loss: .nan), to: "c.json") }
    #expect(nan?.problem == "found nan at loss, which JSON cannot hold")
    #expect(directory.names == ["a.json", "b.json"])
  }

  @Test("Metrics grow line by line, and a resumed run drops what it will repeat")
  func metrics() throws {
    let run = RunDirectory(path: directory.path)
    try run.keepLines(as: Line.self) { _ in true }
    for step in 1...4 { try run.appendLine(Line(step: step, loss: 0.5)) }
    let whole = try directory.contents(of: "metrics.jsonl")
    #expect(whole.split(separator: "\n").count == 4)
    #expect(whole.hasPrefix("{\"loss\":0.5,\"step\":1}\n"))
    try run.keepLines(as: Line.self) { $0.step <= 4 }
    #expect(try directory.contents(of: "metrics.jsonl") == whole)
    try AtomicFile.append(Data("{\"loss\":0.5,\"st".utf8), to: directory.file("metrics.jsonl"))
    try run.keepLines(as: Line.self) { $0.step <= 2 }
    #expect(
      try directory.contents(of: "metrics.jsonl") == "{\"loss\":0.5,\"step\":1}\n{\"loss\":0.5,\"step\":2}\n")
    try run.write("{\"loss\":1,\"step\":1}\nnonsense\n", to: "metrics.jsonl")
    #expect(error { try run.keepLines(as: Line.self) { _ in true } }?.problem == "line 2 cannot be read")
    let below = RunDirectory(path: directory.file("metrics.jsonl"))
    #expect(error { try below.appendLine(Line(step: 1, loss: 1)) }?.kind == .cannotCreate)
  }
}

/// A disk on which nothing can be made; remembers which directories it was asked for.
private final class ReadOnlyFiles: FileOperations {
  let asked = Mutex<[String]>([])
  private static let refusal = SystemError(code: EROFS)

  func makeDirectory(_ path: String) throws(SystemError) {
    asked.withLock { $0.append(path) }
    throw Self.refusal
  }

  func open(_ path: String, _ flags: Int32) throws(SystemError) -> Int32 { throw Self.refusal }
  func write(_ pieces: [Data], to descriptor: Int32) throws(SystemError) { throw Self.refusal }
  func synchronize(_ descriptor: Int32) throws(SystemError) { throw Self.refusal }
  func close(_ descriptor: Int32) throws(SystemError) { throw Self.refusal }
  func rename(_ path: String, to target: String) throws(SystemError) { throw Self.refusal }
  func remove(_ path: String) throws(SystemError) { throw Self.refusal }
}
