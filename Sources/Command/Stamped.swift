import Foundation

/// A JSON object with what made it, and when.
struct Stamped<Value: Encodable>: Encodable {
  let value: Value

  private enum CodingKeys: CodingKey { case date, programVersion }

  init(_ value: Value) { self.value = value }

  func encode(to encoder: any Encoder) throws {
    try value.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Program.currentVersion, forKey: .programVersion)
    try container.encode(Date.now.formatted(.iso8601), forKey: .date)
  }
}
