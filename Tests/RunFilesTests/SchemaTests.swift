import Testing

@testable import RunFiles

@Suite("What JSON looks like, derived from types")
struct SchemaTests {
  enum Colour: String, CaseIterable, Codable, CodingKeyRepresentable { case red, green }

  struct Inner: Codable, Described {
    static let words = "inner: what stands inside"
    let k: Int
  }

  struct Outer: Codable, Described {
    static let words = """
      outer: a property of every kind
      minimum, limit: of some: and not others
      gone: was a property
      """
    let isOn: Bool
    let halfWidth95: Float
    let rows: [[Inner]]
    let bits: [Double?]
    let colour: Colour
    let shares: [Colour: Double]
    var inner: Inner?
    var flag: Bool?
    var limit: Int?
    var minimum: Double?
    var text: String?
    @OrNull var names: [String]?
    @OrNull var other: Colour?
  }

  @Test("Keys, what they hold, and what is said of them: by the type, by its words, by the words of all types")
  func object() throws {
    let common = SchemaObject.meanings(of: "k, flag: of all types\nhalf_width_95, bits, names, minimum: common\ntext")
    let objects = try SchemaObject.all([Outer.self], common: common)
    #expect(objects.map(\.name) == ["outer", "inner"])
    #expect(objects.map(\.meaning) == ["a property of every kind", "what stands inside"])
    #expect(
      objects.map { $0.fields.map { "\($0.key): \($0.kind.name): \($0.meaning)" } } == [
        [
          "is_on: boolean: ", "half_width_95: number: common", "rows: list of list of inner: ",
          "bits: list of number or null: common", #"colour: one of "red", "green": "#,
          "shares: number for each of red, green: ", "inner: inner, may be missing: ",
          "flag: boolean, may be missing: of all types", "limit: integer, may be missing: of some: and not others",
          "minimum: number, may be missing: of some: and not others", "text: string, may be missing: ",
          "names: list of string or null: common", #"other: one of "red", "green" or null: "#,
        ], ["k: integer: of all types"],
      ])
    #expect(objects.map(\.faults) == [["gone: not written", "is_on: not described"], []])
  }

  @Test("A type that is kept inside another and describes nothing is refused")
  func notDescribed() {
    struct Bare: Codable { let k: Int }
    struct Holder: Codable, Described {
      static let words = "holder: of something"
      let bare: [Bare]
    }
    #expect(throws: EncodingError.self) { try SchemaObject(Holder.self, common: [:]) }
  }
}
