import Foundation

extension SafetensorsFile {
  /// Reads a file and checks all of it; the numbers by their checksum, if it has one.
  ///
  /// The file is mapped, not copied: it must not be cut short while the value lives (`write(to:)` replaces files, which
  /// leaves the old one to whoever still reads it).
  public init(contentsOf path: String) throws(FileError) {
    let data: Data
    switch FileStatus(of: path) {
    case .file(let size) where size >= 8: data = try Data(mapping: path, size: size)
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
    guard let stored else {
      // Files of other programs have none, nor have those of earlier versions, which named no configuration.
      guard metadata[SafetensorsFile.configurationKey] == nil else {
        throw damaged(
          "found no \(SafetensorsFile.checksumKey) in its metadata, expected that of a file that names its "
            + "\(SafetensorsFile.configurationKey): it is damaged, or another program left it out")
      }
      return
    }
    let found = checksum
    guard stored == found else {
      throw damaged(
        "found contents whose checksum is \(found), expected \(stored.onOneLine): the file is damaged, or another program "
          + "changed it and kept the old \(SafetensorsFile.checksumKey)")
    }
  }
}

extension SafetensorsFile {
  /// Writes the file, whole or not at all; equal contents give equal bytes.
  ///
  /// Arrays of wider scalars come first, otherwise in the order added, so that every scalar is aligned to its size.
  public func write(to path: String) throws(FileError) {
    try AtomicFile.write(encoded(), to: path)
  }

  /// Returns the file's bytes in pieces: the header, then every array.
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

/// The JSON header of a safetensors file, every tensor checked by itself.
struct SafetensorsHeader {
  /// What the header says about one tensor; the shape fits the offsets.
  struct Tensor {
    let name: String
    let scalar: SafetensorsScalar
    let shape: [Int]
    let begin: Int
    let end: Int
  }

  /// What is wrong with a header.
  struct Problem: Error {
    let problem: String
  }

  /// The tensors in the order of their bytes.
  let tensors: [Tensor]
  /// Free remarks.
  let metadata: [String: String]

  /// Reads a header.
  init(_ json: Data) throws(Problem) {
    guard json.first == UInt8(ascii: "{"), String(validating: json, as: UTF8.self) != nil else {
      throw Problem(problem: "found a header that does not begin with { or is not UTF-8, expected a JSON object")
    }
    let fields: [String: Field]
    do {
      fields = try JSON.decode([String: Field].self, from: json, convertsKeys: false)
    } catch let error as Problem {
      throw error
    } catch {
      throw Problem(problem: "found a header that is no JSON object, expected one description for every tensor")
    }
    // The decoder keeps one of each name.
    var names: Set<String> = []
    if let twice = JSON.outermostKeys(of: json).first(where: { !names.insert($0).inserted }) {
      throw Problem(problem: "tensor \"\(twice.onOneLine)\": found twice, expected every name once")
    }
    var tensors: [Tensor] = []
    var metadata: [String: String] = [:]
    for (name, field) in fields {
      switch field {
      case .remarks(let remarks): metadata = remarks
      case .tensor(let description): tensors.append(try description.tensor(named: name))
      }
    }
    self.tensors = tensors.sorted { ($0.begin, $0.end, $0.name) < ($1.begin, $1.end, $1.name) }
    self.metadata = metadata
  }
}

extension SafetensorsHeader {
  /// The value of one key of the header.
  private enum Field: Decodable {
    case remarks([String: String])
    case tensor(Description)

    init(from decoder: any Decoder) throws {
      let name = decoder.codingPath.last?.stringValue ?? ""
      if name == SafetensorsFile.metadataKey {
        guard let remarks = try? [String: String](from: decoder) else {
          throw Problem(problem: "found a __metadata__ that is no object of texts")
        }
        self = .remarks(remarks)
        return
      }
      guard let values = try? decoder.container(keyedBy: Description.CodingKeys.self) else {
        throw Problem(problem: "tensor \"\(name.onOneLine)\": found no object, expected dtype, shape and data_offsets")
      }
      func value<Value: Decodable>(_ key: Description.CodingKeys, _ expected: String) throws -> Value {
        guard let value = try? values.decode(Value.self, forKey: key) else {
          throw Problem(problem: "tensor \"\(name.onOneLine)\": found no usable \(key.rawValue), expected \(expected)")
        }
        return value
      }
      self = .tensor(
        Description(
          dtype: try value(.dtype, "a text"),
          shape: try value(.shape, "a list of 64-bit integers"),
          offsets: try value(.offsets, "a list of two 64-bit integers")))
    }
  }

  /// What the header says about one tensor, not checked yet.
  private struct Description {
    enum CodingKeys: String, CodingKey {
      case dtype
      case shape
      case offsets = "data_offsets"
    }

    let dtype: String
    let shape: [Int]
    let offsets: [Int]

    /// Checks the description.
    func tensor(named name: String) throws(Problem) -> Tensor {
      func wrong(_ problem: String) -> Problem { Problem(problem: "tensor \"\(name.onOneLine)\": \(problem)") }
      guard let scalar = SafetensorsScalar(rawValue: dtype) else {
        let known = SafetensorsScalar.allCases.map(\.rawValue).joined(separator: ", ")
        throw wrong("found the unknown dtype \"\(dtype.onOneLine)\", expected one of \(known)")
      }
      var size = scalar.size
      for length in shape {
        guard length >= 0 else { throw wrong("found the shape \(shape), expected no negative length") }
        let (product, overflow) = size.multipliedReportingOverflow(by: length)
        guard !overflow else { throw wrong("found the shape \(shape), which is larger than any file") }
        size = product
      }
      guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1] else {
        throw wrong("found data_offsets \(offsets), expected two numbers, begin ≤ end, from 0")
      }
      guard offsets[1] - offsets[0] == size else {
        throw wrong("found \(offsets[1] - offsets[0]) bytes, expected \(size) for \(dtype) of shape \(shape)")
      }
      return Tensor(name: name, scalar: scalar, shape: shape, begin: offsets[0], end: offsets[1])
    }
  }
}
