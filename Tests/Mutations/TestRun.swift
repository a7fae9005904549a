import Foundation

/// One run of the package's tests with one change made.
struct TestRun {
  /// What became of a run.
  enum Outcome: Equatable, Codable {
    /// A test recorded an issue.
    case noticed(by: String)
    /// The tests ended before their time.
    case crashed
    /// The tests did not end.
    case hung
    /// This many tests passed, and nothing was noticed.
    case passed(tests: Int)

    /// Whether something was noticed.
    var isNoticed: Bool {
      if case .passed = self { return false }
      return true
    }
  }

  /// The program that runs the tests.
  let program: String
  /// Where it runs.
  let folder: URL
  /// How long it may take, in seconds.
  let limit: TimeInterval

  /// Runs tests until the first one fails.
  func callAsFunction(_ number: Int, _ arguments: [String]) throws -> Outcome {
    // A change can ask for any amount of memory, and never end.
    let limits = "ulimit -v 12000000 2>/dev/null; ulimit -t \(Int(limit)) 2>/dev/null; exec \"$0\" \"$@\""
    let (process, output) = Shell.process(
      ["/bin/sh", "-c", limits, program, "--testing-library", "swift-testing"] + arguments, in: folder,
      [Instrumentation.variable: String(number), "NO_COLOR": "1"])
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    try process.run()
    let watchdog = DispatchWorkItem { Shell.end(process.processIdentifier) }
    DispatchQueue.global().asyncAfter(deadline: .now() + limit, execute: watchdog)
    let (noticed, count) = Self.read(output)
    if noticed != nil { Shell.end(process.processIdentifier) }
    ended.wait()
    let isHung = process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGKILL && noticed == nil
    watchdog.cancel()
    if let noticed { return .noticed(by: noticed) }
    if isHung { return .hung }
    guard let count, process.terminationReason == .exit, process.terminationStatus == 0 else { return .crashed }
    return .passed(tests: count)
  }

  /// Reads what the tests print, to the first failure or to the end.
  private static func read(_ output: FileHandle) -> (noticed: String?, count: Int?) {
    var rest = Data()
    var count: Int?
    while case let data = output.availableData, !data.isEmpty {
      rest += data
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: rest[rest.startIndex..<end], as: UTF8.self)
        rest = Data(rest[rest.index(after: end)...])
        if let name = failure(in: line) { return (name, nil) }
        count = passes(in: line) ?? count
      }
    }
    return (nil, count)
  }

  /// The test that a line says has failed.
  static func failure(in line: String) -> String? {
    guard let match = line.firstMatch(of: /^✘ Test (?:case passing .* to )?(.+?) recorded an issue/) else { return nil }
    return String(match.1)
  }

  /// How many tests a line says have passed at the end.
  static func passes(in line: String) -> Int? {
    line.firstMatch(of: /Test run with (\d+) tests? .*passed/).flatMap { Int($0.1) }
  }
}

/// Runs other programs.
enum Shell {
  /// Ends a process at once, and those that it started, which would go on and slow other runs down.
  ///
  /// Where there is no /proc, only the process itself.
  static func end(_ process: pid_t) {
    // A child belongs to the thread that started it.
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
    let children = threads.compactMap {
      try? String(contentsOfFile: "/proc/\(process)/task/\($0)/children", encoding: .utf8)
    }
    kill(process, SIGKILL)
    for child in children.joined(separator: " ").split(separator: " ").compactMap({ pid_t($0) }) { end(child) }
  }

  /// A process that is not started yet, and what it will print on both streams.
  static func process(
    _ command: [String], in folder: URL, _ environment: [String: String] = [:]
  ) -> (process: Process, output: FileHandle) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.currentDirectoryURL = folder
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    return (process, pipe.fileHandleForReading)
  }

  /// Runs a program to its end.
  static func run(_ command: [String], in folder: URL) throws -> (status: Int32, output: String) {
    let (process, output) = process(command, in: folder)
    try process.run()
    let text = String(decoding: output.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }
}
