import Foundation
import RunFiles

@testable import Command

/// What in a value is not as the schema says: a line for each fault, with its path.
///
/// - Parameter isStamped: Whether it says version and date, as every object on standard output and every results.json.
func schemaFaults(in value: Any, as name: String, isStamped: Bool = false) -> [String] {
  guard let object = Schema.all.first(where: { $0.name == name }) else { return ["no object is called \(name)"] }
  return faults(value, .object(object.type), "", also: isStamped ? ["program_version", "date"] : [])
}

private func faults(_ value: Any, _ kind: SchemaKind, _ path: String, also stamp: [String] = []) -> [String] {
  func unless(_ condition: Bool) -> [String] { condition ? [] : ["\(path): expected \(kind.name), found \(value)"] }
  let number = value as? NSNumber
  /// JSON's true and false, which Foundation reads as numbers.
  let isBoolean = number.map { String(cString: $0.objCType) == "c" || $0 === NSNumber(true) || $0 === NSNumber(false) }
  switch kind {
  case .string: return unless(value is String)
  case .boolean: return unless(isBoolean ?? false)
  case .choice(let cases): return unless((value as? String).map(cases.contains) ?? false)
  case .either(let one, let other): return unless(faults(value, one, path) == [] || faults(value, other, path) == [])
  case .number, .integer:
    guard let number, isBoolean == false else { return unless(false) }
    if case .number = kind { return [] }
    return unless(number.doubleValue == number.doubleValue.rounded())
  case .orNull(let inner): return value is NSNull ? [] : faults(value, inner, path)
  case .optional(let inner): return faults(value, inner, path)
  case .table(let keys, let kind):
    guard let object = value as? [String: Any], Set(object.keys) == Set(keys) else { return unless(false) }
    return keys.flatMap { faults(object[$0] as Any, kind, "\(path).\($0)") }
  case .list(let element):
    guard let list = value as? [Any] else { return unless(false) }
    return list.flatMap { faults($0, element, path + "[]") }
  case .object(let type):
    guard let object = value as? [String: Any], let schema = Schema.all.first(where: { $0.type == type }) else {
      return unless(false)
    }
    let unknown = Set(object.keys).subtracting(schema.fields.map(\.key) + stamp).sorted()
    return unknown.map { "\(path).\($0): not in the schema" }
      + stamp.filter { !(object[$0] is String) }.map { "\(path).\($0): missing" }
      + schema.fields.flatMap { field -> [String] in
        guard let value = object[field.key] else {
          if case .optional = field.kind { return [] }
          return ["\(path).\(field.key): missing"]
        }
        return faults(value, field.kind, "\(path).\(field.key)")
      }
  }
}
