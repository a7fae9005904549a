import Foundation
import TestSupport
import Testing

@testable import RunFiles

@Suite("Safetensors")
struct SafetensorsFileTests {
  private let directory = TemporaryDirectory()

  static let header =
    #"{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
    + #""b":{"dtype":"I64","shape":[1,1],"data_offsets":[8,16]}}"#

  /// A file as another program would write it: length, header, data.
  static func file(_ header: String, data: [UInt8], length: UInt64? = nil) -> Data {
    let count = length ?? UInt64(header.utf8.count)
    return Data((0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }) + Data(header.utf8) + Data(data)
  }

  static let values: [UInt8] = [0, 0, 0x80, 0x3F, 0, 0, 0x20, 0xC0] + [0xFE] + [UInt8](repeating: 0xFF, count: 7)

  static func sample(_ remarks: [String: String] = [:]) -> SafetensorsFile {
    var file = SafetensorsFile(metadata: remarks.merging(["format": "pt", "quote": "\"\\\n\u{1}é"]) { $1 })
    file.append("weights", shape: [2, 3], [1, -2.5, .pi, 0, .leastNonzeroMagnitude, .infinity] as [Float])
    file.append("precise", shape: [2], [1.0 / 3, -1e300])
    file.append("counts", shape: [3], integers: [0, -1, .max])
    file.append("empty", shape: [0, 4], [Float]())
    file.append("scalar \"x\"/é", shape: [], [Float(7)])
    return file
  }

  @Test("A file written byte by byte is read")
  func literal() throws {
    let file = try SafetensorsFile(SafetensorsFileTests.file(Self.header, data: Self.values), path: "x")
    #expect(file.entries.map(\.name) == ["a", "b"])
    #expect(file.metadata == ["format": "pt"])
    #expect(file.entry(named: "b")?.shape == [1, 1])
    #expect(try file.scalars(of: "a", as: Float.self) == [1, -2.5])
    #expect(try file.scalars(of: "a", as: Double.self) == [1, -2.5])
    #expect(try file.integers(of: "b") == [-2])
  }

  @Test("Halves of both kinds are converted: their values are exact")
  func halves() throws {
    func read(_ dtype: String, _ patterns: [UInt16]) throws -> [Float] {
      let header =
        #"{"h":{"dtype":"\#(dtype)","shape":[\#(patterns.count)],"data_offsets":[0,\#(2 * patterns.count)]}}"#
      let data = patterns.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
      return try SafetensorsFile(Self.file(header, data: data), path: "x").scalars(of: "h", as: Float.self)
    }
    // 1, −2.5, the largest, the smallest normal and subnormal numbers, zeros, infinity.
    let halves: [UInt16] = [0x3C00, 0xC100, 0x7BFF, 0x0400, 0x0001, 0x83FF, 0, 0x8000, 0x7C00]
    let values: [Float] = [1, -2.5, 65504, 0x1p-14, 0x1p-24, -1023 * 0x1p-24, 0, -0.0, .infinity]
    #expect(try read("F16", halves).map(\.bitPattern) == values.map(\.bitPattern))
    #expect(try read("F16", [0x7E00])[0].isNaN)
    #if !(os(macOS) && arch(x86_64))
      let all = (UInt16.min ... .max).filter { !Float16(bitPattern: $0).isNaN }
      #expect(try read("F16", all).map(\.bitPattern) == all.map { Float(Float16(bitPattern: $0)).bitPattern })
    #endif
    #expect(try read("BF16", [0x3F80, 0xC020, 0x7F7F, 0x8000]) == [1, -2.5, Float(bitPattern: 0x7F7F_0000), 0])
  }

  @Test("A tensor that is named twice is refused, however its name is spelt and wherever its data lie")
  func twice() {
    for (spelling, offsets) in [("a", "0,8"), (#"\u0061"#, "0,8"), ("a", "8,16")] {
      let header =
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"\#(spelling)":"#
        + #"{"dtype":"F32","shape":[2],"data_offsets":[\#(offsets)]}}"#
      let data = Array(Self.values[..<(offsets == "0,8" ? 8 : 16)])
      #expect(throws: FileError(.damaged, "x", "tensor \"a\": found twice, expected every name once")) {
        try SafetensorsFile(Self.file(header, data: data), path: "x")
      }
    }
  }

