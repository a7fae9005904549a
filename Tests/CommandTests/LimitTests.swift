import Foundation
import TestSupport
import Testing

@Suite("A process that may have little: fewer threads, or status 70 and one line", .thorough)
struct LimitTests {
  private let program = Hyperrouter()

  /// Runs the program in a shell with limits; not running for ever is a part of the test.
  private func run(_ limits: String, _ line: String) throws -> Hyperrouter.Outcome {
    let process = try program.startShell("exec > stdout 2> stderr; \(limits); exec \"$0\" \(line)")
    let deadline = ProcessInfo.processInfo.systemUptime + 60
    process.wait { ProcessInfo.processInfo.systemUptime > deadline }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    return try program.finish(process)
  }

  #if os(Linux)
    @Test("Where no thread can be made, one computes, with the same bits, and a signal still ends the process")
    func threads() throws {
      // A thread's stack is as large as the main one may become: more than all memory.
      let limits = "ulimit -s 4000000; ulimit -v 3000000"
      let line = "compare --routers smoe --steps 4 --k 2 --threads 2 --json \(Hyperrouter.quick)"
      let outcome = try run(limits, line)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let (found, expected) = (try outcome.json(), try program.succeed(line).json())
      #expect(found["routers"][0]["test"].doubles("loss") == expected["routers"][0]["test"].doubles("loss"))
      let process = try program.startShell(
        "\(limits); exec \"$0\" compare --routers smoe --steps 1000000 \(Hyperrouter.quick) > stdout 2> stderr")
      process.wait { (try? program.folder.contents(of: "stdout"))?.isEmpty == false }
      process.interrupt()
      process.waitUntilExit()
      #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGINT)
    }

    @Test(
      "Too little of what everything needs is said before anything else",
      arguments: [
        ("ulimit -n 4", "4 open files, expected at least 16"),
        ("ulimit -s 64", "65536 bytes of stack, expected at least 262144"),
        ("ulimit -v 200000", "204800000 bytes of memory, expected at least 268435456"),
      ])
    func little(limit: String, words: String) throws {
      let outcome = try run(limit, "train --out run --steps 4 \(Hyperrouter.quick)")
      #expect(outcome.status == 70)
      #expect(outcome.errors == "hyperrouter: found a limit of \(words)\n", "\(outcome.errors)")
      #expect(outcome.output.isEmpty && !program.exists("run"))
    }

    @Test("Sizes that the limit of memory has no room for are refused by their flags")
    func memory() throws {
      let outcome = try run("ulimit -v 2000000", "train --out run --preset paper-12")
      #expect(outcome.status == 2 && outcome.errors.contains("GB that the limit of memory leaves; reduce --batch"))
    }
  #endif
}
