import Tables
import Training

/// The values of a command's flags, as given or by default.
struct Options: Sendable {
  let command: Command
  private let given: [String: any Sendable]
  /// The words on the command line, the command first.
  let words: [String]
  /// The words that are no flags, such as the directories that a command reads.
  let operands: [String]

  /// The value of a flag that the command declares.
  subscript<Value: Sendable>(flag: Flag<Value>) -> Value {
    precondition(command.flag(named: flag.name) != nil, "Options: \(command.name) does not declare --\(flag.name)")
    guard let value = given[flag.name].map({ $0 as? Value }) ?? flag.defaultValue else {
      preconditionFailure("Options: --\(flag.name) of \(command.name) has no value of type \(Value.self)")
    }
    return value
  }

  /// What the flags ask a run to be.
  var settings: RunSettings {
    var settings = RunSettings()
    for flag in command.flags { given[flag.name].map { flag.apply($0, to: &settings) } }
    return settings
  }

  /// The first of some flags that stood on the command line.
  func firstGiven(of flags: [any DeclaredFlag]) -> (any DeclaredFlag)? { flags.first(where: isGiven) }

  /// Whether a flag stood on the command line.
  func isGiven(_ flag: any DeclaredFlag) -> Bool { given[flag.name] != nil }

  /// Reads the flags of a command, `--flag value`, `--flag=value` or `--switch`, and its operands, in any order.
  ///
  /// A flag may stand on the line only once: a second value would silently undo the first. The word after a flag is
  /// its value even if it begins with one dash (a negative number); a value that begins with two dashes needs `=`. A name of
  /// one letter has one dash, and the command's bare flag may do without its name.
  /// `--help` and `-h` are looked for before, anywhere on the line. `raw` has the bytes of the words that are not UTF-8, by place.
  init(
    _ arguments: [String], raw: [Int: [UInt8]] = [:], of command: Command, program: String
  ) throws(CommandError) {
    var given: [String: any Sendable] = [:]
    var operands: [String] = []
    var rest = arguments[...]
    while let word = rest.popFirst() {
      var bytes = raw[rest.startIndex - 1]
      guard word.hasPrefix("-"), word != "-" else {
        if let bytes { throw .notUTF8(bytes) }
        if command.operands != nil, !word.isEmpty {
          operands.append(word)
          continue
        }
        if let bare = command.bare, !word.isEmpty, given[bare.name] == nil {
          given[bare.name] = try Self.value(of: bare, word)
          continue
        }
        throw .usage("\(command.name): found \(word.quoted), expected a flag that begins with --")
      }
      // Bytes, not characters: an equals sign with a combining mark behind it is one character.
      let equals = word.utf8.firstIndex(of: UInt8(ascii: "="))
      let dashed = String(word[..<(equals ?? word.endIndex)])
      let attached = equals.map { String(word[word.utf8.index(after: $0)...]) }
      let typed = String(dashed.trimmingPrefix { $0 == "-" })
      guard dashed.hasPrefix("--") || typed.count == 1, let flag = command.flag(named: typed) else {
        throw command.unknownFlag(dashed, program: program)
      }
      let name = "--\(flag.name)"
      guard given[flag.name] == nil else { throw .usage("\(name) is given more than once, expected once") }
      let text: String
      switch (flag.valueName, attached, rest.first) {
      case (nil, nil, _): text = "on"
      case (nil, let value?, _):
        throw .usage("\(name): found the value \(value.quoted), expected none: it is a switch")
      case (_, let value?, _):
        text = value
        bytes = bytes.map { Array($0.drop { $0 != UInt8(ascii: "=") }.dropFirst()) }
      case (let valueName?, nil, nil):
        throw .usage("\(name): found nothing after it, expected a value (\(valueName))")
      case (let valueName?, nil, let next?) where next.hasPrefix("--"):
        throw .usage(
          "\(name): found \(next.quoted), expected a value (\(valueName)); one that begins with -- is written "
            + "\(name)=VALUE")
      case (_, nil, let next?):
        text = next
        bytes = raw[rest.startIndex]
        rest.removeFirst()
      }
      given[flag.name] = try Self.value(of: flag, text, bytes)
    }
    for flag in command.flags where flag.defaultText == nil && given[flag.name] == nil {
      throw .usage("\(command.name): --\(flag.name) is missing, expected --\(flag.name) \(flag.valueName ?? "")")
    }
    if let expected = command.operands, operands.isEmpty {
      throw .usage("\(command.name): found nothing to work on, expected \(expected.name)")
    }
    (self.command, self.given, self.operands) = (command, given, operands)
    words = [command.name] + arguments
  }

  private static func value(
    of flag: any DeclaredFlag, _ text: String, _ bytes: [UInt8]? = nil
  ) throws(CommandError) -> any Sendable {
    do {
      return if let bytes { try flag.read(bytes) } else { try flag.read(text) }
    } catch {
      throw bytes.map { .notUTF8($0) } ?? .usage(error.message(flag: flag.name, value: text))
    }
  }
}
