import Foundation
import TestSupport
import Testing

/// The built program, run as its users run it.
struct Hyperrouter {
  /// What one run left behind.
  struct Outcome {
    let status: Int32
    let output: String
    let errors: String

    /// The one JSON object on standard output.
    func object() throws -> [String: Any] { try #require(json().value as? [String: Any]) }
    func json() throws -> JSONValue { try JSONValue(output) }

    /// The lines of standard output.
    var lines: [String] { output.split(separator: "\n").map(String.init) }

    /// Whether a terminal of 80 columns has room for every line.
    var isNarrow: Bool { lines.allSatisfy { $0.count <= 80 } }

    /// Standard output without the date that JSON objects say.
    var undated: String { output.replacing(/"date" : "[^"]*"/, with: "") }

    /// The lines of standard error.
    var errorLines: [String] { errors.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
  }

  /// The directory in which commands run.
  let folder = TemporaryDirectory()
  /// A text of 6922 characters.
  let text: String

  /// Makes an empty directory that holds nothing but `text.txt`.
  init() {
    // A script that runs the tests in its background ignores Control-C, and the program would inherit that.
    for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) }
    text = (0..<240).map { "line \($0 * $0 % 97): some letters, again\n".suffix(40) }.joined()
    try? write(text, to: "text.txt")
  }

  /// Runs a test with a directory of its own.
  static func use(_ body: (Hyperrouter) throws -> Void) throws {
    let program = Hyperrouter()
    try withExtendedLifetime(program.folder) { try body(program) }
  }

  private final class Marker {}

