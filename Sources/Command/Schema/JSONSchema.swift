import Foundation

/// What the program's JSON looks like: every object, its keys, their types and meanings.
///
/// One home for `hyperrouter schema` and for the test that holds every command's output to it.
enum JSONSchema {
  /// What a key holds.
  indirect enum Kind: Sendable {
    case string, integer, number, boolean
    /// A byte as a number, or a character or word as a string.
    case symbol
    case object(String)
    case list(Kind)
    case orNull(Kind)
    /// A key that configurations leave out where it says what holds anyway.
    case optional(Kind)

    /// "list of evaluation or null".
    var name: String {
      switch self {
      case .string: "string"
      case .integer: "integer"
      case .number: "number"
      case .boolean: "boolean"
      case .symbol: "number or string"
      case .object(let name): name
      case .list(let element): "list of \(element.name)"
      case .orNull(let kind): "\(kind.name) or null"
      case .optional(let kind): "\(kind.name), may be missing"
      }
    }
  }

  /// A key of an object.
  struct Field: Sendable {
    let key: String
    let kind: Kind
    let meaning: String

    init(_ key: String, _ kind: Kind, _ meaning: String) {
      (self.key, self.kind, self.meaning) = (key, kind, meaning)
    }
  }

  /// An object.
  struct Object: Sendable {
    let name: String
    let meaning: String
    let fields: [Field]

    init(_ name: String, _ meaning: String, _ fields: [Field]) {
      (self.name, self.meaning, self.fields) = (name, meaning, fields)
    }
  }

  /// What every object on standard output and every results.json has besides its own keys.
  static let stamp = [
    Field("program_version", .string, "the program's version"),
    Field("date", .string, "when it was written, ISO 8601"),
  ]

  /// All objects, those that are printed or kept whole first.
  static let all = results + runs + suite + open + jacobian + trace + finetuning + files + others

  /// An object by its name.
  static subscript(name: String) -> Object? { all.first { $0.name == name } }

  /// What in a value is not as the schema says.
  ///
  /// - Parameter name: The object's name.
  static func faults(in value: Any, as name: String, isStamped: Bool = false) -> [String] {
    faults(value, .object(name), "", extra: isStamped ? stamp : [])
  }

  private static func faults(_ value: Any, _ kind: Kind, _ path: String, extra: [Field] = []) -> [String] {
    func unless(_ condition: Bool) -> [String] { condition ? [] : ["\(path): expected \(kind.name), found \(value)"] }
    switch kind {
    case .string: return unless(value is String)
    case .boolean: return unless((value as? NSNumber).map { CFBoolean.isBoolean($0) } ?? false)
    case .symbol: return unless(value is String || value is NSNumber)
    case .integer: return unless((value as? NSNumber).map { $0.doubleValue == $0.doubleValue.rounded() } ?? false)
    case .number: return unless((value as? NSNumber).map { !CFBoolean.isBoolean($0) } ?? false)
    case .orNull(let inner): return value is NSNull ? [] : faults(value, inner, path)
    case .optional(let inner): return faults(value, inner, path)
    case .list(let element):
      guard let list = value as? [Any] else { return unless(false) }
      return list.flatMap { faults($0, element, path + "[]") }
    case .object(let name):
      guard let object = value as? [String: Any], let schema = self[name] else { return unless(false) }
      let fields = schema.fields + extra
      let unknown = Set(object.keys).subtracting(fields.map(\.key)).sorted().map { "\(path).\($0): not in the schema" }
      return unknown
        + fields.flatMap { field -> [String] in
          guard let value = object[field.key] else {
            if case .optional = field.kind { return [] }
            return ["\(path).\(field.key): missing"]
          }
          return faults(value, field.kind, "\(path).\(field.key)")
        }
    }
  }
}

/// JSON's true and false, which Foundation reads as numbers.
private enum CFBoolean {
  static func isBoolean(_ number: NSNumber) -> Bool {
    String(cString: number.objCType) == "c" || number === NSNumber(value: true) || number === NSNumber(value: false)
  }
}
