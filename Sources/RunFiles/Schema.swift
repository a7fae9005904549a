/// A type whose JSON `hyperrouter schema` explains: keys and what they hold are derived from it, its words stand in it.
package protocol Described: Encodable, SendableMetatype {
  /// The object's name and meaning, then what the keys' names and types do not say: `k, top_k: experts for each token`.
  static var words: String { get }
  /// What keys hold where it depends on the value.
  static var varying: [String: SchemaKind] { get }
  /// A value as it is written.
  static func example(from sample: any Decoder) throws -> any Encodable
}

extension Described {
  package static var varying: [String: SchemaKind] { [:] }
  package static var objectName: String { String(words.prefix { $0 != ":" }) }
}

extension Described where Self: Decodable {
  package static func example(from sample: any Decoder) throws -> any Encodable { try Self(from: sample) }
}

/// What a key holds.
package indirect enum SchemaKind: Sendable {
  case string, integer, number, boolean
  case choice([String])
  case either(SchemaKind, SchemaKind)
  case object(any Described.Type)
  case list(SchemaKind)
  /// An object with a value for each of these keys.
  case table([String], SchemaKind)
  case orNull(SchemaKind)
  /// A key that is left out where it says what holds anyway.
  case optional(SchemaKind)

  /// "list of evaluation or null".
  package var name: String {
    switch self {
    case .string, .integer, .number, .boolean: "\(self)"
    case .choice(let cases): "one of " + cases.map { "\"\($0)\"" }.joined(separator: ", ")
    case .either(let one, let other): "\(one.name) or \(other.name)"
    case .object(let type): type.objectName
    case .list(let element): "list of \(element.name)"
    case .table(let keys, let value): "\(value.name) for each of \(keys.joined(separator: ", "))"
    case .orNull(let kind): "\(kind.name) or null"
    case .optional(let kind): "\(kind.name), may be missing"
    }
  }

  /// What stands inside lists.
  package var innermost: SchemaKind {
    switch self {
    case .list(let kind), .orNull(let kind), .optional(let kind): kind.innermost
    default: self
    }
  }

  /// Whether the type alone says what is meant.
  fileprivate var explainsItself: Bool {
    switch innermost {
    case .choice, .object, .table: true
    default: false
    }
  }

  /// Tells what a type is written as.
  package init<Value: Encodable>(_ type: Value.Type) throws {
    func cases<Choice: CaseIterable>(_: Choice.Type) -> [String] {
      Choice.allCases.compactMap { ($0 as? any RawRepresentable)?.rawValue as? String }
    }
    func raw<Other: RawRepresentable>(_: Other.Type) throws -> SchemaKind? {
      try (Other.RawValue.self as? any Encodable.Type).map { try SchemaKind($0) }
    }
    func written<Other: Codable>(_ type: Other.Type) throws -> SchemaKind? {
      let recorder = Recorder()
      try Sample().decode(type).encode(to: recorder)
      return recorder.value
    }
    let found: SchemaKind? =
      switch type {
      case is Bool.Type: .boolean
      case is String.Type: .string
      // Named one by one: to ask whether a type conforms takes long.
      case is Int.Type, is UInt64.Type, is UInt8.Type: .integer
      case is Double.Type, is Float.Type: .number
      case let type as any Described.Type: .object(type)
      case let type as any Containing.Type: try type.kind()
      case let type as any CaseIterable.Type: .choice(cases(type))
      case let type as any RawRepresentable.Type: try raw(type)
      case let type as any Codable.Type: try written(type)
      default: nil
      }
    guard let found else {
      throw EncodingError.invalidValue(type, .init(codingPath: [], debugDescription: "\(type) is not described"))
    }
    self = found
  }
}

/// A type that holds others: what they are is known without a value.
private protocol Containing {
  static func kind() throws -> SchemaKind
}

extension Optional: Containing where Wrapped: Encodable {
  fileprivate static func kind() throws -> SchemaKind { .orNull(try SchemaKind(Wrapped.self)) }
}

extension OrNull: Containing where Value: Encodable {
  fileprivate static func kind() throws -> SchemaKind { .orNull(try SchemaKind(Value.self)) }
}

extension Array: Containing where Element: Encodable {
  fileprivate static func kind() throws -> SchemaKind { .list(try SchemaKind(Element.self)) }
}

extension Dictionary: Containing where Key: CaseIterable & RawRepresentable<String>, Value: Encodable {
  fileprivate static func kind() throws -> SchemaKind {
    .table(Key.allCases.map(\.rawValue), try SchemaKind(Value.self))
  }
}

