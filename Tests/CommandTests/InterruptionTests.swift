import Foundation
import TestSupport
import Testing

@testable import Command

@Suite("Control-C", .thorough)
struct InterruptionTests {
  private let program = Hyperrouter()

  /// Presses Control-C and waits for the answer.
  private func interrupt(_ process: Process) {
    process.interrupt()
    // Long after any answer, so that a deaf program is a failure and not a test without end.
    let deadline = ProcessInfo.processInfo.systemUptime + 60
    process.wait { ProcessInfo.processInfo.systemUptime > deadline }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }

  @Test(
    "ends every command at any moment with status 130 and one line",
    arguments: [
      "train --out out --preset paper-small --data text.txt --batch 1 --steps 1000",
      "compare --preset smoke --steps 100000 --data text.txt", "evaluate --checkpoint run --k 1,2,3,4 --data long.txt",
      "finetune --checkpoint run --data rows.tsv --epochs 100000", "generate --checkpoint run --length 10000000",
      "jacobian --steps 100000 --data text.txt", "benchmark",
      "corpus --lines 3000000 --out out.txt", "corpus --lines 3000000 --out /dev/null",
    ])
  func everywhere(line: String) throws {
    try program.train()
    try program.write(String(repeating: program.text, count: 400), to: "long.txt")
    try program.writeRows("rows.tsv")
    // At once, when nothing may be known of the signal yet, and at moments after the program has asked for it.
    for milliseconds in [0, 20, 60, 150] {
      let process = try program.start(line.split(separator: " ").map(String.init))
      if milliseconds > 0 {
        process.wait { process.watchesControlC }
        usleep(UInt32(milliseconds * 1000))
      }
      let isWatched = process.watchesControlC
      #expect(isWatched || milliseconds == 0, "\(line) ended before it was interrupted")
      interrupt(process)
      let errors = try program.folder.contents(of: "stderr")
      // Before its first statement the system ends a process that has not asked for anything else.
      if process.terminationReason == .uncaughtSignal && !isWatched {
        #expect(process.terminationStatus == SIGINT && errors.isEmpty)
      } else {
        #expect(process.terminationStatus == 130, "\(line), \(milliseconds) ms: \(errors)")
        // Another thread may still have written a line of its own after it.
        #expect(errors.split(separator: "\n").contains { $0.hasPrefix("hyperrouter: interrupted") }, "\(errors)")
      }
      #expect(!program.folder.names.contains { $0.hasPrefix(".") })
      try? program.remove("out")
    }
  }

