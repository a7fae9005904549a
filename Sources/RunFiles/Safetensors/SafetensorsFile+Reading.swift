import Foundation

extension SafetensorsFile {
  /// Reads a file and checks all of it; the numbers by their checksum, if it has one.
  ///
  /// The file is mapped, not copied: it must not be cut short while the value lives (`write(to:)` replaces files, which
  /// leaves the old one to whoever still reads it).
  ///
  /// - Parameter path: The file's path.
  /// - Throws: `FileError`, `missing` or `damaged`.
  public init(contentsOf path: String) throws(FileError) {
    let data: Data
    switch FileStatus(of: path) {
    case .file(let size) where size >= 8: data = try MappedFile.contents(of: path, size: size)
    case .file(let size):
      throw FileError(.damaged, path, "found \(size) bytes, expected a header length of 8 bytes and a header")
    case .directory: throw FileError(.missing, path, "found a directory, expected a safetensors file")
    case .special: throw FileError(.missing, path, "found a device or pipe, expected a safetensors file")
    case .absent: throw FileError(.missing, path, "found no such file")
    case .unknown(let code):
      throw FileError(.missing, path, "cannot be opened: \(String(cString: strerror(code)))")
    }
    try self.init(data, path: path)
  }

  /// Reads a file's bytes and checks all of them; the numbers by their checksum, if there is one.
  ///
  /// - Parameters:
  ///   - data: The bytes.
  ///   - path: What error messages call the file.
  /// - Throws: `FileError` of kind `damaged`.
  init(_ data: Data, path: String) throws(FileError) {
    func damaged(_ problem: String) -> FileError { FileError(.damaged, path, problem) }
    guard data.count >= 8 else {
      throw damaged("found \(data.count) bytes, expected a header length of 8 bytes and a header")
    }
    let length = data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(SafetensorsFile.longestHeader) else {
      throw damaged("found a header length of \(length) bytes, expected at most \(SafetensorsFile.longestHeader)")
    }
    guard length <= UInt64(data.count - 8) else {
      throw damaged("found a header length of \(length) bytes, expected at most the \(data.count - 8) that follow")
    }
    let start = data.startIndex + 8 + Int(length)
    let header: SafetensorsHeader
    do {
      header = try SafetensorsHeader(data[(data.startIndex + 8)..<start])
    } catch {
      throw damaged(error.problem)
    }
    let size = data.endIndex - start
    var end = 0
    var entries: [Entry] = []
    for tensor in header.tensors {
      func wrong(_ problem: String) -> FileError { damaged("tensor \"\(tensor.name.onOneLine)\": \(problem)") }
      guard tensor.end <= size else {
        throw wrong("ends at byte \(tensor.end) of the data, which has \(size): the file is cut short or damaged")
      }
      guard tensor.begin >= end else {
        throw wrong("begins at byte \(tensor.begin), inside another tensor that ends at \(end)")
      }
      guard tensor.begin == end else {
        throw wrong("begins at byte \(tensor.begin), expected \(end): a hole in the data")
      }
      end = tensor.end
      let bytes = data[(start + tensor.begin)..<(start + tensor.end)]
      entries.append(Entry(name: tensor.name, scalar: tensor.scalar, shape: tensor.shape, bytes: bytes))
    }
    guard end == size else { throw damaged("found \(size - end) bytes after the last tensor, expected none") }
    var metadata = header.metadata
    let stored = metadata.removeValue(forKey: SafetensorsFile.checksumKey)
    self.init(entries: entries, metadata: metadata, path: path)
    // Files of other programs have none, nor have those of earlier versions.
    guard let stored else { return }
    let found = checksum
    guard stored == found else {
      throw damaged(
        "found contents whose checksum is \(found), expected \(stored.onOneLine): the file is damaged, or another program "
          + "changed it and kept the old \(SafetensorsFile.checksumKey)")
    }
  }
}
