import Tables

/// One thing the program can do: its name, its flags, and the work.
struct Command: Sendable {
  /// The first word on the command line.
  let name: String
  /// What it does, in a line of at most 60 characters.
  let summary: String
  /// What a reader of the help text should know besides; may be empty.
  let discussion: String
  /// The words that it takes beside flags, at least one; nil if it takes none.
  let operands: Operands?
  /// The flag whose value may stand without its name: `train book.txt`.
  let bare: (any DeclaredFlag)?
  let groups: [FlagGroup]
  let examples: [Example]
  /// Refuses values that do not go together, as far as that can be told without reading a file.
  let check: @Sendable (Options) throws -> Void
  /// Does it; an error becomes one line on standard error and an exit status.
  let work: @Sendable (Options, Console) throws -> Void

  init(
    _ name: String, summary: String, discussion: String = "", operands: Operands? = nil,
    bare: (any DeclaredFlag)? = nil,
    groups: [FlagGroup],
    examples: [Example] = [],
    check: @escaping @Sendable (Options) throws -> Void = { _ in },
    work: @escaping @Sendable (Options, Console) throws -> Void
  ) {
    self.name = name
    self.summary = summary
    self.discussion = discussion
    self.operands = operands
    self.bare = bare
    self.groups = groups
    self.examples = examples
    self.check = check
    self.work = work
    let names = groups.flatMap { $0.flags.flatMap { [$0.name] + $0.otherNames } }
    precondition(Set(names).count == names.count, "Command: \(name) declares a flag twice")
    precondition(!names.contains("help"), "Command: \(name) declares --help, which every command has")
  }

  var flags: [any DeclaredFlag] { groups.flatMap(\.flags) }

  func flag(named name: String) -> (any DeclaredFlag)? {
    flags.first { $0.name == name || $0.otherNames.contains(name) }
  }

  /// The error for a flag that the command does not have: it names the one that is for the same, or the nearest.
  func unknownFlag(_ word: String, program: String) -> CommandError {
    let bare = String(word.drop { $0 == "-" })
    if let related = flags.first(where: { $0.relatedNames.contains(bare) }) {
      return .usage("\(name) has no flag \(word.quoted); --\(related.name) is \(related.help)")
    }
    let hint =
      NearestName.of(bare, among: flags.map(\.name) + ["help"]).map { "did you mean --\($0)?" }
      ?? "\(program) \(name) --help lists its flags"
    return .usage("\(name) has no flag \(word.quoted); \(hint)")
  }
}

/// The words that a command takes beside flags.
struct Operands: Sendable {
  /// What stands for them in the help text: `RUN…`.
  let name: String
  let help: String
  var completion = ValueCompletion.directory
}

/// A line to type, as the help text of a command shows it.
struct Example: Sendable {
  /// What the line does.
  let meaning: String
  /// The words after the command.
  let words: [String]
  /// Another program whose output is read: "cat *.txt".
  let input: String?
  /// The file that standard output is written to.
  let output: String?

  init(_ meaning: String, _ words: String..., from input: String? = nil, to output: String? = nil) {
    self.meaning = meaning
    self.words = words
    self.input = input
    self.output = output
  }

  /// What is typed.
  func line(of command: Command, program: String) -> String {
    let words = ([program, command.name] + words.map(Self.quoted)).joined(separator: " ")
    return (input.map { "\($0) | " } ?? "") + words + (output.map { " > \($0)" } ?? "")
  }

  private static func quoted(_ word: String) -> String {
    let isPlain = !word.isEmpty && word.allSatisfy { $0.isLetter || $0.isNumber || "-_./:,=".contains($0) }
    return isPlain ? word : ShellText.quoted(word)
  }
}

/// An error that ends the program: one line for standard error that names the flag or file, what was found and what was
/// expected, and the status for the caller.
struct CommandError: Error, Equatable, CustomStringConvertible {
  let status: ExitStatus
  let message: String

  init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message.onOneLine
  }

  var description: String { message }

  static func usage(_ message: String) -> CommandError { CommandError(.usage, message) }

  static func notUTF8(_ word: [UInt8]) -> CommandError {
    .usage("found \(String(escaping: word).quoted), whose bytes are not UTF-8, expected words and paths in UTF-8")
  }
}

/// What the program tells its caller when it ends; the numbers above 2 are those of BSD's `sysexits.h`.
enum ExitStatus: Int32, Sendable, CaseIterable {
  case success = 0
  /// A theorem that the command tests did not hold.
  case refuted = 1
  /// The command line was wrong.
  case usage = 2
  /// An input exists and its contents are wrong (EX_DATAERR).
  case badData = 65
  /// An input does not exist or cannot be opened (EX_NOINPUT).
  case missingInput = 66
  /// The computation failed, for instance with a loss that is not finite (EX_SOFTWARE).
  case failure = 70
  /// An output file or directory cannot be created (EX_CANTCREAT).
  case cannotCreate = 73
  /// Reading or writing failed halfway (EX_IOERR).
  case inputOutput = 74
  /// The user interrupted the work (128 + SIGINT).
  case interrupted = 130
  /// The terminal or the session was closed (128 + SIGHUP).
  case hungUp = 129
  /// Somebody, a batch system say, ended the work (128 + SIGTERM).
  case terminated = 143
}
