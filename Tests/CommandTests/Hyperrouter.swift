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
    func object() throws -> [String: Any] {
      try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    }

    /// Standard output without the date that JSON objects say.
    var undated: String { output.replacing(/"date" : "[^"]*"/, with: "") }

    /// The lines of standard error.
    var errorLines: [String] { errors.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
  }

  /// The directory in which commands run.
  let folder: TemporaryDirectory
  /// A text of 9600 characters.
  let text: String

  /// Runs a test with an empty directory that holds nothing but `text.txt`.
  static func use(_ body: (Hyperrouter) throws -> Void) throws {
    // A script that runs the tests in its background ignores Control-C, and the program would inherit that.
    signal(SIGINT, SIG_DFL)
    try TemporaryDirectory.use { folder in
      var text = ""
      for number in 0..<240 { text += "line \(number * number % 97): some letters, again\n".suffix(40) }
      try text.write(toFile: folder.file("text.txt"), atomically: true, encoding: .utf8)
      try body(Hyperrouter(folder: folder, text: text))
    }
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

  /// Runs the program with a limit to the size of files, in blocks of 512 bytes.
  func run(_ line: String, fileBlocks: Int) throws -> Outcome {
    // Whoever runs the tests may ignore the signal, and a test's thread blocks it: the program would inherit that.
    signal(SIGXFSZ, SIG_DFL)
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGXFSZ)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    let path = try Hyperrouter.executable().path
    process.arguments = ["-c", "ulimit -f \(fileBlocks); exec \"$0\" \(line) > stdout 2> stderr", path]
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    try process.run()
    return try finish(process)
  }

  /// Waits for the program's end.
  func finish(_ process: Process, output: String = "stdout") throws -> Outcome {
    process.waitUntilExit()
    #expect(process.terminationReason == .exit, "killed by signal \(process.terminationStatus)")
    return Outcome(
      status: process.terminationStatus, output: output.hasPrefix("/") ? "" : try folder.contents(of: output),
      errors: try folder.contents(of: "stderr"))
  }

  /// Runs the program with words separated by spaces, and a file of the directory on standard input.
  func run(_ line: String, input: String) throws -> Outcome {
    try finish(try start(line.split(separator: " ").map(String.init), input: input))
  }

  /// Runs the program with words separated by spaces.
  func run(_ line: String) throws -> Outcome { try run(line.split(separator: " ").map(String.init)) }

  /// The flags of a run that takes a moment, on `text.txt`.
  static let quick =
    "--data text.txt --preset smoke --model-width 8 --heads 2 --head-width 3 --expert-width 6 --segment 8 "
    + "--memory 8 --batch 4 --hypernetwork-width 9"

  /// Trains four steps into the directory `run`.
  func train(_ flags: String = "", into directory: String = "run") throws {
    let outcome = try run("train --out \(directory) --steps 4 \(Hyperrouter.quick) \(flags)")
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  /// Writes rows of labelled texts in the letters of `text.txt`: label "one" where "some" begins a text, "two" where "again" does.
  func writeRows(_ name: String, count: Int = 40) throws {
    let rows = (0..<count).map { "\($0 % 2 == 0 ? "some" : "again") line \($0 % 7)\t\($0 % 2 == 0 ? "one" : "two")\n" }
    _ = try folder.write(Data(rows.joined().utf8), to: name)
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

  /// Changes one value of `run/config.json`.
  func edit(_ path: String..., to value: Any) throws {
    func edited(_ object: [String: Any], _ path: ArraySlice<String>) -> [String: Any] {
      guard let key = path.first else { return object }
      var object = object
      object[key] = path.count == 1 ? value : edited(object[key] as? [String: Any] ?? [:], path.dropFirst())
      return object
    }
    let url = URL(fileURLWithPath: folder.file("run/config.json"))
    let object = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any])
    try JSONSerialization.data(withJSONObject: edited(object, path[...])).write(to: url)
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
