/// A flag of any value type, as the parser and the help text see it.
public protocol DeclaredFlag: Sendable {
  /// The name without dashes.
  var name: String { get }
  /// What stands for the value in the help text; nil for a switch.
  var valueName: String? { get }
  /// What the flag means.
  var help: String { get }
  /// Which values are accepted, in a few words, for the help text.
  var constraint: String? { get }
  /// What a shell offers for the value.
  var completion: ValueCompletion { get }
  /// What holds without the flag, for the help text; nil if it must be given.
  var defaultText: String? { get }
  /// The value without the flag; nil if it must be given.
  var storedDefault: StoredValue? { get }

  /// Reads a value.
  ///
  /// - Throws: What was expected instead.
  func stored(_ text: String) throws(ValueProblem) -> StoredValue
}

/// A flag's value with its type put away; `Options` takes it out again.
///
/// The wrapped value is boxed in a type of its own, because casting an existential to an optional type flattens it.
public struct StoredValue: Sendable {
  private struct Box<Value: Sendable>: Sendable {
    let value: Value
  }

  private let box: any Sendable

  /// Puts a value away.
  ///
  /// - Parameter value: A flag's value.
  init<Value: Sendable>(_ value: Value) {
    box = Box(value: value)
  }

  /// Takes the value out.
  ///
  /// - Parameter type: The type it was put in with.
  /// - Returns: The value, or nil for another type.
  func value<Value: Sendable>(as type: Value.Type) -> Value? {
    (box as? Box<Value>)?.value
  }
}

/// Flags under one heading of the help text.
public struct FlagGroup: Sendable {
  /// The heading.
  public let title: String
  /// The flags, in the order of the help text.
  public let flags: [any DeclaredFlag]

  /// Puts flags under a heading.
  ///
  /// - Parameters:
  ///   - title: The heading.
  ///   - flags: The flags, in the order of the help text.
  public init(_ title: String, _ flags: [any DeclaredFlag]) {
    self.title = title
    self.flags = flags
  }
}
