import Foundation

/// The one way in which the project's JSON is written and read: a property's key is its name in snake_case.
///
/// Keys of dictionaries stay as they are, and so does what a safetensors header calls its tensors.
public enum JSON {
  /// The deepest nesting accepted, in open brackets: the project's own files need six.
  ///
  /// The decoder has a limit of its own, 512, beyond which it throws; text that ends right behind the 513th bracket ends
  /// the process.
  static let deepestNesting = 128

  /// The paper's letters, whose capitals and indices the rule does not see.
  private static let letters = [
    "W_r": "w_r", "dW_r": "dw_r", "b_r": "b_r", "db_r": "db_r", "J1u": "j1_u", "J2u": "j2_u",
  ]
  private static let properties = Dictionary(uniqueKeysWithValues: letters.map { ($0.value, $0.key) })
  /// Keys that earlier versions wrote, and what their properties are called now.
  private static let renamed = [
    "by_chance": "chanceBaseline", "course": "history",
    "dialect_information_bits_per_layer": "classInformationBitsPerLayer",
    "first_choice_by_dialect": "firstChoiceByClass", "margin_by_chance": "marginChanceBaseline",
    "variance_seen": "varianceShare",
    "variance_seen_by_chance": "varianceShareChanceBaseline", "recall_bits_by_chance": "recallBitsChanceBaseline",
    "trained_parameters": "trainableParameters",
  ]
  /// The same inside the value of one property.
  private static let renamedInside = ["learningRate": ["course": "shape"]]

  /// What is wrong with a text before it is looked at as JSON.
  struct Problem: Error, Equatable {
    let description: String
  }

  /// The key of a property: `halfWidth95` is written `half_width_95`.
  package static func key(of property: String) -> String {
    if let key = letters[property] { return key }
    var key = ""
    var letters = 0
    for character in property {
      let isNumber = character.isNumber && letters > 1
      if character.isUppercase || isNumber { key += "_" }
      key += character.lowercased()
      letters = character.isLetter ? letters + 1 : 0
    }
    return key
  }

  /// The property of a key; keys of older versions, which are names of properties, stay as they are.
  static func property(of key: String, in object: String = "") -> String {
    if let property = renamedInside[object]?[key] ?? properties[key] ?? renamed[key] { return property }
    let words = key.split(separator: "_", omittingEmptySubsequences: false)
    return words.dropFirst().reduce(String(words[0])) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
  }

