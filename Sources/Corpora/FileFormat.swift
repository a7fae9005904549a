/// What a file is by its first bytes, where it is no text.
package struct FileFormat: Sendable {
  /// With its article: "a PNG image".
  package let name: String
  /// Whether its bytes are compressed: even a model of bytes finds nothing in them.
  package let isCompressed: Bool
  /// How text is made of it.
  let remedy: String

  private init(_ name: String, isCompressed: Bool = false, _ remedy: String = "convert it to text first") {
    (self.name, self.isCompressed, self.remedy) = (name, isCompressed, remedy)
  }

  private static func packed(_ name: String, _ command: String) -> FileFormat {
    FileFormat(name, isCompressed: true, "unpack it with \(command)")
  }

  /// Formats by what they begin with.
  private static let known: [(start: [UInt8], format: FileFormat)] = [
    ([0x1F, 0x8B], .packed("a gzip file", "gunzip")),
    ([0x1F, 0x9D], .packed("a compress file", "uncompress")),
    ([0xFD] + "7zXZ".utf8 + [0], .packed("an xz file", "unxz")),
    ([0x28, 0xB5, 0x2F, 0xFD], .packed("a Zstandard file", "unzstd")),
    ([0x04, 0x22, 0x4D, 0x18], .packed("an LZ4 file", "unlz4")),
    ("PK".utf8 + [3, 4], .packed("a zip archive (a document, an e-book, npz?)", "unzip")),
    ("7z".utf8 + [0xBC, 0xAF, 0x27, 0x1C], .packed("a 7z archive", "7z x")),
    ("Rar!".utf8 + [0x1A, 0x07], .packed("a RAR archive", "unrar x")),
    ([0x89] + "PNG\r\n".utf8, FileFormat("a PNG image")),
    ([0xFF, 0xD8, 0xFF], FileFormat("a JPEG image")),
    (Array("GIF87a".utf8), FileFormat("a GIF image")), (Array("GIF89a".utf8), FileFormat("a GIF image")),
    (Array("%PDF-".utf8), FileFormat("a PDF document", "pdftotext makes text of it")),
    (Array("PAR1".utf8), FileFormat("a Parquet table", "export it as text or CSV first")),
    (Array("ARROW1".utf8), FileFormat("an Arrow table", "export it as text or CSV first")),
    ([0x89] + "HDF\r\n".utf8, FileFormat("an HDF5 file")),
    ([0x93] + "NUMPY".utf8, FileFormat("a NumPy array")),
    (Array("GGUF".utf8), FileFormat("a GGUF model")),
    (Array("SQLite format 3\0".utf8), FileFormat("an SQLite database")),
    ([0x7F] + "ELF".utf8, FileFormat("a program")), ([0xCF, 0xFA, 0xED, 0xFE], FileFormat("a program")),
    (Array("RIFF".utf8), FileFormat("a WAV or WebP file")), (Array("OggS".utf8), FileFormat("an Ogg file")),
    (Array("ID3".utf8), FileFormat("an MP3 file")), (Array("fLaC".utf8), FileFormat("a FLAC file")),
    ([0xFF, 0xFE], FileFormat("UTF-16 text", "iconv -f UTF-16 -t UTF-8 converts it")),
    ([0xFE, 0xFF], FileFormat("UTF-16 text", "iconv -f UTF-16 -t UTF-8 converts it")),
  ]

  /// Recognises bytes; nil for what may be text.
  package init?(of bytes: [UInt8]) {
    let start = bytes.prefix(512)
    let isControlled = start.contains { $0 < 0x07 }
    let found = Self.known.first { known in
      // A text may begin with the same letters, but has no such control characters.
      start.starts(with: known.start)
        && (isControlled || known.start.contains { !(0x20...0x7E).contains($0) }
          || known.start.last == UInt8(ascii: "-"))
    }
    if let found {
      self = found.format
    } else if start.starts(with: "BZh".utf8), start.dropFirst(4).starts(with: [0x31, 0x41, 0x59, 0x26, 0x53, 0x59]) {
      self = .packed("a bzip2 file", "bunzip2")
    } else if start.dropFirst(257).starts(with: "ustar".utf8) {
      self = FileFormat("a tar archive", "unpack it with tar -xf")
    } else if start.count > 9, start[8] == UInt8(ascii: "{"), start[6] == 0, start[7] == 0,
      start[..<8].reversed().reduce(0, { $0 << 8 | Int($1) }) <= bytes.count - 8
    {
      self = FileFormat("a safetensors file")
    } else {
      return nil
    }
  }

  /// Refuses what is no text but in a format that is known.
  package static func expectText(_ bytes: [UInt8]) throws(CorpusError) { _ = try warning(of: bytes, .characters) }

  /// What is to be said of bytes that do not look like text, though they can be read as some symbols; nil of others.
  ///
  /// - Throws: `CorpusError` where nothing is to be learned of them as they are.
  static func warning(of bytes: [UInt8], _ tokenization: Tokenization) throws(CorpusError) -> String? {
    guard let format = FileFormat(of: bytes) else {
      return bytes.prefix(1 << 16).contains(0) ? "has zero bytes, as binary files have" : nil
    }
    guard tokenization == .bytes, !format.isCompressed else {
      throw CorpusError("looks like \(format.name) by its first bytes, expected text; \(format.remedy)")
    }
    return "looks like \(format.name) by its first bytes, and is read byte by byte as it is"
  }
}
