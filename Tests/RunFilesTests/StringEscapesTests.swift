import Foundation
import Testing

@testable import RunFiles

@Suite("Text in JSON and in messages")
struct StringEscapesTests {
  @Test("Every ASCII character in a JSON literal is read back as itself", arguments: UInt8(0)..<128)
  func readBack(_ value: UInt8) throws {
    let text = "a\(Character(Unicode.Scalar(value)))é"
    let read = try JSONSerialization.jsonObject(with: Data(text.inJSON.utf8), options: .fragmentsAllowed) as? String
    #expect(read.map { Array($0.utf8) } == Array(text.utf8))
    #expect(text.onOneLine.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
  }

  @Test("A control character without a letter of its own has four hexadecimal digits; messages keep quotation marks")
  func digits() {
    let text = "\u{0}\u{10}\u{1F}\u{7F}\n\r\t\"\\"
    #expect(text.onOneLine == "\\u0000\\u0010\\u001f\\u007f\\n\\r\\t\"\\")
    #expect(text.inJSON == "\"\\u0000\\u0010\\u001f\\u007f\\n\\r\\t\\\"\\\\\"")
  }
}