  @Test("What is written is read back, bit for bit, and equal contents give equal bytes")
  func roundTrip() throws {
    let sample = Self.sample()
    try sample.write(to: directory.file("model.safetensors"))
    let read = try SafetensorsFile(contentsOf: directory.file("model.safetensors"))
    #expect(read.metadata == sample.metadata)
    #expect(Set(read.entries.map(\.name)) == Set(sample.entries.map(\.name)))
    for entry in sample.entries { #expect(read.entry(named: entry.name) == entry) }
    #expect(try read.scalars(of: "precise", as: Double.self) == [1.0 / 3, -1e300])
    let narrowed = try read.scalars(of: "precise", as: Float.self)
    #expect(narrowed == [1.0 / 3, -.infinity])
    #expect(try read.integers(of: "counts") == [0, -1, .max])
    #expect(try read.scalars(of: "empty", as: Float.self).isEmpty)
    #expect(try read.scalars(of: "scalar \"x\"/é", as: Float.self) == [7])
    #expect(directory.names == ["model.safetensors"])
    try read.write(to: directory.file("model.safetensors"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: directory.file("model.safetensors"))) == joined(sample))
  }

  @Test("Data begin at a multiple of 8 and every scalar is aligned to its size")
  func alignment() throws {
    for length in 1...9 {
      var file = SafetensorsFile()
      file.append(String(repeating: "n", count: length), shape: [1], [Float(1)])
      file.append("wide", shape: [1], [2.0])
      let bytes = joined(file)
      #expect(bytes[0] % 8 == 0)
      #expect(try SafetensorsFile(bytes, path: "x").entries.map(\.name).first == "wide")
    }
    let empty = #"{"__metadata__":{"xxh64":"0000000000000000"}}"#
    #expect(joined(SafetensorsFile()) == Self.file(empty + "   ", data: []))
  }

  @Test("Unaligned scalars are read")
  func unaligned() throws {
    let header =
      #"{"u":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"d":{"dtype":"F64","shape":[1],"data_offsets":[1,9]}}"#
    let file = try SafetensorsFile(Self.file(header, data: [9, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F]), path: "x")
    #expect(try file.scalars(of: "d", as: Double.self) == [1.5])
    #expect(try file.scalars(of: "d", as: Float.self) == [1.5])
    #expect(throws: FileError(.unexpected, "x", "tensor \"u\": found U8, expected F64, F32, F16 or BF16")) {
      try file.scalars(of: "u", as: Float.self)
    }
  }

  @Test("A sound file without what is asked for is refused by name")
  func unexpected() throws {
    let file = try SafetensorsFile(Self.file(Self.header, data: Self.values), path: "m.safetensors")
    func problem(_ body: () throws -> Void) -> String {
      do { try body() } catch { return "\(error)" }
      return "accepted"
    }
    #expect(problem { _ = try file.scalars(of: "c", as: Float.self) } == "m.safetensors: found no tensor \"c\"")
    #expect(
      problem { _ = try file.scalars(of: "b", as: Float.self) }
        == "m.safetensors: tensor \"b\": found I64, expected F64, F32, F16 or BF16")
    #expect(
      problem { _ = try file.integers(of: "a") } == "m.safetensors: tensor \"a\": found F32, expected I32 or I64")
    #expect(problem { try file.expect([("a", [2]), ("b", [1, 1])]) } == "accepted")
    #expect(
      problem { try file.expect([("a", [3]), ("b", [1, 1])]) }
        == "m.safetensors: tensor \"a\": found shape [2], expected [3]")
    #expect(problem { try file.expect([("a", [2])]) } == "m.safetensors: tensor \"b\" is not part of the model")
    #expect(problem { try file.expect([("z", [2])]) } == "m.safetensors: found no tensor \"z\"")
  }

  private func joined(_ file: SafetensorsFile) -> Data { file.encoded().reduce(Data(), +) }
}
