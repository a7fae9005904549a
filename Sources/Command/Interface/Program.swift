import Foundation
import Tables

/// The whole command line: finds the command, reads its flags, does the work, and turns every error into one line.
struct Program: Sendable {
  /// Begins every error line.
  let name: String
  let version: String
  /// What the program is, in one sentence.
  let summary: String
  let commands: [Command]

  init(name: String, version: String, summary: String, commands: [Command]) {
    precondition(Set(commands.map(\.name)).count == commands.count, "Program: a command is declared twice")
    self.name = name
    self.version = version
    self.summary = summary
    self.commands = commands
  }

  /// All that can stand as the first word, but for flags.
  var commandNames: [String] { commands.map(\.name) + ["help"] }

  /// Runs the program with the words of the process's own command line and returns the exit status.
  func run(on console: Console) -> Int32 {
    reportingErrors(on: console) {
      let words = (0..<Int(CommandLine.argc)).compactMap { CommandLine.unsafeArgv[$0] }
        .map { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
      let arguments = words.dropFirst().map { String(validating: $0, as: UTF8.self) }
      let raw = arguments.indices.filter { arguments[$0] == nil }.map { ($0, words[$0 + 1]) }
      let shown = zip(arguments, words.dropFirst()).map { $0 ?? String(decoding: $1, as: UTF8.self) }
      try work(of: shown, raw: Dictionary(uniqueKeysWithValues: raw))(console)
    }
  }

  /// Runs the program with the words after its name and returns the exit status.
  ///
  /// Errors are reported on the console's error stream, as `name: message`. A reader that stops reading standard output
  /// early (`… | head -1`) ends the command quietly.
  func run(_ arguments: [String], on console: Console) -> Int32 {
    reportingErrors(on: console) { try work(of: arguments)(console) }
  }

  /// Reads a command line, checks it as far as that can be done without reading a file, and returns the work left to do.
  ///
  /// `raw` has the bytes of the words that are not UTF-8, by place. A text for a model may be one; a path would lead to another file.
  func work(of arguments: [String], raw: [Int: [UInt8]] = [:]) throws -> (Console) throws -> Void {
    if let bytes = raw[0] { throw CommandError.notUTF8(bytes) }
    guard let first = arguments.first else {
      throw CommandError.usage("found no command, expected one of those that \(name) --help lists")
    }
    let rest = Array(arguments.dropFirst())
    switch first {
    case "--version", "-v":
      guard rest.isEmpty else { throw CommandError.usage("\(first): found \(rest[0].quoted), expected nothing") }
      return { try $0.print("\(name) \(version)") }
    case "--help", "-h", "help":
      return try help(rest)
    default:
      let command = try command(named: first)
      if rest.contains("--help") || rest.contains("-h") {
        return { try $0.print(HelpText.of(command, program: self, style: $0.style)) }
      }
      let options = try Options(
        rest, raw: raw.reduce(into: [:]) { $0[$1.key - 1] = $1.value }, of: command, program: name)
      try reporting { try command.check(options) }
      return { console in try reporting { try command.work(options, console) } }
    }
  }

  private func reportingErrors(on console: Console, _ work: () throws -> Void) -> Int32 {
    do {
      try work()
      return ExitStatus.success.rawValue
    } catch let error as CommandError {
      console.note("\(name): \(error.message)")
      return error.status.rawValue
    } catch let failure as OutputFailure {
      if !failure.isBrokenPipe { console.note("\(name): \(failure)".onOneLine) }
      return ExitStatus.inputOutput.rawValue
    } catch {
      console.note("\(name): \(error)".onOneLine)
      return ExitStatus.failure.rawValue
    }
  }

  private func help(_ topics: [String]) throws(CommandError) -> (Console) throws -> Void {
    let topics = topics.filter { $0 != "--help" && $0 != "-h" }
    guard let topic = topics.first else { return { try $0.print(HelpText.of(self, style: $0.style)) } }
    guard topics.count == 1 else {
      throw .usage("help: found \(topics[1].quoted) after \(topic.quoted), expected one command")
    }
    let command = try command(named: topic)
    return { try $0.print(HelpText.of(command, program: self, style: $0.style)) }
  }

  private func command(named word: String) throws(CommandError) -> Command {
    if let command = commands.first(where: { $0.name == word }) { return command }
    let names = commandNames.joined(separator: ", ")
    if word.hasPrefix("-") {
      let hint = NearestName.of(word, among: ["--help", "--version"]).map { "did you mean \($0)?" }
      throw .usage("found the unknown flag \(word.quoted); \(hint ?? "expected a command first: \(names)")")
    }
    let hint = NearestName.of(word, among: commandNames).map { "did you mean \($0)?" }
    throw .usage("found the unknown command \(word.quoted); \(hint ?? "expected one of \(names)")")
  }
}
