/// The values of a command's flags, as given or by default.
public struct Options: Sendable {
  private let values: [String: StoredValue]
  private let given: Set<String>
  /// The words on the command line, the command first.
  public let words: [String]
  /// The words that are no flags, such as the directories that a command reads.
  public let operands: [String]

  /// Keeps parsed values.
  ///
  /// - Parameters:
  ///   - values: The value of every declared flag.
  ///   - given: The names of those on the command line.
  ///   - words: The words on the command line, the command first.
  ///   - operands: Those that are no flags.
  init(values: [String: StoredValue], given: Set<String>, words: [String], operands: [String]) {
    self.values = values
    self.given = given
    self.words = words
    self.operands = operands
  }

  /// The value of a flag.
  ///
  /// - Parameter flag: One that the command declares.
  public subscript<Value: Sendable>(flag: Flag<Value>) -> Value {
    guard let value = values[flag.name]?.value(as: Value.self) else {
      preconditionFailure("Options: the command does not declare --\(flag.name) with values of type \(Value.self)")
    }
    return value
  }

  /// Says whether a flag stood on the command line.
  ///
  /// - Parameter flag: A flag.
  /// - Returns: True unless its default holds.
  public func isGiven(_ flag: some DeclaredFlag) -> Bool {
    given.contains(flag.name)
  }

  /// The value of a flag; nil where the command does not declare it.
  func ifDeclared<Value: Sendable>(_ flag: Flag<Value>) -> Value? { values[flag.name]?.value(as: Value.self) }
}
