/// A flag of any value type, as the parser, the help text and the shells see it.
protocol DeclaredFlag: Sendable {
  /// Without dashes.
  var name: String { get }
  /// What earlier versions called it: a usage error suggests the new name.
  var formerNames: [String] { get }
  /// What stands for the value in the help text; nil for a switch.
  var valueName: String? { get }
  var help: String { get }
  /// Which values are accepted, in a few words.
  var constraint: String? { get }
  var completion: ValueCompletion { get }
  /// What holds without the flag, for the help text; nil if it must be given.
  var defaultText: String? { get }
  /// Whether it determines what a run is: what is continued keeps it.
  var isSetting: Bool { get }

  /// Reads a value for `Options` to keep; throws what was expected instead.
  func read(_ text: String) throws(ValueProblem) -> any Sendable
}

/// The declaration of a flag: its name, what it means, which values it takes, and what holds without it.
///
/// A factory such as `Flag.integer` declares a flag that must be given; `defaulting(to:)` or `optional(_:)` says what
/// holds otherwise. Values are looked up by declaration, `options[steps]`, and have the declared type.
struct Flag<Value: Sendable>: DeclaredFlag {
  let name: String
  private(set) var formerNames: [String] = []
  let valueName: String?
  let help: String
  let constraint: String?
  let completion: ValueCompletion
  private(set) var defaultText: String?
  private(set) var defaultValue: Value?
  private(set) var isSetting = false
  private let parse: @Sendable (String) throws(ValueProblem) -> Value
  /// Writes a value as it would be typed.
  private let describe: @Sendable (Value) -> String

  init(
    _ name: String, valueName: String?, constraint: String? = nil, help: String,
    completion: ValueCompletion = .none,
    describe: @escaping @Sendable (Value) -> String,
    parse: @escaping @Sendable (String) throws(ValueProblem) -> Value
  ) {
    self.name = name
    self.valueName = valueName
    self.constraint = constraint
    self.help = help
    self.completion = completion
    self.describe = describe
    self.parse = parse
  }

  /// The flag with a value that holds when it is not given; one that it would itself accept.
  func defaulting(to value: Value) -> Flag {
    let text = describe(value)
    precondition((try? parse(text)) != nil, "Flag.defaulting: --\(name) does not accept its default \(text)")
    var flag = self
    flag.defaultValue = value
    flag.defaultText = text.isEmpty ? "empty" : text
    return flag
  }

  /// The flag with nil as the value that holds when it is not given, and what happens then: "from --preset".
  func optional(_ text: String) -> Flag<Value?> {
    let (parse, describe) = (parse, describe)
    var flag = Flag<Value?>(
      name, valueName: valueName, constraint: constraint, help: help, completion: completion,
      describe: { $0.map(describe) ?? text },
      parse: { (value) throws(ValueProblem) in try parse(value) })
    flag.formerNames = formerNames
    flag.isSetting = isSetting
    flag.defaultValue = .some(nil)
    flag.defaultText = text
    return flag
  }

  /// The flag with the names that it had in earlier versions.
  func formerly(_ names: String...) -> Flag {
    var flag = self
    flag.formerNames = names
    return flag
  }

  func value(of text: String) throws(ValueProblem) -> Value { try parse(text) }

  func read(_ text: String) throws(ValueProblem) -> any Sendable { try parse(text) }
}

/// Flags under one heading of the help text, in its order.
struct FlagGroup: Sendable {
  let title: String
  let flags: [any DeclaredFlag]

  init(_ title: String, _ flags: [any DeclaredFlag]) {
    self.title = title
    self.flags = flags
  }
}

/// What a shell offers where a value is typed.
enum ValueCompletion: Sendable, Hashable {
  /// Nothing: a number, a text.
  case none
  case one(of: [String])
  /// Names separated by commas.
  case several(of: [String])
  /// Paths of files, or one of a few names.
  case file(or: [String])
  case directory
}

/// Why a flag's value was refused.
struct ValueProblem: Error, Equatable {
  /// What would have been accepted: "an integer from 1 to 64".
  let expected: String
  /// The part of the value that is wrong; nil for all of it.
  var found: String?
  /// The name that was probably meant.
  var suggestion: String?

  /// The line of a usage error.
  func message(flag: String, value: String) -> String {
    let part = found.flatMap { $0 == value ? nil : "\($0.quoted) in " } ?? ""
    return "--\(flag): found \(part)\(value.quoted), expected \(expected)"
      + (suggestion.map { "; did you mean \($0)?" } ?? "")
  }
}
