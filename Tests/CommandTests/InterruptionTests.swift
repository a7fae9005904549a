import Foundation
import TestSupport
import Testing

@testable import Command

@Suite("Control-C", .thorough)
struct InterruptionTests {
  /// Starts a command, waits for a moment, presses Control-C.
  private func interrupt(_ line: String, in program: Hyperrouter, when isTime: () -> Bool) throws -> Process {
    let process = try program.start(line.split(separator: " ").map(String.init))
    while process.isRunning, !isTime() { usleep(500) }
    try interrupt(process)
    return process
  }

  /// Presses Control-C and waits for the answer.
  private func interrupt(_ process: Process) throws {
    kill(process.processIdentifier, SIGINT)
    // Long after any answer, so that a deaf program is a failure and not a test without end.
    let deadline = ProcessInfo.processInfo.systemUptime + 60
    while process.isRunning, ProcessInfo.processInfo.systemUptime < deadline { usleep(1000) }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
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
    try Hyperrouter.use { program in
      try program.train()
      let long = String(repeating: program.text, count: 400)
      try long.write(toFile: program.folder.file("long.txt"), atomically: true, encoding: .utf8)
      try program.writeRows("rows.tsv")
      // At once, when nothing may be known of the signal yet, and at moments after the program has asked for it.
      for milliseconds in [0, 20, 60, 150] {
        let process = try program.start(line.split(separator: " ").map(String.init))
        if milliseconds > 0 {
          while process.isRunning, !process.watchesControlC { usleep(100) }
          usleep(UInt32(milliseconds * 1000))
        }
        let isWatched = process.watchesControlC
        #expect(isWatched || milliseconds == 0, "\(line) ended before it was interrupted")
        try interrupt(process)
        process.waitUntilExit()
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
        try? FileManager.default.removeItem(atPath: program.folder.file("out"))
      }
    }
  }

  @Test(
    "is answered while the second router of a comparison trains; the same command goes on and ends with the same bits")
  func comparison() throws {
    try Hyperrouter.use { program in
      let line = "--steps 300 --routers smoe,smoe-dropout,hyperrouter --k 2 \(Hyperrouter.quick)"
      try #require(try program.run("compare --out whole \(line)").status == 0)
      var routers = ["smoe-dropout", "hyperrouter"]
      var attempts = 0
      while let router = routers.first {
        let metrics = program.folder.file("part/\(router)/metrics.jsonl")
        let process = try interrupt("compare --out part \(line)", in: program) {
          FileManager.default.fileExists(atPath: metrics)
        }
        let outcome = try program.finish(process)
        attempts += 1
        if outcome.status == 0, attempts < 10 {
          // On a busy machine it may come to its end before this test gets to press a key.
          try FileManager.default.removeItem(atPath: program.folder.file("part"))
          routers = ["smoe-dropout", "hyperrouter"]
          continue
        }
        routers.removeFirst()
        #expect(outcome.status == 130)
        #expect(
          outcome.errors.contains(/interrupted( after step \d+ of 300)?; the same command goes on with \w/),
          "\(outcome.errors)")
      }
      let finished = try Data(contentsOf: URL(fileURLWithPath: program.folder.file("part/smoe/results.json")))
      let last = try program.run("compare --out part \(line)")
      #expect(last.status == 0 && last.errors.contains("kept from before"), "\(last.errors)")
      // Times included: the first router was not trained again.
      #expect(try Data(contentsOf: URL(fileURLWithPath: program.folder.file("part/smoe/results.json"))) == finished)
      let (found, expected) = (
        try lasting(program.folder.file("part")), try lasting(program.folder.file("whole"))
      )
      #expect(expected.count == 17 && found == expected)
    }
  }

  @Test("during evaluation leaves a run that --resume evaluates")
  func evaluation() throws {
    try Hyperrouter.use { program in
      let long = String(repeating: program.text, count: 200)
      try long.write(toFile: program.folder.file("text.txt"), atomically: true, encoding: .utf8)
      let process = try interrupt("train --out run --steps 2 --k 1,2,3,4 \(Hyperrouter.quick)", in: program) {
        ((try? program.folder.contents(of: "stderr")) ?? "").contains("step 2 of 2")
      }
      let outcome = try program.finish(process)
      #expect(outcome.status == 130)
      #expect(outcome.errors.hasSuffix("continue with: hyperrouter train --resume run\n"), "\(outcome.errors)")
      let resumed = try program.run("train --resume run --k 2 --json")
      #expect(resumed.status == 0)
      #expect(try program.files("run")["results.json"] != nil)
      let direct = try program.run("train --out direct --steps 2 --k 2 --json \(Hyperrouter.quick)")
      #expect(try resumed.object()["evaluation"] as? NSArray == direct.object()["evaluation"] as? NSArray)
    }
  }

  @Test("is not for a process that a script started in the background, which ignores it")
  func background() throws {
    try Hyperrouter.use { program in
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = [
        "-c", "trap '' INT; exec \"$0\" corpus --lines 300000 --out out.txt", try Hyperrouter.executable().path,
      ]
      process.currentDirectoryURL = URL(fileURLWithPath: program.folder.path)
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      // The shell needs a moment to say so.
      while process.isRunning, !process.ignoresControlC { usleep(100) }
      for _ in 0..<20 where process.isRunning {
        kill(process.processIdentifier, SIGINT)
        usleep(5000)
      }
      process.waitUntilExit()
      #expect(process.terminationReason == .exit && process.terminationStatus == 0)
      #expect(program.folder.names.contains("out.txt"))
    }
  }

  @Test("does not wait for the reader of a pipe")
  func pipe() throws {
    try Hyperrouter.use { program in
      try #require(mkfifo(program.folder.file("pipe"), 0o600) == 0)
      let reader = open(program.folder.file("pipe"), O_RDONLY | O_NONBLOCK)
      try #require(reader >= 0)
      defer { close(reader) }
      // More than a pipe takes without being read.
      let process = try interrupt("corpus --lines 50000 --out pipe", in: program) {
        var status: Int32 = 0
        return ioctl(reader, UInt(FIONREAD), &status) == 0 && status >= 60_000
      }
      let outcome = try program.finish(process)
      #expect(outcome.status == 130 && outcome.errors == "hyperrouter: interrupted\n", "\(outcome.errors)")
    }
  }

  @Test("is put off while something is kept, and only once")
  func postponed() throws {
    let idle = Interruption()
    #expect(idle.request()?.message == "interrupted")
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
