import Foundation
import TestSupport
import Testing

@testable import RunFiles

@Suite("JSON")
struct JSONTests {
  @Test(
    "A property's key is its name in snake_case, and the key leads back to the property",
    arguments: [
      ("k", "k"), ("bestK", "best_k"), ("halfWidth95", "half_width_95"),
      ("entropyNatsPerLayer", "entropy_nats_per_layer"),
      ("isJudged", "is_judged"), ("peakGflopsAllThreads", "peak_gflops_all_threads"), ("h1", "h1"),
      ("earlyMb", "early_mb"),
      ("W_r", "w_r"), ("b_r", "b_r"), ("dW_r", "dw_r"), ("db_r", "db_r"), ("J1u", "j1_u"), ("J2u", "j2_u"),
    ])
  func keys(property: String, key: String) {
    #expect(JSON.key(of: property) == key && JSON.property(of: key) == property)
    if !property.contains("_") { #expect(JSON.property(of: property) == property, "as older versions wrote it") }
  }

  @Test("Keys of dictionaries are not names of properties: they stay")
  func dictionaries() throws {
    struct Counts: Codable, Equatable { var byName = ["aB_c": 1, "dE": 2] }
    let text = #"{"by_name":{"aB_c":1,"dE":2}}"#
    #expect(String(decoding: try JSON.encode(Counts()), as: UTF8.self) == text)
    #expect(try JSON.decode(Counts.self, from: Data(text.utf8)) == Counts())
  }

  @Test("The checksum of a value depends on its keys and values, and not on keys that are null")
  func checksum() throws {
    struct Early: Encodable {
      var a = 1
      var b = ["x : null", "y"]
    }
    struct Late: Encodable {
      var a = 1
      var b = ["x : null", "y"]
      @OrNull var c: Int?
    }
    let early = try JSON.checksum(of: Early())
    #expect(try JSON.checksum(of: Late()) == early)
    #expect(try JSON.checksum(of: Late(c: 1)) != early)
    #expect(try JSON.checksum(of: Early(a: 2)) != early)
    #expect(try JSON.checksum(of: Early(b: ["y"])) != early)
  }

  private func problem(_ bytes: [UInt8]) -> String {
    do {
      _ = try JSON.decode(AnyJSON.self, from: Data(bytes))
      return "accepted"
    } catch {
      return (error as? JSON.Problem)?.description ?? "refused by the decoder"
    }
  }

  @Test("Brackets inside one another are counted before the decoder sees them: at 513 it would end the process")
  func nesting() {
    let tooDeep = "found more than 128 brackets inside one another, expected fewer"
    for open in ["[", "{\"a\":"] {
      for count in [129, 511, 512, 513, 514, 100_000] {
        #expect(problem(Array(String(repeating: open, count: count).utf8)) == tooDeep, "\(count) \(open)")
      }
      #expect(problem(Array(String(repeating: open, count: 128).utf8)) == "refused by the decoder")
    }
    func nested(_ count: Int) -> [UInt8] {
      Array((String(repeating: "[", count: count) + String(repeating: "]", count: count)).utf8)
    }
    #expect(problem(nested(128)) == "accepted")
    #expect(problem(nested(129)) == tooDeep)
    #expect(problem(Array("[\(String(repeating: "[],", count: 1000))[]]".utf8)) == "accepted", "side by side")
  }

  @Test("Brackets in strings do not count, escaped quotation marks do not end a string")
  func strings() {
    let brackets = String(repeating: "[{", count: 300)
    #expect(problem(Array("[\"\(brackets)\"]".utf8)) == "accepted")
    #expect(problem(Array("[\"\\\"\(brackets)\\\\\"]".utf8)) == "accepted")
    #expect(problem(Array("[\"\\\\\", \(brackets)".utf8)).hasPrefix("found more than"))
  }

  @Test("Only UTF-8 is read: brackets of other encodings could not be counted")
  func encodings() {
    let expected = "found a text that is not UTF-8, expected JSON"
    #expect(problem([0x5B, 0xFF, 0x5D]) == expected)
    #expect(problem([0x5B, 0xC0, 0x80, 0x5D]) == expected)
    #expect(problem(Array("[1]".utf8).flatMap { [$0, 0] }) == expected)
    #expect(problem([0xFF, 0xFE] + Array("[1]".utf8).flatMap { [$0, 0] }) == expected)
    #expect(problem([0x5B, 0, 0x5D]) == expected)
  }

  @Test("A slice is read like a whole")
  func slices() throws {
    let data = Data("xx[1,2]yy".utf8)
    #expect(try JSON.decode([Int].self, from: data[2..<7]) == [1, 2])
  }
}

/// Any JSON at all.
struct AnyJSON: Decodable {
  init(from decoder: any Decoder) throws {
    if let values = try? decoder.singleValueContainer().decode([AnyJSON].self) {
      _ = values
    } else if let values = try? decoder.singleValueContainer().decode([String: AnyJSON].self) {
      _ = values
    } else {
      let value = try decoder.singleValueContainer()
      _ = (try? value.decode(Int.self), try? value.decode(Double.self), try? value.decode(String.self))
    }
  }
}

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
