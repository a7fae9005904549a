import Foundation
import RunFiles
import Tensors
import TestSupport
import Testing

@testable import Command

@Suite("Random command lines: refused in one line with status 2, or checked and ready to work; never a trap", .thorough)
struct FlagFuzzTests {
  private let program = Hyperrouter()

  private static let program = Program.hyperrouter(Interruption(), SystemFiles())

  /// Values that no flag or hardly any takes.
  private static let odd = [
    "", " ", "-", "--", "=", "-1", "+1", "0", "1", "2", "01", "1.5", "1e3", "0x10", "nan", "-nan", "inf", "infinity",
    "1e999",
    "-0.0", "1e-400", "99999999999999999999", "-9223372036854775808", "9223372036854775807", "é", "e\u{301}", "\u{301}",
    "\n", "\u{0}", "a,b", ",", "1,1", "1,,2", "a:b:c", ":", "::", "constant", "constant:", "true", "on", "~", "/",
    "./x",
    String(repeating: "9", count: 400), String(repeating: "x", count: 5000),
  ]

  /// Values that a flag of this kind may take, and their neighbours.
  private static func values(of flag: any DeclaredFlag, _ random: inout Random) -> String {
    if random.bernoulli(0.2) { return random.pick(odd) }
    let constraint = flag.constraint ?? ""
    let numbers = constraint.split { !"0123456789.e+".contains($0) }.compactMap { Double($0) }
    if flag.valueName == "MODE:MIN:MAX" {
      let modes = [
        "constant", "linear-increase", "linear-decrease", "cosine-increase", "exponential-increase",
        "multistep-increase", "x",
      ]
      let sides = (0..<random.below(3)).map { _ in
        "\(random.bernoulli(0.8) ? 1 + random.below(9) : random.pick(Random.boundaryIntegers))"
      }
      return ([random.pick(modes)] + sides).joined(separator: ":")
    }
    if let low = numbers.first, let high = numbers.last {
      let inside = low + random.uniform() * (min(high, low + 20) - low)
      let candidates = [low, high, low - 1, high + 1, (low + high) / 2, inside, inside, inside, inside]
      func text(_ value: Double) -> String {
        flag.valueName == "X" ? "\(value)" : Int(exactly: value.rounded()).map(String.init) ?? "\(value)"
      }
      let count = flag.valueName == "N,N,…" ? 1 + random.below(4) : 1
      return (0..<count).map { _ in text(random.pick(candidates)) }.joined(separator: ",")
    }
    let names = constraint.split(separator: ", ").map(String.init)
    if names.isEmpty { return random.pick(["text.txt", "none", "builtin:dialects", "/", "~/x", "runs/a"]) }
    let count = flag.valueName == "NAME,…" ? 1 + random.below(3) : 1
    return (0..<count).map { _ in random.bernoulli(0.9) ? random.pick(names) : random.pick(names) + "x" }.joined(
      separator: ",")
  }

  private static func arguments(_ random: inout Random) -> [String] {
    let commands = program.commands
    let command = random.pick(commands)
    var words = [random.bernoulli(0.98) ? command.name : random.pick(odd + ["help", "--help", "--version", "trian"])]
    for flag in command.flags where flag.defaultText == nil && random.bernoulli(0.95) {
      words += ["--\(flag.name)", "none"]
    }
    if let operands = command.operands, random.bernoulli(0.95) {
      let names = if case .one(let names) = operands.completion { names } else { ["none"] }
      words += (0..<(random.bernoulli(0.9) ? 1 : 2)).map { _ in random.pick(names + ["x", "-"]) }
    }
    let flags = commands.flatMap(\.flags)
    for _ in 0..<random.below(6) {
      let flag = random.pick(command.flags.isEmpty || random.bernoulli(0.05) ? flags : command.flags)
      let name =
        random.bernoulli(0.98) ? "--\(flag.name)" : random.pick(["-\(flag.name)", "--\(flag.name)x", "--", "-h"])
      let value = values(of: flag, &random)
      switch (flag.valueName, random.below(20)) {
      case (nil, 0): words.append("\(name)=\(value)")
      case (nil, _): words.append(name)
      case (_, 0): words.append(name)
      case (_, 1): words += [name, value, value]
      case (_, 2...9): words.append("\(name)=\(value)")
      default: words += [name, value]
      }
    }
    return words
  }

  @Test("Every command, every flag: bad, boundary and random values")
  func flags() {
    let fuzz = Fuzz("command lines", cases: 20_000)
    var (seen, reached): (Set<String>, Set<String>) = ([], [])
    let report = fuzz.run { random in
      let words = Self.arguments(&random)
      seen.formUnion(words.filter { $0.hasPrefix("--") }.map { "\(words[0]) \($0.prefix { $0 != "=" })" })
      do {
        _ = try Self.program.work(of: words)
        reached.insert(words[0])
        return .accepted
      } catch let error as CommandError {
        let isOneLine = !error.message.contains("\n") && !error.message.isEmpty
        guard error.status == .usage, isOneLine, error.message.count < 1500 else {
          throw Fuzz.Fault("\(words): status \(error.status), \(error.message)")
        }
        return .refused
      } catch {
        throw Fuzz.Fault("\(words): \(error)")
      }
    }
    #expect(report.failures == [])
    #expect(report.accepted + report.refused == fuzz.count)
    guard fuzz.isUsual else { return }
    #expect(report.accepted > 3_000 && report.refused > 6_000, "\(report)")
    for command in Self.program.commands {
      #expect(reached.contains(command.name))
      for flag in command.flags { #expect(seen.contains("\(command.name) --\(flag.name)")) }
    }
  }

  @Test(
    "What is refused inside the tests is refused by the program itself, in the same words",
    .enabled(if: ProcessInfo.processInfo.environment["HYPERROUTER_FUZZ"] != nil, "HYPERROUTER_FUZZ asks for it"))
  func processes() throws {
    let fuzz = Fuzz("processes", cases: 300, atMost: 300)
    let report = fuzz.run { random in
      // The system hands over no word with a zero byte.
      let words = Self.arguments(&random).filter { !$0.utf8.contains(0) }
      do {
        _ = try Self.program.work(of: words)
        return .accepted
      } catch let error as CommandError {
        let outcome = try program.run(words)
        guard outcome.status == 2, outcome.output.isEmpty, outcome.errors == "hyperrouter: \(error.message)\n" else {
          throw Fuzz.Fault("\(words): status \(outcome.status), \(outcome.errors), expected \(error.message)")
        }
        return .refused
      }
    }
    #expect(report.failures == [])
    #expect(report.accepted + report.refused == fuzz.count)
  }
}
