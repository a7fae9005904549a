extension Flag where Value == String {
  /// Declares a flag that takes any text, the empty one included.
  ///
  /// - Parameter valueName: What stands for the value in the help text.
  public static func string(_ name: String, _ valueName: String = "TEXT", help: String) -> Flag<String> {
    Flag(name, valueName: valueName, help: help, describe: { $0 }, parse: { text throws(ValueProblem) in text })
  }

  /// Declares a flag that takes the path of a file or directory.
  ///
  /// - Parameters:
  ///   - valueName: What stands for the value in the help text; a directory if it is "DIR".
  ///   - names: What can stand there instead of a path.
  public static func path(
    _ name: String, _ valueName: String = "FILE", or names: [String] = [], help: String
  ) -> Flag<String> {
    let completion: ValueCompletion = valueName == "DIR" ? .directory : .file(or: names)
    return Flag(name, valueName: valueName, help: help, completion: completion, describe: { $0 }) {
      text throws(ValueProblem) in
      guard !text.isEmpty else { throw ValueProblem(expected: "a path") }
      return text
    }
  }

  /// Declares a flag that takes one of a few names.
  ///
  /// - Parameters:
  ///   - valueName: What stands for the value in the help text.
  ///   - names: The names, in the order of the help text.
  public static func choice(
    _ name: String, _ valueName: String = "NAME", among names: [String], help: String
  ) -> Flag<String> {
    Flag(
      name, valueName: valueName, constraint: names.joined(separator: ", "), help: help, completion: .one(of: names),
      describe: { $0 }
    ) { text throws(ValueProblem) in
      try known(text, among: names)
      return text
    }
  }
}

extension Flag where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
  /// Declares a flag that takes one of the names of an enumeration.
  ///
  /// - Parameters:
  ///   - valueName: What stands for the value in the help text.
  ///   - type: The enumeration.
  public static func choice(
    _ name: String, _ valueName: String = "NAME", of type: Value.Type, help: String
  ) -> Flag<Value> {
    let names = Value.allCases.map(\.rawValue)
    return Flag(
      name, valueName: valueName, constraint: names.joined(separator: ", "), help: help, completion: .one(of: names),
      describe: { $0.rawValue },
      parse: { text throws(ValueProblem) in
        try known(text, among: names)
        guard let value = Value(rawValue: text) else { throw ValueProblem(expected: "one of the names") }
        return value
      })
  }
}

extension Flag where Value == [String] {
  /// Declares a flag that takes names separated by commas, each at most once.
  ///
  /// - Parameters:
  ///   - valueName: What stands for the value in the help text.
  ///   - names: The names, in the order of the help text.
  public static func choices(
    _ name: String, _ valueName: String = "NAME,…", among names: [String], help: String
  ) -> Flag<[String]> {
    Flag(
      name, valueName: valueName, constraint: names.joined(separator: ", "), help: help,
      completion: .several(of: names),
      describe: { $0.joined(separator: ",") },
      parse: { text throws(ValueProblem) in
        var chosen: [String] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
          try known(part, among: names)
          guard !chosen.contains(part) else { throw ValueProblem(expected: "every name once", found: part) }
          chosen.append(part)
        }
        return chosen
      })
  }
}

extension Flag where Value == Bool {
  /// Declares a switch: a flag without a value, on when given.
  ///
  /// - Returns: A flag that is off unless it is given.
  public static func toggle(_ name: String, help: String) -> Flag<Bool> {
    Flag(name, valueName: nil, help: help, describe: { $0 ? "on" : "off" }) { text throws(ValueProblem) in
      switch text {
      case "on": return true
      case "off": return false
      default: throw ValueProblem(expected: "on or off")
      }
    }.defaulting(to: false)
  }
}

extension Flag where Value == ModeRange {
  /// Declares a flag that takes a schedule, `MODE:MIN:MAX` or `MODE:N`.
  ///
  /// - Parameters:
  ///   - constantModes: The modes that take one integer.
  ///   - movingModes: The modes that take two.
  ///   - range: The integers accepted.
  public static func schedule(
    _ name: String, constantModes: [String], movingModes: [String], in range: ClosedRange<Int>, help: String
  ) -> Flag<ModeRange> {
    let forms = constantModes.map { $0 + ":N" } + ["MODE:MIN:MAX with MODE " + movingModes.joined(separator: ", ")]
    return Flag(
      name, valueName: "MODE:MIN:MAX", constraint: forms.joined(separator: ", or "), help: help,
      describe: { "\($0)" },
      parse: { text throws(ValueProblem) in
        try ModeRange.parse(text, constantModes: constantModes, movingModes: movingModes, in: range)
      })
  }
}

/// Refuses a name that is not among the known ones.
private func known(_ text: String, among names: [String]) throws(ValueProblem) {
  guard !names.contains(text) else { return }
  throw ValueProblem(
    expected: names.count == 1 ? names[0] : "one of \(names.joined(separator: ", "))", found: text,
    suggestion: NearestName.of(text, among: names))
}
