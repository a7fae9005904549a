import Foundation
import RunFiles
import TestSupport
import Testing

@testable import Corpora

@Suite("What a file is by its first bytes")
struct FileFormatTests {
  @Test(
    "Files as programs write them are recognised",
    arguments: [
      ("1F8B0808", "gzip"), ("425A6839314159265359", "bzip2"), ("FD377A585A0000", "xz"), ("28B52FFD04", "Zstandard"),
      ("04224D18", "LZ4"), ("504B030414", "zip"), ("377ABCAF271C0004", "7z"), ("526172211A0701", "RAR"),
      ("1F9D90", "compress"), ("89504E470D0A1A0A", "PNG"), ("FFD8FFE0", "JPEG"), ("474946383961010001", "GIF"),
      ("255044462D312E37", "PDF"), ("50415231150415", "Parquet"), ("4152524F57310000", "Arrow"),
      ("894844460D0A1A0A", "HDF5"), ("934E554D505901", "NumPy"), ("4747554603000000", "GGUF"),
      ("53514C69746520666F726D6174203300", "SQLite"), ("7F454C4602", "program"), ("FFFE6100", "UTF-16"),
      ("FEFF0061", "UTF-16"),
    ])
  func known(hexadecimal: String, name: String) throws {
    let digits = Array(hexadecimal)
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    let found = try #require(FileFormat(of: bytes + Array("and more".utf8)))
    #expect(found.name.contains(name))
    let packed = ["gzip", "bzip2", "xz", "Zstandard", "LZ4", "zip", "7z", "RAR", "compress"]
    #expect(found.isCompressed == packed.contains(name))
    #expect(throws: CorpusError.self) { try FileFormat.expectText(bytes) }
  }

  @Test("Weights as this program writes them, and a tar archive")
  func own() throws {
    let folder = TemporaryDirectory()
    let path = folder.file("model.safetensors")
    let header = Array(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#.utf8)
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    try AtomicFile.write(Data(length + header + [0, 0, 0, 0]), to: path)
    #expect(try FileFormat(of: InputFile.read(path))?.name == "a safetensors file")
    #expect(FileFormat(of: length + Array("{}".utf8)) == nil, "shorter than its header says")
    let entry = Array("book.txt".utf8) + Array(repeating: 0, count: 249)
    #expect(FileFormat(of: entry + Array("ustar".utf8))?.name == "a tar archive")
  }

  @Test(
    "Texts are none of them, whatever their first letters",
    arguments: [
      "", "B", "BZh is a word", "PAR1 for the course", "RIFF\nraff", "Rar!", "OggSé", "ID3 tags", "GIF89a is a format",
      "7z", "GGUF", "PK\n", "12345678{\"a\": 1}", "\u{FEFF}text", "naïve — €",
    ])
  func texts(text: String) {
    #expect(FileFormat(of: Array(text.utf8)) == nil)
  }
}
