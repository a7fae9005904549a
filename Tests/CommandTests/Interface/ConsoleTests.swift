import Foundation
@testable import Report
import Synchronization
import Tables
import Testing

@testable import Command

@Suite("Terminal output")
struct ConsoleTests {
  struct Result: Encodable {
    var name = "a/b"
    var loss: Double? = 1.5
    var counts = [2, 1]
  }

  @Test("Colour needs a terminal, and NO_COLOR forbids it")
  func colour() {
    let (terminal, file) = (CapturedOutput(isTerminal: true), CapturedOutput())
    let coloured = TextStyle(for: terminal, environment: [:])
    #expect(coloured.bold("x") == "\u{1B}[1mx\u{1B}[0m" && coloured.faint("x") == "\u{1B}[2mx\u{1B}[0m")
    #expect(coloured.bold("").isEmpty && coloured.faint("").isEmpty, "nothing needs no colour")
    #expect(TextStyle(for: terminal, environment: ["NO_COLOR": ""]).isColoured)
    #expect(TextStyle(for: terminal, environment: ["NO_COLOR": "1"]).bold("x") == "x")
    #expect(!TextStyle(for: terminal, environment: ["TERM": "dumb"]).isColoured)
    #expect(!TextStyle(for: file, environment: [:]).isColoured)
  }

  @Test("--json prints one object with sorted keys")
  func object() throws {
    let output = CapturedOutput()
    let console = Console(output: output, errors: CapturedOutput(), environment: [:])
    try console.printObject(Result())
    let expected = """
      {
        "counts" : [
          2,
          1
        ],
        "loss" : 1.5,
        "name" : "a/b"
      }

      """
    #expect(output.text == expected)
  }

  @Test("A number that JSON cannot hold is status 70 and names its place")
  func notFinite() {
    #expect(throws: CommandError(.failure, "--json: found nan at loss, expected a finite number")) {
      try Console.object(Result(loss: .nan))
    }
  }

  @Test("A table takes the terminal's width, then COLUMNS, then 80")
  func widths() {
    func width(_ output: CapturedOutput, _ environment: [String: String] = [:]) -> Int {
      Console(output: output, errors: output, environment: environment).tableWidth
    }
    #expect(width(CapturedOutput(isTerminal: true, columns: 132)) == 132)
    #expect(width(CapturedOutput(isTerminal: true), ["COLUMNS": "100"]) == 100)
    #expect(width(CapturedOutput(isTerminal: true), ["COLUMNS": "99999999999999999999"]) == 80)
    #expect(width(CapturedOutput(isTerminal: true), ["COLUMNS": "-5"]) == 20)
    #expect(width(CapturedOutput(), ["COLUMNS": "100"]) == 80)
    // No narrower than 20 and, on the environment's word alone, no wider than 1,000.
    for (columns, expected) in [(0, 20), (19, 20), (20, 20), (21, 21), (999, 999), (1000, 1000), (1001, 1000)] {
      #expect(width(CapturedOutput(isTerminal: true), ["COLUMNS": "\(columns)"]) == expected)
    }
    #expect(width(CapturedOutput(isTerminal: true, columns: 3)) == 20)
  }

  @Test("A standard stream that is full, closed or without a reader is an error, not a signal")
  func streams() throws {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    let stream = StandardStream(descriptor: ends[1], name: "pipe")
    try stream.write("héllo")
    var bytes = [UInt8](repeating: 0, count: 16)
    #expect(read(ends[0], &bytes, 16) == 6)
    #expect(String(decoding: bytes.prefix(6), as: UTF8.self) == "héllo")
    #expect(!stream.isTerminal && stream.columns == nil)
    close(ends[0])
    #expect(throws: OutputFailure(stream: "pipe", code: EPIPE)) { try stream.write("x") }
    close(ends[1])
    #expect(throws: OutputFailure(stream: "none", code: EBADF)) {
      try StandardStream(descriptor: 9999, name: "none").write("x")
    }
  }

  @Test("A chart is for a person at a terminal of 60 columns or more")
  func audience() throws {
    let chart = TextChart(
      "t", x: Axis(label: "k"), [Series(name: "a", points: [Point(1, 2), Point(2, 3)])])
    func printed(_ output: CapturedOutput) throws -> String {
      try Console(output: output, errors: CapturedOutput(), environment: [:]).print(chart)
      return output.text
    }
    #expect(try printed(CapturedOutput()).isEmpty)
    #expect(try printed(CapturedOutput(isTerminal: true, columns: 59)).isEmpty)
    let wide = try printed(CapturedOutput(isTerminal: true, columns: 60))
    #expect(wide.hasPrefix("\n") && wide.hasSuffix("2\n") && wide.contains("┤ "))
    #expect(wide.split(separator: "\n").allSatisfy { $0.count <= 60 || $0.contains("\u{1B}") })
    let widest = try printed(CapturedOutput(isTerminal: true, columns: 300))
    #expect(widest.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test("A stream that does not block and is not read for a while gets the whole text, and is waited for without work")
  func waiting() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    let (reading, writing) = (ends[0], ends[1])
    try #require(fcntl(writing, F_SETFL, O_NONBLOCK) == 0)
    // More than a pipe holds.
    let text = (0..<200_000).map { "\($0)\n" }.joined()
    let received = Mutex(Data())
    let done = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      usleep(500_000)
      let whole = FileHandle(fileDescriptor: reading, closeOnDealloc: false).readDataToEndOfFile()
      received.withLock { $0 = whole }
      done.signal()
    }
    let before = threadSeconds
    try StandardStream(descriptor: writing, name: "pipe").write(text)
    let worked = threadSeconds - before
    close(writing)
    done.wait()
    close(reading)
    #expect(received.withLock { $0 } == Data(text.utf8))
    #expect(worked < 0.1, "half a second is slept, not spent")
  }

  /// The processor time of this thread.
  private var threadSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
