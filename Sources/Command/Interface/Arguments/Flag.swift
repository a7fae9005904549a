/// The declaration of a flag: its name, what it means, which values it takes, and what holds without it.
///
/// A factory such as `Flag.integer` declares a flag that must be given; `defaulting(to:)` or `optional(_:)` says what
/// holds otherwise. Values are looked up by declaration, `options[steps]`, and have the declared type.
public struct Flag<Value: Sendable>: DeclaredFlag {
  /// The name without dashes.
  public let name: String
  /// What stands for the value in the help text; nil for a switch.
  public let valueName: String?
  /// What the flag means.
  public let help: String
  /// Which values are accepted, in a few words, for the help text.
  public let constraint: String?
  /// What a shell offers for the value.
  public let completion: ValueCompletion
  /// What holds without the flag, for the help text; nil if it must be given.
  public private(set) var defaultText: String?
  /// The value without the flag; nil if it must be given.
  private(set) var defaultValue: Value?
  private let parse: @Sendable (String) throws(ValueProblem) -> Value
  private let describe: @Sendable (Value) -> String

  /// Declares a flag that must be given, with its own way to read a value.
  ///
  /// - Parameters:
  ///   - valueName: What stands for the value in the help text; nil for a switch.
  ///   - constraint: Which values are accepted, in a few words, for the help text.
  ///   - completion: What a shell offers for the value.
  ///   - describe: Writes a value as it would be typed.
  ///   - parse: Reads a value, or says what was expected.
  public init(
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

  /// Returns the flag with a value that holds when it is not given.
  ///
  /// - Parameter value: A value that the flag itself would accept.
  public func defaulting(to value: Value) -> Flag {
    let text = describe(value)
    precondition((try? parse(text)) != nil, "Flag.defaulting: --\(name) does not accept its default \(text)")
    var flag = self
    flag.defaultValue = value
    flag.defaultText = text.isEmpty ? "empty" : text
    return flag
  }

  /// Returns the flag with nil as the value that holds when it is not given.
  ///
  /// - Parameter text: What happens then, for the help text: "from --preset".
  public func optional(_ text: String) -> Flag<Value?> {
    let (parse, describe) = (parse, describe)
    var flag = Flag<Value?>(
      name, valueName: valueName, constraint: constraint, help: help, completion: completion,
      describe: { $0.map(describe) ?? text },
      parse: { (value) throws(ValueProblem) in try parse(value) })
    flag.defaultValue = .some(nil)
    flag.defaultText = text
    return flag
  }

  /// Reads a value.
  ///
  /// - Throws: What was expected instead.
  public func value(of text: String) throws(ValueProblem) -> Value {
    try parse(text)
  }

  /// Reads a value for `Options` to keep.
  ///
  /// - Throws: What was expected instead.
  public func stored(_ text: String) throws(ValueProblem) -> StoredValue {
    StoredValue(try parse(text))
  }

  /// The value without the flag, for `Options` to keep; nil if the flag must be given.
  public var storedDefault: StoredValue? {
    defaultValue.map { StoredValue($0) }
  }
}
