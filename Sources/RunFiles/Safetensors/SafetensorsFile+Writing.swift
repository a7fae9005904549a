import Foundation

extension SafetensorsFile {
  /// Writes the file, whole or not at all; equal contents give equal bytes.
  ///
  /// Arrays of wider scalars come first, otherwise in the order added, so that every scalar is aligned to its size.
  ///
  /// - Parameter path: The file's path; its directory must exist.
  /// - Throws: `FileError`, `cannotCreate` or `inputOutput`.
  public func write(to path: String) throws(FileError) {
    try AtomicFile.write(encoded(), to: path)
  }

  /// Returns the file's bytes in pieces: the header, then every array.
  ///
  /// - Returns: Pieces to be written one after another.
  func encoded() -> [Data] {
    let sizes = Set(entries.map(\.scalar.size)).sorted(by: >)
    let ordered = sizes.flatMap { size in entries.filter { $0.scalar.size == size } }
    let remarks = metadata.merging([SafetensorsFile.checksumKey: checksum]) { _, checksum in checksum }
      .sorted { $0.key < $1.key }.map { "\($0.key.inJSON):\($0.value.inJSON)" }
    var fields = ["\(SafetensorsFile.metadataKey.inJSON):{\(remarks.joined(separator: ","))}"]
    var end = 0
    for entry in ordered {
      let begin = end
      end += entry.bytes.count
      let shape = entry.shape.map(String.init).joined(separator: ",")
      fields.append(
        "\(entry.name.inJSON):{\"dtype\":\"\(entry.scalar.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(begin),\(end)]}")
    }
    var header = Data("{\(fields.joined(separator: ","))}".utf8)
    // The data begin at a multiple of 8.
    header.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - header.count % 8) % 8))
    let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) }
    return [length + header] + ordered.map(\.bytes)
  }
}