  @Test(
    "is answered while the second router of a comparison trains; the same command goes on and ends with the same bits")
  func comparison() throws {
    let line = "--steps 300 --routers smoe,smoe-dropout,hyperrouter --k 2 \(Hyperrouter.quick)"
    _ = try program.succeed("compare --out whole \(line)")
    var routers = ["smoe-dropout", "hyperrouter"]
    var attempts = 0
    while let router = routers.first {
      let process = try program.start("compare --out part \(line)") {
        program.exists("part/\(router)/metrics.jsonl")
      }
      interrupt(process)
      let outcome = try program.finish(process)
      attempts += 1
      if outcome.status == 0, attempts < 10 {
        // On a busy machine it may come to its end before this test gets to press a key.
        try program.remove("part")
        routers = ["smoe-dropout", "hyperrouter"]
        continue
      }
      routers.removeFirst()
      #expect(outcome.status == 130)
      #expect(
        outcome.errors.contains(/interrupted( after step \d+ of 300)?; the same command goes on with \w/),
        "\(outcome.errors)")
    }
    let finished = try program.data("part/smoe/results.json")
    #expect(try program.succeed("compare --out part \(line)").errors.contains("kept from before"))
    // Times included: the first router was not trained again.
    #expect(try program.data("part/smoe/results.json") == finished)
    let (found, expected) = (try lasting(program.folder.file("part")), try lasting(program.folder.file("whole")))
    #expect(expected.count == 17 && found == expected)
  }

  @Test("during evaluation leaves a run that --resume evaluates")
  func evaluation() throws {
    try program.write(String(repeating: program.text, count: 200), to: "text.txt")
    let process = try program.start("train --out run --steps 2 --k 1,2,3,4 \(Hyperrouter.quick)") {
      ((try? program.folder.contents(of: "stderr")) ?? "").contains("step 2 of 2")
    }
    interrupt(process)
    let outcome = try program.finish(process)
    #expect(outcome.status == 130)
    #expect(outcome.errors.hasSuffix("continue with: hyperrouter train --resume run\n"), "\(outcome.errors)")
    let resumed = try program.succeed("train --resume run --k 2 --json").json()
    #expect(program.exists("run/results.json"))
    let direct = try program.succeed("train --out direct --steps 2 --k 2 --json \(Hyperrouter.quick)").json()
    #expect(resumed["evaluation"].doubles("loss") == direct["evaluation"].doubles("loss"))
  }

  @Test(
    "and SIGTERM and SIGHUP save the run: it is continued and ends with the same bits",
    arguments: ["SIGTERM", "SIGHUP"])
  func signals(name: String) throws {
    let (number, status): (Int32, Int32) = name == "SIGTERM" ? (SIGTERM, 143) : (SIGHUP, 129)
    let settings = "--steps 1000 --k 2 \(Hyperrouter.quick)"
    _ = try program.succeed("train --out whole \(settings)")
    let process = try program.start("train --out part \(settings)") { program.exists("part/metrics.jsonl") }
    kill(process.processIdentifier, number)
    let outcome = try program.finish(process)
    #expect(outcome.status == status)
    #expect(outcome.errors.contains("hyperrouter: interrupted by \(name) after step "), "\(outcome.errors)")
    #expect(outcome.errors.hasSuffix("; continue with: hyperrouter train --resume part\n"), "\(outcome.errors)")
    _ = try program.succeed("train --resume part --k 2")
    #expect(try lasting(program.folder.file("part")) == lasting(program.folder.file("whole")))
  }

  @Test("and the end of who reads standard output end a comparison, which is kept as far as it is")
  func unread() throws {
    for isKept in [false, true] {
      let line = "compare \(isKept ? "--out all" : "") --routers smoe --steps 1000000 \(Hyperrouter.quick)"
      // The reader of one that is kept goes when there is something to keep.
      let rest = isKept ? "while [ ! -e all/smoe/metrics.jsonl ]; do sleep 0.1; done" : ":"
      let process = try program.startShell(
        "{ \"$0\" \(line) 2>errors; echo $? >status; } | { head -2 >lines; \(rest); }")
      let deadline = ProcessInfo.processInfo.systemUptime + 60
      process.wait { ProcessInfo.processInfo.systemUptime > deadline }
      try #require(!process.isRunning, "goes on without a reader")
      #expect(try program.folder.contents(of: "status") == "74\n")
      #expect(try program.folder.contents(of: "lines").split(separator: "\n").count == 2)
      #expect(try !program.folder.contents(of: "errors").contains("hyperrouter:"))
      #expect(program.exists("all/smoe/state.safetensors") == isKept)
    }
  }

  @Test(
    "is not for a process that a script started in the background or with nohup, which ignores it",
    arguments: ["INT", "HUP"])
  func background(name: String) throws {
    let number = name == "INT" ? SIGINT : SIGHUP
    let process = try program.startShell(
      "trap '' \(name); exec \"$0\" corpus --lines 300000 --out out.txt 2>/dev/null")
    // The shell needs a moment to say so.
    process.wait { process.ignores(number) }
    for _ in 0..<20 where process.isRunning {
      kill(process.processIdentifier, number)
      usleep(5000)
    }
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 0)
    #expect(program.exists("out.txt"))
  }

  /// The request for how many bytes wait to be read; macOS's is a macro that Swift does not import.
  #if canImport(Darwin)
    private static let bytesWaiting: UInt = 0x4004_667F
  #else
    private static let bytesWaiting = UInt(FIONREAD)
  #endif

  @Test("does not wait for the reader of a pipe")
  func pipe() throws {
    try #require(mkfifo(program.folder.file("pipe"), 0o600) == 0)
    let reader = open(program.folder.file("pipe"), O_RDONLY | O_NONBLOCK)
    try #require(reader >= 0)
    defer { close(reader) }
    // More than a pipe takes without being read, 64 KiB or as little as 8: it is full when nothing more comes for a while.
    var (bytes, unchanged) = (Int32(0), 0)
    let process = try program.start("corpus --lines 50000 --out pipe") {
      var found: Int32 = 0
      guard ioctl(reader, Self.bytesWaiting, &found) == 0 else { return false }
      unchanged = found > 0 && found == bytes ? unchanged + 1 : 0
      bytes = found
      return unchanged == 400
    }
    #expect(bytes >= 4096)
    interrupt(process)
    let outcome = try program.finish(process)
    #expect(outcome.status == 130 && outcome.errors == "hyperrouter: interrupted\n", "\(outcome.errors)")
  }

  @Test("is put off while something is kept, and only once")
  func postponed() throws {
    let idle = Interruption()
    #expect(idle.request().map { "\($0)" } == "interrupted")
    let busy = Interruption()
    busy.advise("go on")
    var isPutOff = false
    let error = #expect(throws: (any Error).self) {
      try busy.completing { isPutOff = busy.request() == nil }
    }
    #expect(isPutOff && busy.isRequested)
    #expect(error.map { "\($0)" } == "interrupted; go on")
    #expect(busy.request() != nil)
    let twice = Interruption()
    var answers: [Bool] = []
    _ = try? twice.completing { answers = [twice.request() == nil, twice.request() == nil] }
    #expect(answers == [true, false])
    #expect(try Interruption().completing { 7 } == 7)
    // Work that failed is over: what comes next is ended at once.
    let failed = Interruption()
    #expect(throws: CancellationError.self) { try failed.completing { throw CancellationError() } }
    #expect(failed.request() != nil)
  }
}
