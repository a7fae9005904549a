import Foundation
import TestSupport
import Testing

@testable import Command

/// HYPERROUTER_KILLS says how many processes are stopped; a few if it is not set.
@Suite("Nothing lost: stopped at random moments, again and again", .thorough)
struct RandomKillTests {
  private let program = Hyperrouter()

  private static let kills = ProcessInfo.processInfo.environment["HYPERROUTER_KILLS"].flatMap { Int($0) } ?? 8

  /// A way to begin a run into a directory, and to go on with it.
  private struct Work: Sendable {
    let name: String
    let begin: @Sendable (String) -> String
    let goOn: @Sendable (String) -> String
  }

  private static let works = [
    Work(
      name: "train",
      begin: { "train --out \($0) --steps 40 --checkpoint-every 1 --log-every 1 --k 2 \(Hyperrouter.quick)" },
      goOn: { "train --resume \($0) --checkpoint-every 1 --log-every 1 --k 2" }),
    Work(name: "compare", begin: { comparison($0) }, goOn: { comparison($0) }),
  ]

  private static func comparison(_ directory: String) -> String {
    "compare --out \(directory) --steps 20 --routers smoe,hyperrouter --k 2 \(Hyperrouter.quick)"
  }

  @Test("kill -9 and Control-C of the real program, up to three times a run: the bits of an uninterrupted one")
  func processes() throws {
    var (stopped, equal, runs) = (0, 0, 0)
    for work in Self.works {
      let start = ProcessInfo.processInfo.systemUptime
      try #require(try program.run(work.begin("whole-\(work.name)")).status == 0)
      let microseconds = (ProcessInfo.processInfo.systemUptime - start) * 1e6
      let expected = try lasting(program.folder.file("whole-\(work.name)"))
      try #require(expected.count == (work.name == "train" ? 6 : 12))
      var tries = 0
      while tries < Self.kills / 2 {
        runs += 1
        let directory = "run\(runs)"
        func next() -> String {
          let hasBegun = FileManager.default.fileExists(atPath: program.folder.file("\(directory)/config.json"))
          return hasBegun ? work.goOn(directory) : work.begin(directory)
        }
        for _ in 0..<Int.random(in: 1...3) {
          tries += 1
          let process = try program.start(next().split(separator: " ").map(String.init))
          usleep(UInt32.random(in: 0...UInt32(microseconds * 1.1)))
          let signal = Bool.random() ? SIGKILL : SIGINT
          kill(process.processIdentifier, signal)
          process.waitUntilExit()
          let status = process.terminationStatus
          let isSignal = process.terminationReason == .uncaughtSignal
          if isSignal || status == 130 { stopped += 1 }
          let errors = try program.folder.contents(of: "stderr")
          // Control-C before the program's first statement kills.
          #expect(isSignal ? status == signal : status == 130 || status == 0, "\(errors)")
        }
        let last = try program.run(next())
        #expect(last.status == 0, "\(last.errors)")
        let isEqual = try lasting(program.folder.file(directory)) == expected
        #expect(isEqual, "\(work.name)")
        equal += isEqual ? 1 : 0
        try FileManager.default.removeItem(atPath: program.folder.file(directory))
      }
    }
    print("\(stopped) processes stopped in \(runs) runs, \(equal) runs with equal bits")
    #expect(stopped > 0 && equal == runs)
  }

  @Test("Ends at random file operations, power failures among them, up to three times a run: the same bits")
  func operations() throws {
    let place = ProcessStandIn(folder: program.folder.path)
    let settings = Hyperrouter.quick.replacing("text.txt", with: "@text.txt")
    let keeping = "--checkpoint-every 1 --log-every 1 --k 2 --threads 1"
    let comparison: @Sendable (String) -> String = {
      "compare --out @\($0) --steps 2 --routers smoe,hyperrouter --k 2 --threads 1 \(settings)"
    }
    let works = [
      Work(
        name: "train", begin: { "train --out @\($0) --steps 5 \(keeping) \(settings)" },
        goOn: { "train --resume @\($0) \(keeping)" }),
      Work(name: "compare", begin: comparison, goOn: comparison),
    ]
    var (stopped, runs) = (0, 0)
    for (number, work) in works.enumerated() {
      let files = StoppingFiles(at: .max)
      try #require(place.run(work.begin("whole-\(work.name)"), with: files).status == 0)
      let expected = try lasting(program.folder.file("whole-\(work.name)"))
      while stopped < (number + 1) * Self.kills / works.count {
        runs += 1
        let run = "run\(runs)"
        func next() -> String {
          let hasBegun = FileManager.default.fileExists(atPath: program.folder.file("\(run)/config.json"))
          return hasBegun ? work.goOn(run) : work.begin(run)
        }
        for _ in 0..<Int.random(in: 1...3) {
          let end = try #require(StoppingFiles.End.allCases.randomElement())
          let stopping = StoppingFiles(at: .random(in: 1...files.count), end)
          _ = place.run(next(), with: stopping)
          stopped += stopping.hasStopped ? 1 : 0
        }
        let last = place.run(next())
        #expect(last.status == 0, "\(last.errors)")
        #expect(try lasting(program.folder.file(run)) == expected, "\(work.name)")
        try FileManager.default.removeItem(atPath: program.folder.file(run))
      }
    }
    print("\(stopped) ends at a file operation in \(runs) runs, all with equal bits")
  }
}
