import Foundation

/// Finds out what the tests would notice: `swift run mutations`.
@main
struct Mutations {
  private static let help = """
    usage: swift run mutations [--places N] [--seed N] [--target NAME]… [--jobs N] [--continue] [--list]

    Makes small changes to the sources, one at a time, and lists those that no test notices. One build of a copy in
    .build/mutations holds them all, each behind a switch; the tests run once for each.

      --places N      how many places to change (400); every file gives at least one
      --seed N        chooses the places (1)
      --target NAME   only places of this target; may be repeated
      --jobs N        runs at a time (the number of processors)
      --continue      what was noticed in the last run stands; only the rest is run
      --list          lists the places and stops

    Exit status 1 if a change was not noticed and Fixtures/equivalent-mutations.json does not say why it changes nothing.
    """

  static func main() {
    do {
      guard let run = try run(CommandLine.arguments.dropFirst()) else { return print(help) }
      guard let score = try run() else { return }
      print(score.report)
      if !score.unexplained.isEmpty { exit(1) }
    } catch {
      FileHandle.standardError.write(Data("mutations: \(error)\n".utf8))
      exit(2)
    }
  }

  private static func run(_ arguments: ArraySlice<String>) throws -> MutationRun? {
    var run = MutationRun()
    var rest = Array(arguments)
    func number(_ flag: String) throws -> Int {
      guard let text = rest.first, let value = Int(text), value > 0 else {
        throw MutationError("\(flag): found \(rest.first ?? "nothing"), expected a positive number")
      }
      rest.removeFirst()
      return value
    }
    while !rest.isEmpty {
      let flag = rest.removeFirst()
      switch flag {
      case "--help": return nil
      case "--places": run.count = try number(flag)
      case "--seed": run.seed = UInt64(try number(flag))
      case "--jobs": run.jobs = try number(flag)
      case "--continue": run.isContinuing = true
      case "--list": run.isListing = true
      case "--target":
        guard !rest.isEmpty else { throw MutationError("--target: found nothing, expected the name of a target") }
        run.targets.insert(rest.removeFirst())
      default: throw MutationError("found the unknown flag \(flag); --help lists all")
      }
    }
    return run
  }
}

/// Why nothing could be said about the tests.
struct MutationError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
