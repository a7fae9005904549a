import Foundation
import Testing

/// A value of JSON, walked by keys and places; what is missing on the way is an issue, never a pass.
struct JSONValue {
  let value: Any

  init(_ value: Any) { self.value = value }

  init(_ text: String) throws {
    value = try JSONSerialization.jsonObject(with: Data(text.utf8))
  }

  subscript(key: String) -> JSONValue {
    if let value = (value as? [String: Any])?[key] { return JSONValue(value) }
    Issue.record("found no key \(key)")
    return JSONValue(NSNull())
  }

  subscript(index: Int) -> JSONValue {
    let list = list
    if list.indices.contains(index) { return list[index] }
    Issue.record("found \(list.count) values, expected one at \(index)")
    return JSONValue(NSNull())
  }

  /// The values of a list, at least one.
  var list: [JSONValue] {
    let list = value as? [Any] ?? []
    if list.isEmpty { Issue.record("found \(value), expected a list that is not empty") }
    return list.map { JSONValue($0) }
  }

  var keys: Set<String> { Set((value as? [String: Any] ?? [:]).keys) }
  var isNull: Bool { value is NSNull }
  var int: Int? { value as? Int }
  var double: Double? { value as? Double }
  var string: String? { value as? String }
  var bool: Bool? { value as? Bool }

  func ints(_ key: String) -> [Int?] { list.map { $0[key].int } }
  func doubles(_ key: String) -> [Double?] { list.map { $0[key].double } }
  func strings(_ key: String) -> [String?] { list.map { $0[key].string } }
}
