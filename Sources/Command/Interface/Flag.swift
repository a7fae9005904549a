import Tables
import Training

/// A flag of any value type, as the parser, the help text and the shells see it.
protocol DeclaredFlag: Sendable {
  /// Without dashes.
  var name: String { get }
  /// What else it is called: by other programs, in one letter, or by earlier versions.
  var otherNames: [String] { get }
  /// What people may look for who need it: a usage error suggests it.
  var relatedNames: [String] { get }
  /// What stands for the value in the help text; nil for a switch.
  var valueName: String? { get }
  var help: String { get }
  /// Which values are accepted, in a few words.
  var constraint: String? { get }
  var completion: ValueCompletion { get }
  /// What holds without the flag, for the help text; nil if it must be given.
  var defaultText: String? { get }
  /// Whether it says what a run is asked to be.
  var isSetting: Bool { get }

  /// Reads a value for `Options` to keep; throws what was expected instead.
  func read(_ text: String) throws(ValueProblem) -> any Sendable

  /// Reads a value that is not UTF-8; only what is a text for a model can be one.
  func read(_ bytes: [UInt8]) throws(ValueProblem) -> any Sendable

  /// Changes the settings of a run by a value that was read, if that is what the flag is for.
  func apply(_ value: any Sendable, to settings: inout RunSettings)
}

/// The declaration of a flag: its name, what it means, which values it takes, and what holds without it.
///
/// A factory such as `Flag.integer` declares a flag that must be given; `defaulting(to:)` or `optional(_:)` says what
/// holds otherwise. Values are looked up by declaration, `options[steps]`, and have the declared type.
struct Flag<Value: Sendable>: DeclaredFlag {
  let name: String
  private(set) var otherNames: [String] = []
  private(set) var relatedNames: [String] = []
  let valueName: String?
  private(set) var help: String
  /// Asked for by help and completion only: a list of names may take a while to make.
  private let accepted: @Sendable () -> (constraint: String?, completion: ValueCompletion)
  private(set) var defaultText: String?
  private(set) var defaultValue: Value?
  private let parse: @Sendable (String) throws(ValueProblem) -> Value
  /// Writes a value as it would be typed.
  private let describe: @Sendable (Value) -> String
  /// What a value changes in the settings of a run.
  private var change: (@Sendable (Value, inout RunSettings) -> Void)?

  init(
    _ name: String, valueName: String?, constraint: @autoclosure @escaping @Sendable () -> String? = nil, help: String,
    completion: @autoclosure @escaping @Sendable () -> ValueCompletion = .none,
    describe: @escaping @Sendable (Value) -> String,
    parse: @escaping @Sendable (String) throws(ValueProblem) -> Value
  ) {
    self.name = name
    self.valueName = valueName
    accepted = { (constraint(), completion()) }
    self.help = help
    self.describe = describe
    self.parse = parse
  }

  var constraint: String? { accepted().constraint }
  var completion: ValueCompletion { accepted().completion }

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
    let (parse, describe, change, accepted) = (parse, describe, change, accepted)
    var flag = Flag<Value?>(
      name, valueName: valueName, constraint: accepted().constraint, help: help, completion: accepted().completion,
      describe: { $0.map(describe) ?? text },
      parse: { (value) throws(ValueProblem) in try parse(value) })
    (flag.otherNames, flag.relatedNames) = (otherNames, relatedNames)
    if let change {
      flag.change = { value, settings in
        if let value { change(value, &settings) }
      }
    }
    flag.defaultValue = .some(nil)
    flag.defaultText = text
    return flag
  }

  /// The flag under other names, too.
  func also(_ names: String...) -> Flag {
    var flag = self
    flag.otherNames += names
    return flag
  }

  /// The flag as what is suggested to those who type these names.
  func insteadOf(_ names: String...) -> Flag {
    var flag = self
    flag.relatedNames += names
    return flag
  }

  /// The flag with another explanation.
  func meaning(_ help: String) -> Flag {
    var flag = self
    flag.help = help
    return flag
  }

  func value(of text: String) throws(ValueProblem) -> Value { try parse(text) }

  func read(_ text: String) throws(ValueProblem) -> any Sendable { try parse(text) }

  func read(_ bytes: [UInt8]) throws(ValueProblem) -> any Sendable {
    guard let value = bytes as? Value else { throw ValueProblem(expected: "words and paths in UTF-8") }
    return value
  }

  var isSetting: Bool { change != nil }

  func apply(_ value: any Sendable, to settings: inout RunSettings) {
    if let value = value as? Value { change?(value, &settings) }
  }
}

/// Flags that set what a run is asked to be: each is a key path, and what holds without it is what a run has then.
extension Flag {
  typealias Place<Root, Field> = WritableKeyPath<Root, Field> & Sendable

  /// The runs of all presets when nothing is set.
  private static var presets: [RunConfiguration] {
    Preset.allCases.compactMap { try? RunSettings(preset: $0).configuration(.hyperRouter) }
  }

  /// Sets a value of the configuration; without the flag it is the one that all presets have, or the chosen one's.
  func setting(_ path: Place<RunConfiguration, Value>) -> Flag {
    let flag = changing { $1.set(path, to: $0) }
    let values = Flag<Value>.presets.map { $0[keyPath: path] }
    return Set(values.map(describe)).count == 1 ? flag.defaulting(to: values[0]) : flag.otherwise("from --preset")
  }

  /// Sets a value of the configuration that depends on others, or is nil, without the flag.
  func setting(_ path: Place<RunConfiguration, Value>, otherwise text: String) -> Flag<Value?> {
    changing { $1.set(path, to: $0) }.optional(text)
  }

  func setting(_ path: Place<RunConfiguration, Value?>, otherwise text: String) -> Flag<Value?> {
    changing { $1.set(path, to: $0) }.optional(text)
  }

  /// Sets a value of the configuration whose nil means the default.
  func setting(_ path: Place<RunConfiguration, Value?>, otherwise value: Value) -> Flag {
    changing { $1.set(path, to: $0) }.defaulting(to: value)
  }

  /// Sets what is asked for beside the values of the configuration.
  func setting(_ path: Place<RunSettings, Value>) -> Flag {
    changing { $1[keyPath: path] = $0 }.defaulting(to: RunSettings()[keyPath: path])
  }

  func setting(_ path: Place<RunSettings, Value?>, otherwise text: String) -> Flag<Value?> {
    changing { $1[keyPath: path] = $0 }.optional(text)
  }

  private func changing(_ change: @escaping @Sendable (Value, inout RunSettings) -> Void) -> Flag {
    var flag = self
    flag.change = change
    return flag
  }

  /// The flag with words for what holds without it, which only the settings know.
  private func otherwise(_ text: String) -> Flag {
    var flag = self
    flag.defaultText = text
    return flag
  }
}

/// Flags under one heading of the help text, in its order.
struct FlagGroup: Sendable {
  let title: String
  let flags: [any DeclaredFlag]

  init(_ title: String, _ flags: [any DeclaredFlag]) {
    self.title = title
    self.flags = flags
  }

  /// The group with these flags instead of its own of their names, which new ones stand before.
  func with(_ others: [any DeclaredFlag], without absent: [any DeclaredFlag] = []) -> FlagGroup {
    let names = Set((others + absent).map(\.name))
    return FlagGroup(title, others + flags.filter { !names.contains($0.name) })
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