  /// The program lies beside the tests.
  static func executable() throws -> URL {
    let places = [Bundle(for: Marker.self), Bundle.main].flatMap { bundle in
      [bundle.bundleURL, bundle.bundleURL.deletingLastPathComponent()]
    }
    let candidates = places.map { $0.appendingPathComponent("hyperrouter") }
    return try #require(
      candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) && !$0.hasDirectoryPath })
  }

  /// Starts the program with its streams in files.
  func start(
    _ arguments: [String], input: String? = nil, output: String = "stdout", errors: String = "stderr"
  ) throws -> Process {
    let process = Process()
    process.executableURL = try Hyperrouter.executable()
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.standardInput = try input.map { try #require(FileHandle(forReadingAtPath: folder.file($0))) } ?? .nullDevice
    for name in [output, errors] where !name.hasPrefix("/") {
      _ = FileManager.default.createFile(atPath: folder.file(name), contents: nil)
    }
    func handle(_ name: String) throws -> FileHandle {
      try #require(FileHandle(forWritingAtPath: name.hasPrefix("/") ? name : folder.file(name)))
    }
    process.standardOutput = try handle(output)
    process.standardError = try handle(errors)
    try process.run()
    return process
  }

  /// Runs the program to its end.
  func run(_ arguments: [String], output: String = "stdout") throws -> Outcome {
    let process = try start(arguments, output: output)
    return try finish(process, output: output)
  }

  /// Starts a shell's script, in which the program is `"$0"`.
  func startShell(_ script: String) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", script, try Hyperrouter.executable().path]
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    try process.run()
    return process
  }

  /// Waits for the program's end.
  func finish(_ process: Process, output: String = "stdout") throws -> Outcome {
    process.waitUntilExit()
    #expect(process.terminationReason == .exit, "killed by signal \(process.terminationStatus)")
    return Outcome(
      status: process.terminationStatus,
      // A model of bytes may have written any.
      output: output.hasPrefix("/") ? "" : String(decoding: try data(output), as: UTF8.self),
      errors: try folder.contents(of: "stderr"))
  }

  /// Runs the program with words separated by spaces, and a file of the directory on standard input.
  func run(_ line: String, input: String) throws -> Outcome {
    try finish(try start(line.split(separator: " ").map(String.init), input: input))
  }

  /// Runs the program with words separated by spaces.
  func run(_ line: String) throws -> Outcome { try run(line.split(separator: " ").map(String.init)) }

  /// Runs the program, which has to succeed.
  func succeed(_ line: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Outcome {
    let outcome = try run(line)
    try #require(outcome.status == 0, "\(line): \(outcome.errors)", sourceLocation: sourceLocation)
    return outcome
  }

  /// Starts the program, and returns at a moment of its work.
  func start(_ line: String, until isTime: () -> Bool) throws -> Process {
    let process = try start(line.split(separator: " ").map(String.init))
    process.wait(until: isTime)
    return process
  }

  /// The flags of a run that takes a moment, on `text.txt`.
  static let quick =
    "--data text.txt --preset smoke --model-width 8 --heads 2 --head-width 3 --expert-width 6 --segment 8 "
    + "--memory 8 --batch 4 --hypernetwork-width 9"

  /// Trains four steps into the directory `run`.
  func train(_ flags: String = "", into directory: String = "run") throws {
    _ = try succeed("train --out \(directory) --steps 4 \(Hyperrouter.quick) \(flags)")
  }

  /// Writes rows of labelled texts in the letters of `text.txt`: label "one" where "some" begins a text, "two" where "again" does.
  func writeRows(_ name: String, count: Int = 40) throws {
    let rows = (0..<count).map { "\($0 % 2 == 0 ? "some" : "again") line \($0 % 7)\t\($0 % 2 == 0 ? "one" : "two")\n" }
    try write(rows.joined(), to: name)
  }

  func write(_ text: String, to name: String) throws { _ = try folder.write(Data(text.utf8), to: name) }
  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: folder.file(name)) }
  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder.file(name)) }
  func data(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: folder.file(name))) }
  func json(_ name: String) throws -> JSONValue { try JSONValue(folder.contents(of: name)) }

  func makeDirectory(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: true)
  }

  func move(_ name: String, to other: String) throws {
    try FileManager.default.moveItem(atPath: folder.file(name), toPath: folder.file(other))
  }

  /// Everything in a directory, with its bytes.
  func files(_ directory: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder.file(directory)) {
      files[name] = try? Data(contentsOf: URL(fileURLWithPath: folder.file("\(directory)/\(name)")))
    }
    return files
  }

  /// The lines of a run's metrics.
  func metrics(_ directory: String) throws -> [[String: Any]] {
    try folder.contents(of: "\(directory)/metrics.jsonl").split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
  }

  /// The lines of a run's metrics that are of one kind: "step" or "evaluation".
  func metrics(_ directory: String, _ kind: String) throws -> [JSONValue] {
    try metrics(directory).filter { $0["kind"] as? String == kind }.map { JSONValue($0) }
  }

  /// Changes one value of `run/config.json`.
  func edit(_ path: String..., to value: Any) throws {
    func edited(_ object: [String: Any], _ path: ArraySlice<String>) -> [String: Any] {
      guard let key = path.first else { return object }
      var object = object
      object[key] = path.count == 1 ? value : edited(object[key] as? [String: Any] ?? [:], path.dropFirst())
      return object
    }
    let object = try #require(json("run/config.json").value as? [String: Any])
    let data = try JSONSerialization.data(withJSONObject: edited(object, path[...]))
    _ = try folder.write(data, to: "run/config.json")
  }

  /// Checks several commands that fail as promised.
  func expectFailures(
    status: Int32, _ lines: [(line: String, words: String)], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for (line, words) in lines { try expectFailure(line, status: status, words, sourceLocation: sourceLocation) }
  }

  /// Checks that a command fails as promised: a status, and one line on standard error that holds some words.
  func expectFailure(
    _ line: String, status: Int32, _ words: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try run(line)
    #expect(outcome.status == status, "\(line): \(outcome.errors)", sourceLocation: sourceLocation)
    #expect(outcome.output.isEmpty, "\(line)", sourceLocation: sourceLocation)
    let isOneLine = outcome.errorLines.count == 2 && outcome.errors.hasPrefix("hyperrouter: ")
    #expect(isOneLine && outcome.errors.hasSuffix("\n"), "\(line): \(outcome.errors)", sourceLocation: sourceLocation)
    for word in words {
      #expect(outcome.errors.contains(word), "\(line): \(outcome.errors)", sourceLocation: sourceLocation)
    }
  }
}
