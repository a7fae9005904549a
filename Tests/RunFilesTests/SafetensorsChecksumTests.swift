import Foundation
import TestSupport
import Testing

@testable import RunFiles

@Suite("The checksum of safetensors")
struct SafetensorsChecksumTests {
  typealias Sample = SafetensorsFileTests

  private func joined(_ file: SafetensorsFile) -> Data { file.encoded().reduce(Data(), +) }

  @Test("XXH64 gives the values of its reference implementation")
  func reference() {
    for (text, seed, expected) in [
      ("", 0, 0xEF46_DB37_51D8_E999), ("a", 0, 0xD24E_C4F1_A98C_6E5B), ("abc", 0, 0x44BC_2CF5_AD77_0999),
      ("Nobody inspects the spammish repetition", 0, 0xFBCE_A83C_8A37_8BF1),
      ("!)?c;", 0, 0xE904_55B8_4A07_C2F2),
      ("!)?c;!oq", 0x9E37_79B1_85EB_CA87, 0x9AF2_0D06_E4F4_6B58),
      ("!)?c;!oq'EqQ", 0x9E37_79B1_85EB_CA87, 0x20D1_E005_FD1E_F832),
      ("!)?c;!oq'EqQ?;E])]E;?QqE'qo!;c?", 0, 0x2525_884E_4812_B758),
      ("!)?c;!oq'EqQ?;E])]E;?QqE'qo!;c?)", 0x9E37_79B1_85EB_CA87, 0x30B6_55CD_3FE4_3BE2),
      ("!)?c;!oq'EqQ?;E])]E;?QqE'qo!;c?)!", 0, 0x69F8_45CD_F78F_F10D),
      ("!)?c;!oq'EqQ?;E])]E;?QqE'qo!;c?)!';]3qccq3];'!)?c;!oq'EqQ?;E])]", 0, 0xBFBE_4507_39F8_1414),
      (
        "!)?c;!oq'EqQ?;E])]E;?QqE'qo!;c?)!';]3qccq3];'!)?c;!oq'EqQ?;E])]E", 0x9E37_79B1_85EB_CA87, 0xB425_633E_8973_6DC1
      ),
    ] as [(String, UInt64, UInt64)] {
      #expect(XXH64.hash(text, seed: seed) == expected, "\(text)")
    }
  }

  @Test("A file's checksum is what another program computes from the description in NOTES")
  func sample() throws {
    #expect(Sample.sample().checksum == "fa5b0a691b84f0f4")
    let bytes = joined(Sample.sample())
    #expect(String(decoding: bytes, as: UTF8.self).contains("\"xxh64\":\"fa5b0a691b84f0f4\""))
    let read = try SafetensorsFile(bytes, path: "m")
    #expect(read.metadata == Sample.sample().metadata, "the checksum is no remark")
    #expect(read.checksum == "fa5b0a691b84f0f4")
  }

  @Test(
    "Every bit flipped is noticed in a file that names its configuration; in others all but those of the checksum's key",
    arguments: [true, false])
  func bitFlips(namesConfiguration: Bool) {
    let sound = [UInt8](joined(Sample.sample(namesConfiguration ? ["configuration": "0123456789abcdef"] : [:])))
    let start = 8 + Int(sound[0]) + Int(sound[1]) << 8
    let expected = try? SafetensorsFile(Data(sound), path: "m")
    var (flips, survivors) = (0, Set<Int>())
    for place in sound.indices {
      for bit in 0..<8 {
        var bytes = sound
        bytes[place] ^= UInt8(1 << bit)
        flips += 1
        guard let read = try? SafetensorsFile(Data(bytes), path: "m") else { continue }
        // Another file must not be taken for this one. A flip in the key "xxh64" makes a remark of it.
        #expect(read.entries == expected?.entries, "bit \(bit) of byte \(place)")
        survivors.insert(place)
      }
    }
    #expect(flips == 8 * sound.count)
    #expect(survivors.allSatisfy { $0 < start })
    let key = Data(sound).range(of: Data("xxh64".utf8))
    #expect(survivors.allSatisfy { key?.contains($0) == true }, "\(survivors.sorted())")
    #expect(survivors.isEmpty == namesConfiguration)
  }

  @Test("A file that names its configuration is not read without its checksum")
  func left() {
    let header = Sample.header.replacing("\"format\"", with: "\"configuration\"")
    let error = #expect(throws: FileError.self) {
      try SafetensorsFile(Sample.file(header, data: Sample.values), path: "m")
    }
    #expect(error?.kind == .damaged && error?.problem.hasPrefix("found no xxh64 in its metadata") == true)
  }

  @Test("The checksum of the arrays is the same whatever is remarked about them")
  func arrays() {
    #expect(Sample.sample().arraysChecksum == Sample.sample(["step": "3"]).arraysChecksum)
    var other = Sample.sample()
    other.append("one more", shape: [1], [Float(0)])
    #expect(other.arraysChecksum != Sample.sample().arraysChecksum)
  }

  @Test("Files without a checksum, those of earlier versions and of other programs, are read")
  func old() throws {
    let file = try SafetensorsFile(Sample.file(Sample.header, data: Sample.values), path: "m")
    #expect(file.metadata == ["format": "pt"] && file.entries.count == 2)
  }

  @Test("The checksum depends neither on the order of arrays nor on the spelling of the header")
  func order() throws {
    let ours = try SafetensorsFile(Sample.file(Sample.header, data: Sample.values), path: "m").checksum
    let other =
      #"{ "b": {"data_offsets":[0,8],"shape":[1,1],"dtype":"I64"}, "#
      + #""\u0061":{"dtype":"F32","shape":[2],"data_offsets":[8,16]},"#
      + #""__metadata__":{"xxh64":"\#(ours)","format":"pt"}}"#
    let data = Array(Sample.values[8...]) + Array(Sample.values[..<8])
    #expect(try SafetensorsFile(Sample.file(other, data: data), path: "m").checksum == ours)
    let lie = other.replacing(ours, with: "0123456789abcdef")
    let problem =
      "found contents whose checksum is \(ours), expected 0123456789abcdef: the file is damaged, or another program "
      + "changed it and kept the old xxh64"
    #expect(throws: FileError(.damaged, "m", problem)) { try SafetensorsFile(Sample.file(lie, data: data), path: "m") }
  }

  @Test("Name, type, shape, bytes and remarks all count")
  func everything() {
    func checksum(_ name: String, _ shape: [Int], _ values: [Float], _ metadata: [String: String] = [:]) -> String {
      var file = SafetensorsFile(metadata: metadata)
      file.append(name, shape: shape, values)
      return file.checksum
    }
    var wide = SafetensorsFile()
    wide.append("a", shape: [1], [0.0])
    let sums = [
      checksum("a", [2], [1, 2]), checksum("b", [2], [1, 2]), checksum("a", [1, 2], [1, 2]),
      checksum("a", [2], [2, 1]),
      checksum("a", [2], [1, 2], ["step": "1"]), checksum("a", [2], [1, 2], ["step": "2"]),
      checksum("a", [2], [1, 2], ["steps": "1"]), checksum("a", [2], [0, 0]), wide.checksum,
    ]
    #expect(Set(sums).count == sums.count)
  }
}
