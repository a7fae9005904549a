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
  /// The flags, in the order of the help text.
  let groups: [FlagGroup]
  /// Lines to type, at the end of the help text.
  let examples: [Example]
  let check: @Sendable (Options) throws -> Void
  let work: @Sendable (Options, Console) throws -> Void

  /// Declares a command.
  ///
  /// - Parameters:
  ///   - name: The first word on the command line.
  ///   - summary: What it does, in a line of at most 60 characters.
  ///   - discussion: What a reader of the help text should know besides.
  ///   - operands: The words that it takes beside flags, at least one; nil if it takes none.
  ///   - groups: The flags, in the order of the help text; no name may be declared twice.
  ///   - examples: Lines to type, at the end of the help text.
  ///   - check: Refuses values that do not go together, as far as that can be told without reading a file.
  ///   - work: Does it; an error thrown becomes one line on standard error and an exit status.
  init(
    _ name: String, summary: String, discussion: String = "", operands: Operands? = nil, groups: [FlagGroup],
    examples: [Example] = [],
    check: @escaping @Sendable (Options) throws -> Void = { _ in },
    work: @escaping @Sendable (Options, Console) throws -> Void
  ) {
    self.name = name
    self.summary = summary
    self.discussion = discussion
    self.operands = operands
    self.groups = groups
    self.examples = examples
    self.check = check
    self.work = work
    let names = groups.flatMap { $0.flags.map(\.name) }
    precondition(Set(names).count == names.count, "Command: \(name) declares a flag twice")
    precondition(!names.contains("help"), "Command: \(name) declares --help, which every command has")
  }

  /// All flags.
  var flags: [any DeclaredFlag] { groups.flatMap(\.flags) }

  /// Returns the flag with a name.
  ///
  /// - Returns: The flag, or nil.
  func flag(named name: String) -> (any DeclaredFlag)? {
    flags.first { $0.name == name }
  }

  /// Returns the error for a flag that the command does not have.
  ///
  /// - Parameters:
  ///   - word: What was typed, with dashes.
  ///   - program: The program's name.
  /// - Returns: A usage error that suggests the nearest flag.
  func unknownFlag(_ word: String, program: String) -> CommandError {
    let bare = String(word.drop { $0 == "-" })
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
  /// What they are.
  let help: String
  /// What completes one of them.
  let completion: ValueCompletion

  /// Declares operands.
  ///
  /// - Parameters:
  ///   - name: What stands for them in the help text.
  ///   - help: What they are.
  ///   - completion: What completes one of them.
  init(_ name: String, help: String, completion: ValueCompletion = .directory) {
    self.name = name
    self.help = help
    self.completion = completion
  }
}
