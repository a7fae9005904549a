/// A value that JSON always has a key for: null where there is none, so that a reader need not ask whether the key is there.
///
/// Read back, null and a missing key are the same.
@propertyWrapper
public struct OrNull<Value> {
  /// The value, or nil.
  public var wrappedValue: Value?

  /// Creates a value that may be missing.
  ///
  /// - Parameter wrappedValue: The value, or nil.
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
  ///
  /// - Parameters:
  ///   - type: The wrapper's type.
  ///   - key: The key.
  /// - Returns: The value, or nil.
  /// - Throws: What the decoder throws for a value of another type.
  public func decode<Value: Decodable>(_ type: OrNull<Value>.Type, forKey key: Key) throws -> OrNull<Value> {
    OrNull(wrappedValue: try decodeIfPresent(Value.self, forKey: key))
  }
}
