import Foundation
import RunFiles
import TestSupport
import Testing

@testable import Command

@Suite("Nothing lost: stopped anywhere, a run ends with the bits of an uninterrupted one", .thorough)
struct KillTests {
  private let program = Hyperrouter()

  private static let training = "--steps 4 --checkpoint-every 2 --evaluate-every 2 --log-every 1 --k 2 --threads 1"
  private static let settings = Hyperrouter.quick.replacing("text.txt", with: "@text.txt")
  private static let keeping = "--checkpoint-every 2 --log-every 1 --k 2 --threads 1"

  /// Trains `run`, which was stopped, to the end, as a user would.
  private func complete(_ run: String, _ process: ProcessStandIn) -> (status: Int32, errors: String) {
    let hasBegun = FileManager.default.fileExists(atPath: "\(process.folder)/\(run)/config.json")
    return ProcessStandIn(folder: process.folder).run(
      hasBegun ? "train --resume @\(run) \(Self.keeping)" : "train --out @\(run) \(Self.training) \(Self.settings)")
  }

  /// Trains without a stop and says how many file operations that takes.
  private func whole(_ process: ProcessStandIn) throws -> (operations: Int, files: [String: Data]) {
    let files = StoppingFiles(at: .max)
    let (status, errors) = process.run("train --out @whole \(Self.training) \(Self.settings)", with: files)
    try #require(status == 0, "\(errors)")
    #expect(files.unsynchronized == [], "reported as kept, but a power failure would take it")
    let kept = try lasting("\(process.folder)/whole")
    try #require(kept.count == 6)
    return (files.count, kept)
  }

  @Test(
    "train, stopped at any of its file operations: in the middle of a write, before a rename, between two files",
    arguments: StoppingFiles.End.allCases)
  func stopped(end: StoppingFiles.End) throws {
    let process = ProcessStandIn(folder: program.folder.path)
    let (operations, expected) = try whole(process)
    #expect(operations > 80)
    for number in Stops.numbers(of: operations, from: end == .kill ? 1 : 3) {
      let files = StoppingFiles(at: number, end)
      _ = process.run("train --out @run\(number) \(Self.training) \(Self.settings)", with: files)
      #expect(files.hasStopped, "\(number)")
      let second = complete("run\(number)", process)
      #expect(second.status == 0, "\(number): \(second.errors)")
      #expect(try lasting("\(process.folder)/run\(number)") == expected, "\(number)")
    }
  }

  @Test("train --resume, stopped at any of its file operations, with the weights of an earlier step beside the state")
  func stoppedAgain() throws {
    let process = ProcessStandIn(folder: program.folder.path)
    let (operations, expected) = try whole(process)
    // The state of step 2 is there, the model of step 2 is not.
    let middle = operations / 2
    var stops = 0
    for number in Stops.numbers(of: operations, from: 4) {
      let run = "run\(number)"
      _ = process.run(
        "train --out @\(run) \(Self.training) \(Self.settings)", with: StoppingFiles(at: middle, .kill))
      let files = StoppingFiles(at: number, .kill)
      _ = process.run("train --resume @\(run) \(Self.keeping)", with: files)
      stops += files.hasStopped ? 1 : 0
      let last = complete(run, process)
      #expect(last.status == 0, "\(number): \(last.errors)")
      #expect(try lasting("\(process.folder)/\(run)") == expected, "\(number)")
      if !files.hasStopped { break }
    }
    #expect(stops > 5)
  }

  @Test("train, Control-C at any file operation: status 130, no temporary file, and resumed with the same bits")
  func interrupted() throws {
    let process = ProcessStandIn(folder: program.folder.path)
    let (operations, expected) = try whole(process)
    var named = 0
    for number in Stops.numbers(of: operations, from: 2) {
      let one = ProcessStandIn(folder: program.folder.path)
      let interruption = one.interruption
      // Where nothing is to be completed the process ends at once.
      let files = StoppingFiles(at: number) { interruption.request() != nil }
      let first = one.run("train --out @run\(number) \(Self.training) \(Self.settings)", with: files)
      #expect(first.status == 130 || files.hasStopped, "\(number): \(first.errors)")
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(process.folder)/run\(number)")) ?? []
      #expect(!names.contains { $0.hasPrefix(".") }, "\(number): \(names)")
      // The step that the message names is the one that was saved, wherever the signal fell.
      if let said = first.errors.firstMatch(of: /interrupted after step (\d+) of/)?.1 {
        let state = try SafetensorsFile(contentsOf: "\(process.folder)/run\(number)/state.safetensors")
        #expect(state.metadata["step"] == String(said), "\(number)")
        named += 1
      }
      let second = complete("run\(number)", process)
      #expect(second.status == 0, "\(number): \(second.errors)")
      #expect(try lasting("\(process.folder)/run\(number)") == expected, "\(number)")
    }
    #expect(named > 1)
  }

