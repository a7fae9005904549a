/// The whole command line: finds the command, reads its flags, does the work, and turns every error into one line.
public struct Program: Sendable {
  /// The name that begins every error line.
  public let name: String
  /// What `--version` prints after the name.
  public let version: String
  /// What the program is, in one sentence.
  public let summary: String
  /// The commands, in the order of the help text.
  public let commands: [Command]

  /// Declares a program.
  ///
  /// - Parameters:
  ///   - name: The name that begins every error line.
  ///   - version: What `--version` prints after the name.
  ///   - summary: What the program is, in one sentence.
  ///   - commands: The commands, in the order of the help text; no name may be declared twice.
  public init(name: String, version: String, summary: String, commands: [Command]) {
    precondition(Set(commands.map(\.name)).count == commands.count, "Program: a command is declared twice")
    self.name = name
    self.version = version
    self.summary = summary
    self.commands = commands
  }

  /// Runs the program and reports errors on the console's error stream, as `name: message`.
  ///
  /// A reader that stops reading standard output early (`… | head -1`) ends the command quietly.
  ///
  /// - Parameters:
  ///   - arguments: The words after the program's name.
  ///   - console: Where everything is printed.
  /// - Returns: The exit status.
  public func run(_ arguments: [String], on console: Console) -> Int32 {
    do {
      try perform(arguments, on: console)
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

  private func perform(_ arguments: [String], on console: Console) throws {
    guard let first = arguments.first else {
      throw CommandError.usage("found no command, expected one of those that \(name) --help lists")
    }
    let rest = Array(arguments.dropFirst())
    switch first {
    case "--version":
      guard rest.isEmpty else { throw CommandError.usage("--version: found \(rest[0].quoted), expected nothing") }
      try console.print("\(name) \(version)")
    case "--help", "-h", "help":
      try printHelp(rest, on: console)
    default:
      let command = try command(named: first)
      if rest.contains("--help") || rest.contains("-h") {
        try console.print(HelpText.of(command, program: self, style: console.style))
      } else {
        try command.work(try Options(rest, of: command, program: name), console)
      }
    }
  }

  private func printHelp(_ topics: [String], on console: Console) throws {
    let topics = topics.filter { $0 != "--help" && $0 != "-h" }
    guard let topic = topics.first else { return try console.print(HelpText.of(self, style: console.style)) }
    guard topics.count == 1 else {
      throw CommandError.usage("help: found \(topics[1].quoted) after \(topic.quoted), expected one command")
    }
    try console.print(HelpText.of(command(named: topic), program: self, style: console.style))
  }

  private func command(named word: String) throws(CommandError) -> Command {
    if let command = commands.first(where: { $0.name == word }) { return command }
    let names = (commands.map(\.name) + ["help"]).joined(separator: ", ")
    if word.hasPrefix("-") {
      let hint = NearestName.of(word, among: ["--help", "--version"]).map { "did you mean \($0)?" }
      throw .usage("found the unknown flag \(word.quoted); \(hint ?? "expected a command first: \(names)")")
    }
    let hint = NearestName.of(word, among: commands.map(\.name) + ["help"]).map { "did you mean \($0)?" }
    throw .usage("found the unknown command \(word.quoted); \(hint ?? "expected one of \(names)")")
  }
}
