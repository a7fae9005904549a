import Foundation

extension SafetensorsFile {
  /// Reads a file and checks all of it but the numbers themselves.
  ///
  /// The file is mapped, not copied: it must not be cut short while the value lives (`write(to:)` replaces files, which
  /// leaves the old one to whoever still reads it).
  ///
  /// - Parameter path: The file's path.
  /// - Throws: `FileError`, `missing` or `damaged`.
  public init(contentsOf path: String) throws(FileError) {
    switch FileStatus(of: path) {
    case .file(size: 8...): break
    case .file(let size):
      throw FileError(.damaged, path, "found \(size) bytes, expected a header length of 8 bytes and a header")
    case .directory: throw FileError(.missing, path, "found a directory, expected a safetensors file")
    case .special: throw FileError(.missing, path, "found a device or pipe, expected a safetensors file")
    case .absent: throw FileError(.missing, path, "found no such file")
    case .unknown(let code):
      throw FileError(.missing, path, "cannot be opened: \(String(cString: strerror(code)))")
    }
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    } catch {
      throw FileError(.missing, path, "cannot be opened for reading")
    }
    try self.init(data, path: path)
  }

  /// Reads a file's bytes and checks all of them but the numbers themselves.
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
    self.init(entries: entries, metadata: header.metadata, path: path)
  }
}