  /// Returns a value as JSON with sorted keys; a number that is not finite is an `EncodingError`.
  package static func encode(_ value: some Encodable, isIndented: Bool = false) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if isIndented { encoder.outputFormatting.insert(.prettyPrinted) }
    encoder.keyEncodingStrategy = .custom { path in Key(path[path.count - 1], key(of:)) }
    return try encoder.encode(value)
  }

  /// Reads a value, whoever wrote it: what the toolchain's decoder does not survive is refused before it is asked.
  package static func decode<Value: Decodable>(
    _ type: Value.Type, from data: Data, convertsKeys: Bool = true
  ) throws -> Value {
    try data.withUnsafeBytes { bytes in
      // A zero byte makes the decoder guess at UTF-16 or UTF-32, whose brackets are not counted here.
      guard !bytes.contains(0), String(validating: bytes, as: UTF8.self) != nil else {
        throw Problem(description: "found a text that is not UTF-8, expected JSON")
      }
      guard nesting(of: bytes) <= deepestNesting else {
        throw Problem(description: "found more than \(deepestNesting) brackets inside one another, expected fewer")
      }
    }
    let decoder = JSONDecoder()
    if convertsKeys {
      decoder.keyDecodingStrategy = .custom { path in
        let object = path.dropLast().last?.stringValue ?? ""
        return Key(path[path.count - 1]) { property(of: $0, in: object) }
      }
    }
    // A copy where it is a slice: the decoder gets bytes that begin at index 0.
    return try decoder.decode(type, from: data.startIndex == 0 ? data : Data(data))
  }

  private struct Key: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(_ key: any CodingKey, _ name: (String) -> String) {
      (stringValue, intValue) = (key.intValue == nil ? name(key.stringValue) : key.stringValue, key.intValue)
    }

    init(stringValue: String) { (self.stringValue, intValue) = (stringValue, nil) }
    init?(intValue: Int) { (stringValue, self.intValue) = (String(intValue), intValue) }
  }

  /// Returns the checksum of a value's JSON.
  ///
  /// Keys that are null do not count: one that a later version adds leaves the checksum as it was.
  package static func checksum(of value: some Encodable) throws -> String {
    // A line for each key.
    let lines = String(decoding: try encode(value, isIndented: true), as: UTF8.self).split(separator: "\n")
      .map { $0.hasSuffix(",") ? $0.dropLast() : $0 }
    return XXH64.hash(lines.filter { !$0.hasSuffix(" : null") }.joined(separator: "\n")).hexadecimal
  }

  /// Returns the keys of the outermost object in their order, those that are there twice included; `json` is one that was decoded.
  static func outermostKeys(of json: Data) -> [String] {
    var keys: [String] = []
    var (depth, isKey, isEscaped) = (0, false, false)
    var string: Data.Index?  // where the one begins that is open
    for place in json.indices {
      let byte = json[place]
      if let start = string {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          if isKey, let key = try? decode(String.self, from: json[start...place]) { keys.append(key) }
          (string, isKey) = (nil, false)
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): string = place
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        isKey = depth == 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: ","): isKey = depth == 1
      default: break
      }
    }
    return keys
  }

  /// Returns the largest number of brackets, square or curly, that are open at once outside of strings.
  static func nesting(of bytes: UnsafeRawBufferPointer) -> Int {
    var (open, deepest) = (0, 0)
    var (isInString, isEscaped) = (false, false)
    for byte in bytes {
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        open += 1
        deepest = max(deepest, open)
      case UInt8(ascii: "]"), UInt8(ascii: "}"): open -= 1
      default: break
      }
    }
    return deepest
  }
}

extension [any CodingKey] {
  /// The place in a file that the keys lead to: "training.learning_rate.peak".
  package var place: String {
    map { $0.intValue == nil ? JSON.key(of: $0.stringValue) : $0.stringValue }.joined(separator: ".")
  }
}

extension DecodingError {
  /// The key that is wrong and what is wrong with it.
  var inOneLine: String {
    func at(_ context: Context, _ problem: String) -> String {
      let place = context.codingPath.place
      return place.isEmpty ? problem : "\(place): \(problem)"
    }
    switch self {
    case .keyNotFound(let key, let context): return at(context, "found no key \"\(JSON.key(of: key.stringValue))\"")
    case .typeMismatch(let type, let context): return at(context, "expected a value of type \(type)")
    case .valueNotFound(let type, let context): return at(context, "found null, expected a value of type \(type)")
    case .dataCorrupted(let context):
      // A number that no integer holds is reported without its key.
      let isWhole = context.codingPath.isEmpty
      return at(
        context, isWhole ? "found no valid JSON, or a number that does not fit" : "found a value that is not accepted")
    @unknown default: return "cannot be read as JSON"
    }
  }
}

/// A value that JSON always has a key for: null where there is none, so that a reader need not ask whether the key is there.
///
/// Read back, null and a missing key are the same.
@propertyWrapper
public struct OrNull<Value> {
  /// The value, or nil.
  public var wrappedValue: Value?

  /// Creates a value that may be missing.
  public init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }
}

extension OrNull: Encodable where Value: Encodable {
  /// Writes the value, or null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(wrappedValue)
  }
}

extension OrNull: Decodable where Value: Decodable {
  /// Reads the value, or null.
  public init(from decoder: any Decoder) throws {
    wrappedValue = try decoder.singleValueContainer().decode(Value?.self)
  }
}

extension OrNull: Equatable where Value: Equatable {}
extension OrNull: Hashable where Value: Hashable {}
extension OrNull: Sendable where Value: Sendable {}

extension KeyedDecodingContainer {
  /// Reads a value whose key may be missing: what synthesised conformances call for a property that is ``OrNull``.
  public func decode<Value: Decodable>(_ type: OrNull<Value>.Type, forKey key: Key) throws -> OrNull<Value> {
    OrNull(wrappedValue: try decodeIfPresent(Value.self, forKey: key))
  }
}