  @Test("train --from and --resume --steps, stopped at any of their first file operations: the same command goes on")
  func begunAndExtended() throws {
    let process = ProcessStandIn(folder: program.folder.path)
    func run(_ line: String, _ files: StoppingFiles = StoppingFiles(at: .max)) -> Int32 {
      ProcessStandIn(folder: process.folder).run(line, with: files).status
    }
    let from = "train --from @source --steps 2 --seed 2 \(Self.keeping)"
    let longer = "--steps 4 \(Self.keeping)"
    try #require(run("train --out @source \(Self.training) \(Self.settings)") == 0)
    try #require(run("\(from) --out @whole") == 0 && run("train --resume @whole \(longer)") == 0)
    let expected = try lasting("\(process.folder)/whole")
    try #require(expected["initial.safetensors"] != nil && expected.count == 7)
    for number in Stops.numbers(of: 16) {
      let name = "run\(number)"
      let files = StoppingFiles(at: number, .kill)
      _ = run("\(from) --out @\(name)", files)
      #expect(files.hasStopped)
      let hasBegun = FileManager.default.fileExists(atPath: "\(process.folder)/\(name)/config.json")
      #expect(run(hasBegun ? "train --resume @\(name) \(Self.keeping)" : "\(from) --out @\(name)") == 0, "\(number)")
      _ = run("train --resume @\(name) \(longer)", StoppingFiles(at: number, .kill))
      #expect(run("train --resume @\(name) \(longer)") == 0, "\(number)")
      #expect(try lasting("\(process.folder)/\(name)") == expected, "\(number)")
    }
  }

  @Test(
    "compare --out, stopped at a file operation, by Control-C at every second: the same command ends with the same bits"
  )
  func comparison() throws {
    let process = ProcessStandIn(folder: program.folder.path)
    let line = "--steps 2 --routers smoe,hyperrouter --k 2 --threads 1 \(Self.settings)"
    let files = StoppingFiles(at: .max)
    try #require(process.run("compare --out @whole \(line)", with: files).status == 0)
    #expect(files.unsynchronized == [])
    let expected = try lasting("\(process.folder)/whole")
    try #require(expected.count == 12 && files.count > 120)
    var (stops, pagesOnTheWay) = (0, 0)
    for (index, number) in Stops.numbers(of: files.count).enumerated() {
      let one = ProcessStandIn(folder: process.folder)
      let interruption = one.interruption
      let files =
        switch index % 4 {
        case 0: StoppingFiles(at: number, .kill)
        case 2: StoppingFiles(at: number, .powerFailure)
        default: StoppingFiles(at: number) { interruption.request() != nil }
        }
      let first = one.run("compare --out @run\(number) \(line)", with: files)
      #expect(files.hasStopped || first.status == 130, "\(number): \(first.errors)")
      let names = try FileManager.default.subpathsOfDirectory(atPath: process.folder)
      if names.contains("run\(number)/report.html"), !names.contains("run\(number)/smoe/results.json") {
        pagesOnTheWay += 1
      }
      #expect(index % 2 == 0 || !names.contains { $0.contains(".writing-") }, "\(number)")
      let second = ProcessStandIn(folder: process.folder).run("compare --out @run\(number) \(line)")
      #expect(second.status == 0, "\(number): \(second.errors)")
      #expect(try lasting("\(process.folder)/run\(number)") == expected, "\(number)")
      stops += 1
    }
    #expect(stops > 20 && pagesOnTheWay > 2)
  }
}
