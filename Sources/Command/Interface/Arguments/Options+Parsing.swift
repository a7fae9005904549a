import Tables

extension Options {
  /// Reads the flags of a command, `--flag value`, `--flag=value` or `--switch`, and its operands, in any order.
  ///
  /// A flag may stand on the line only once: a second value would silently undo the first. The word after a flag is
  /// its value even if it begins with one dash (a negative number); a value that begins with two dashes needs `=`.
  /// `--help` and `-h` are looked for before, anywhere on the line.
  ///
  /// - Parameters:
  ///   - arguments: The words after the command.
  ///   - command: The command that declares the flags.
  ///   - program: The program's name, for messages.
  /// - Throws: A usage error that names the flag, what was found and what was expected.
  init(_ arguments: [String], of command: Command, program: String) throws(CommandError) {
    var given: [String: StoredValue] = [:]
    var operands: [String] = []
    var index = 0
    while index < arguments.count {
      let word = arguments[index]
      index += 1
      guard word.hasPrefix("-"), word != "-" else {
        if command.operands != nil, !word.isEmpty {
          operands.append(word)
          continue
        }
        throw .usage("\(command.name): found \(word.quoted), expected a flag that begins with --")
      }
      // Bytes, not characters: an equals sign with a combining mark behind it is one character.
      let equals = word.utf8.firstIndex(of: UInt8(ascii: "="))
      let dashed = String(word[..<(equals ?? word.endIndex)])
      let attached = equals.map { String(word[word.utf8.index(after: $0)...]) }
      guard dashed.hasPrefix("--"), let flag = command.flag(named: String(dashed.dropFirst(2))) else {
        throw command.unknownFlag(dashed, program: program)
      }
      guard given[flag.name] == nil else { throw .usage("--\(flag.name) is given more than once, expected once") }
      guard let valueName = flag.valueName else {
        if let attached {
          throw .usage("--\(flag.name): found the value \(attached.quoted), expected none: it is a switch")
        }
        given[flag.name] = StoredValue(true)
        continue
      }
      let text: String
      if let attached {
        text = attached
      } else if index < arguments.count, !arguments[index].hasPrefix("--") {
        text = arguments[index]
        index += 1
      } else if index < arguments.count {
        throw .usage(
          "--\(flag.name): found \(arguments[index].quoted), expected a value (\(valueName)); one that begins with -- "
            + "is written --\(flag.name)=VALUE")
      } else {
        throw .usage("--\(flag.name): found nothing after it, expected a value (\(valueName))")
      }
      do {
        given[flag.name] = try flag.stored(text)
      } catch {
        throw .usage(error.message(flag: flag.name, value: text))
      }
    }
    var values = given
    for flag in command.flags where values[flag.name] == nil {
      guard let value = flag.storedDefault else {
        let sample = [flag.name, flag.valueName].compactMap { $0 }.joined(separator: " ")
        throw .usage("\(command.name): --\(flag.name) is missing, expected --\(sample)")
      }
      values[flag.name] = value
    }
    if let expected = command.operands, operands.isEmpty {
      throw .usage("\(command.name): found nothing to work on, expected \(expected.name)")
    }
    self.init(values: values, given: Set(given.keys), words: [command.name] + arguments, operands: operands)
  }
}
