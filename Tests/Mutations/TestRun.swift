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
  ///
  /// - Parameters:
  ///   - number: The change; 0 for none.
  ///   - arguments: Which tests.
  /// - Returns: What was noticed.
  /// - Throws: What starting them throws.
  func callAsFunction(_ number: Int, _ arguments: [String]) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    // A change can ask for any amount of memory, and never end.
    let limits = "ulimit -v 12000000 2>/dev/null; ulimit -t \(Int(limit)) 2>/dev/null; exec \"$0\" \"$@\""
    process.arguments = ["-c", limits, program, "--testing-library", "swift-testing"] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(
      [Instrumentation.variable: String(number), "NO_COLOR": "1"]) { $1 }
    process.currentDirectoryURL = folder
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    try process.run()
    let watchdog = DispatchWorkItem { Shell.end(process.processIdentifier) }
    DispatchQueue.global().asyncAfter(deadline: .now() + limit, execute: watchdog)
    let (noticed, count) = Self.read(pipe.fileHandleForReading)
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
  ///
  /// - Parameter line: A line of the output.
  /// - Returns: Its name; nil for any other line.
  static func failure(in line: String) -> String? {
    guard let match = line.firstMatch(of: /^✘ Test (?:case passing .* to )?(.+?) recorded an issue/) else { return nil }
    return String(match.1)
  }

  /// How many tests a line says have passed at the end.
  ///
  /// - Parameter line: A line of the output.
  /// - Returns: Their number; nil for any other line.
  static func passes(in line: String) -> Int? {
    line.firstMatch(of: /Test run with (\d+) tests? .*passed/).flatMap { Int($0.1) }
  }
}