/// An object of the program's JSON.
package struct SchemaObject: Sendable {
  package let type: any Described.Type
  package let fields: [(key: String, kind: SchemaKind, meaning: String)]
  /// Keys that neither words nor their type explain, and keys that are explained but not written.
  package let faults: [String]

  package var name: String { type.objectName }
  package var meaning: String { type.words.split(separator: "\n")[0].dropFirst(name.count + 2).description }

  /// Looks at a type; keys without words of its own have those that are common to all types.
  package init(_ type: any Described.Type, common: [String: String]) throws {
    let recorder = Recorder()
    try type.example(from: Sample()).encode(to: recorder)
    let own = Self.meanings(of: type.words.drop { $0 != "\n" })
    self.type = type
    var faults = Set(own.keys).subtracting(recorder.fields.map(\.key)).sorted().map { "\($0): not written" }
    fields = recorder.fields.map { key, found in
      let kind = type.varying[key] ?? found
      let meaning = own[key] ?? (kind.explainsItself ? "" : common[key])
      if meaning == nil { faults.append("\(key): not described") }
      return (key, kind, meaning ?? "")
    }
    self.faults = faults
  }

  /// What lines like "k, top_k: experts for each token" say; nothing of keys whose names say it.
  package static func meanings(of lines: Substring) -> [String: String] {
    lines.split(separator: "\n").reduce(into: [:]) { meanings, line in
      let parts = line.split(separator: ": ", maxSplits: 1).map(String.init)
      for key in parts[0].split(separator: ", ") { meanings[String(key)] = parts.count == 2 ? parts[1] : "" }
    }
  }

  /// Objects and all that stand inside them, each once.
  package static func all(_ roots: [any Described.Type], common: [String: String]) throws -> [SchemaObject] {
    var types = roots
    var objects: [SchemaObject] = []
    while objects.count < types.count {
      let object = try SchemaObject(types[objects.count], common: common)
      for case .object(let inner) in object.fields.map(\.kind.innermost) where !types.contains(where: { $0 == inner }) {
        types.append(inner)
      }
      objects.append(object)
    }
    return objects
  }
}

/// Makes a value of any type: numbers are 1, lists are empty, optional values are nil, choices are the first one.
private struct Sample: Decoder, SingleValueDecodingContainer {
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func decodeNil() -> Bool { true }
  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    func first<Choice: CaseIterable>(_: Choice.Type) -> Any? { Choice.allCases.first }
    func one<Number: ExpressibleByIntegerLiteral>(_: Number.Type) -> Any { 1 as Number }
    func none<List: ExpressibleByArrayLiteral>(_: List.Type) -> Any { [] as List }
    func none<Table: ExpressibleByDictionaryLiteral>(_: Table.Type) -> Any { [:] as Table }
    let found: Any? =
      switch type {
      case is Bool.Type: true
      case is String.Type: "constant:1"  // Any text, and a k schedule
      case is Int.Type: 1
      case is Double.Type: 1.0
      case is UInt64.Type: UInt64(1)
      case is any Described.Type: nil
      case let type as any CaseIterable.Type: first(type)
      case let type as any ExpressibleByIntegerLiteral.Type: one(type)
      case let type as any ExpressibleByArrayLiteral.Type: none(type)
      case let type as any ExpressibleByDictionaryLiteral.Type: none(type)
      default: nil
      }
    return try found as? Value ?? Value(from: self)
  }
  func singleValueContainer() -> any SingleValueDecodingContainer { self }
  func unkeyedContainer() -> any UnkeyedDecodingContainer { nested() }
  func container<Key>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> { KeyedDecodingContainer(Keys()) }

  private struct Keys<Key: CodingKey>: KeyedDecodingContainerProtocol {
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }
    func contains(_ key: Key) -> Bool { false }
    func decodeNil(forKey key: Key) -> Bool { true }
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value { try Sample().decode(type) }
    func nestedContainer<Inner>(keyedBy: Inner.Type, forKey: Key) -> KeyedDecodingContainer<Inner> { nested() }
    func nestedUnkeyedContainer(forKey: Key) -> any UnkeyedDecodingContainer { nested() }
    func superDecoder() -> any Decoder { nested() }
    func superDecoder(forKey: Key) -> any Decoder { nested() }
  }
}

/// Writes down which keys a value is written with, or what it is written as, by the types of what is written.
private final class Recorder: Encoder, SingleValueEncodingContainer {
  var fields: [(key: String, kind: SchemaKind)] = []
  var value: SchemaKind?
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func encodeNil() {}
  func encode<Value: Encodable>(_: Value) throws { value = try SchemaKind(Value.self) }
  func singleValueContainer() -> any SingleValueEncodingContainer { self }
  func unkeyedContainer() -> any UnkeyedEncodingContainer { nested() }
  func container<Key>(keyedBy: Key.Type) -> KeyedEncodingContainer<Key> { KeyedEncodingContainer(Keys(recorder: self)) }

  private struct Keys<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let recorder: Recorder
    var codingPath: [any CodingKey] { [] }

    private func add(_ key: Key, _ kind: SchemaKind) {
      let key = JSON.key(of: key.stringValue)
      if !recorder.fields.contains(where: { $0.key == key }) { recorder.fields.append((key, kind)) }
    }
    func encodeNil(forKey: Key) { nested() }
    func encode<Value: Encodable>(_: Value, forKey key: Key) throws { add(key, try SchemaKind(Value.self)) }
    func encodeIfPresent<Value: Encodable>(_: Value?, forKey key: Key) throws {
      add(key, .optional(try SchemaKind(Value.self)))
    }
    // Those that the protocol would leave out where there is no value.
    func encodeIfPresent(_: Bool?, forKey key: Key) { add(key, .optional(.boolean)) }
    func encodeIfPresent(_: String?, forKey key: Key) { add(key, .optional(.string)) }
    func encodeIfPresent(_: Int?, forKey key: Key) { add(key, .optional(.integer)) }
    func encodeIfPresent(_: Double?, forKey key: Key) { add(key, .optional(.number)) }
    func nestedContainer<Inner>(keyedBy: Inner.Type, forKey: Key) -> KeyedEncodingContainer<Inner> { nested() }
    func nestedUnkeyedContainer(forKey: Key) -> any UnkeyedEncodingContainer { nested() }
    func superEncoder() -> any Encoder { nested() }
    func superEncoder(forKey: Key) -> any Encoder { nested() }
  }
}

/// No type of the project writes into a key itself.
private func nested() -> Never { preconditionFailure("Schema: nested containers are not looked into") }
