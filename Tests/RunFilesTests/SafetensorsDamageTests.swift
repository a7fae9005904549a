import Foundation
import Tensors
import TestSupport
import Testing

@testable import RunFiles

@Suite("Damaged safetensors")
struct SafetensorsDamageTests {
  private let directory = TemporaryDirectory()

  typealias Sample = SafetensorsFileTests

  static let noObject = "found a header that is no JSON object, expected one description for every tensor"
  static let noBrace = "found a header that does not begin with { or is not UTF-8, expected a JSON object"

  private static let headers: [(header: String, problem: String)] = [
    ("", noBrace), ("[]", noBrace), (" {}", noBrace), ("null", noBrace), ("{", noObject), ("{}}", noObject),
    ("{\"a\":", noObject), ("{'a':1}", noObject), ("{\"a\":{}", noObject), ("{\u{0}}", noObject),
    (String(repeating: "{\"a\":", count: 10_000), noObject),
    ("{\"a\":1}", "tensor \"a\": found no object, expected dtype, shape and data_offsets"),
    ("{\"a\\nb\":[]}", "tensor \"a\\nb\": found no object, expected dtype, shape and data_offsets"),
    ("{\"a\":{}}", "tensor \"a\": found no usable dtype, expected a text"),
    ("{\"__metadata__\":{\"x\":1}}", "found a __metadata__ that is no object of texts"),
    ("{\"__metadata__\":[]}", "found a __metadata__ that is no object of texts"),
    ("{}", "found 4 bytes after the last tensor, expected none"),
    (
      "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]},"
        + "\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,4]}}",
      "tensor \"b\": begins at byte 2, inside another tensor that ends at 3"
    ),
  ]

  /// Type, shape and offsets of one tensor "a", and what is said of it.
  private static let tensors: [(type: String, shape: String, offsets: String, problem: String)] =
    ["1", "[1.5]", "[\"1\"]", "[true]", "[99999999999999999999]", "[1e300]"].map {
      ("\"F32\"", $0, "[0,4]", "found no usable shape, expected a list of 64-bit integers")
    }
    + ["[0]", "[4,0]", "[-4,0]"].map {
      let shown = $0.replacing(",", with: ", ")
      return ("\"F32\"", "[1]", $0, "found data_offsets \(shown), expected two numbers, begin ≤ end, from 0")
    }
    + ["{}", "[0,18446744073709551615]"].map {
      ("\"F32\"", "[1]", $0, "found no usable data_offsets, expected a list of two 64-bit integers")
    }
    + ["[4611686018427387904]", "[4294967296,4294967296]"].map {
      ("\"F32\"", $0, "[0,4]", "found the shape \($0.replacing(",", with: ", ")), which is larger than any file")
    } + [
      ("1", "[1]", "[0,4]", "found no usable dtype, expected a text"),
      (
        "\"F33\"", "[1]", "[0,4]",
        "found the unknown dtype \"F33\", expected one of BOOL, U8, I8, F8_E4M3, F8_E5M2, I16, U16, F16, "
          + "BF16, I32, U32, F32, I64, U64, F64"
      ),
      ("\"F32\"", "[-1]", "[0,4]", "found the shape [-1], expected no negative length"),
      ("\"F32\"", "[2]", "[0,4]", "found 4 bytes, expected 8 for F32 of shape [2]"),
      ("\"F64\"", "[]", "[0,4]", "found 4 bytes, expected 8 for F64 of shape []"),
      ("\"F32\"", "[2]", "[0,8]", "ends at byte 8 of the data, which has 4: the file is cut short or damaged"),
      (
        "\"F32\"", "[0]", "[9223372036854775807,9223372036854775807]",
        "ends at byte 9223372036854775807 of the data, which has 4: the file is cut short or damaged"
      ),
      ("\"U8\"", "[2]", "[2,4]", "begins at byte 2, expected 0: a hole in the data"),
    ]

  @Test(
    "A header that breaks the format is refused, each in its own words",
    arguments: headers
      + tensors.map {
        ("{\"a\":{\"dtype\":\($0),\"shape\":\($1),\"data_offsets\":\($2)}}", "tensor \"a\": \($3)")
      } + [
        (
          #"{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}"#,
          "found 1 bytes after the last tensor, expected none"
        )
      ])
  func brokenHeader(header: String, problem: String) {
    #expect(throws: FileError(.damaged, "m", problem)) {
      try SafetensorsFile(Sample.file(header, data: [0, 0, 0, 0]), path: "m")
    }
  }

  @Test("A header length that cannot be is refused")
  func headerLength() {
    func problem(_ data: Data) -> String {
      do { _ = try SafetensorsFile(data, path: "m") } catch { return error.problem }
      return "accepted"
    }
    let short = "expected a header length of 8 bytes and a header"
    #expect(problem(Data()) == "found 0 bytes, \(short)")
    #expect(problem(Data([1, 2, 3])) == "found 3 bytes, \(short)")
    #expect(
      problem(Sample.file("{}", data: [], length: 3))
        == "found a header length of 3 bytes, expected at most the 2 that follow")
    #expect(
      problem(Sample.file("{}", data: [], length: .max))
        == "found a header length of 18446744073709551615 bytes, expected at most 100000000")
    #expect(problem(Sample.file("{}", data: [], length: 100_000_001)).hasSuffix("expected at most 100000000"))
    #expect(problem(Sample.file("{\"\u{FF}", data: [], length: 3)) == Self.noBrace)
    #expect(problem(Data([2, 0, 0, 0, 0, 0, 0, 0]) + Data("{}".utf8)) == "accepted")
  }

  @Test("A path that leads to no safetensors file is refused in words")
  func paths() throws {
    func error(_ path: String) -> FileError? {
      do { _ = try SafetensorsFile(contentsOf: path) } catch { return error }
      return nil
    }
    let absent = directory.file("none")
    #expect(error(absent) == FileError(.missing, absent, "found no such file"))
    #expect(error(absent)?.description == "\(absent): found no such file")
    let folder = directory.path
    #expect(error(folder) == FileError(.missing, folder, "found a directory, expected a safetensors file"))
    #expect(error("/dev/null")?.problem == "found a device or pipe, expected a safetensors file")
    let file = try directory.write(Data([1, 2]), to: "short")
    #expect(error(file)?.problem == "found 2 bytes, expected a header length of 8 bytes and a header")
    #expect(error(file + "/x") == FileError(.missing, file + "/x", "cannot be opened: Not a directory"))
    #expect(error("")?.kind == .missing)
    #expect(error("a\u{0}b")?.kind == .missing)
  }

  @Test("Every file cut short is refused")
  func truncation() throws {
    let sound = Sample.sample().encoded().reduce(Data(), +)
    _ = try SafetensorsFile(sound, path: "m")
    for count in 0..<sound.count {
      #expect(throws: FileError.self) { try SafetensorsFile(sound.prefix(count), path: "m") }
    }
  }
}
