import Foundation
import Tensors

/// Named arrays in the safetensors format, which PyTorch, JAX and MLX read: an 8-byte little-endian header length, a
/// JSON header, and the scalars, little-endian and row-major.
///
/// Source: the format's description at https://huggingface.co/docs/safetensors.
public struct SafetensorsFile: Sendable {
  /// One named array.
  public struct Entry: Sendable, Equatable {
    /// The array's name.
    public let name: String
    /// The type of its scalars.
    public let scalar: SafetensorsScalar
    /// Its lengths, outermost first; empty for a single scalar.
    public let shape: [Int]
    /// Its scalars, little-endian and row-major.
    public let bytes: Data
  }

  /// The longest header accepted, in bytes: the limit of the format's own implementation.
  static let longestHeader = 100_000_000
  /// The header's key that holds no array.
  static let metadataKey = "__metadata__"

  /// The arrays: in the order of their bytes when read, in the order added when made.
  public private(set) var entries: [Entry]
  /// Free remarks; the checksum, which is computed when the file is written, is not among them.
  public let metadata: [String: String]
  /// What error messages call the file.
  package let path: String

  /// Creates a file without arrays, to be filled and written.
  public init(metadata: [String: String] = [:]) {
    precondition(metadata[Self.checksumKey] == nil, "SafetensorsFile: the metadata key \(Self.checksumKey) is reserved")
    self.init(entries: [], metadata: metadata, path: "new file")
  }

  /// Puts a file together.
  init(entries: [Entry], metadata: [String: String], path: String) {
    self.entries = entries
    self.metadata = metadata
    self.path = path
  }

  /// Adds an array of 4-byte or 8-byte real numbers.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public mutating func append<S: Real>(_ name: String, shape: [Int], _ values: [S]) {
    if S.self == Float.self {
      let bits = values.map { Float($0).bitPattern.littleEndian }
      append(name, .float32, shape, count: values.count, bits.withUnsafeBytes { Data($0) })
    } else {
      let bits = values.map { Double($0).bitPattern.littleEndian }
      append(name, .float64, shape, count: values.count, bits.withUnsafeBytes { Data($0) })
    }
  }

  /// Adds an array of 8-byte integers.
  public mutating func append(_ name: String, shape: [Int], integers values: [Int]) {
    let bits = values.map { Int64($0).littleEndian }
    append(name, .int64, shape, count: values.count, bits.withUnsafeBytes { Data($0) })
  }

  private mutating func append(
    _ name: String, _ scalar: SafetensorsScalar, _ shape: [Int], count: Int, _ bytes: Data
  ) {
    precondition(
      shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == count,
      "SafetensorsFile.append: \(name) has shape \(shape) and \(count) values")
    precondition(name != SafetensorsFile.metadataKey, "SafetensorsFile.append: \(name) is reserved")
    precondition(entry(named: name) == nil, "SafetensorsFile.append: \(name) is added twice")
    entries.append(Entry(name: name, scalar: scalar, shape: shape, bytes: bytes))
  }

  /// Returns the array of a name.
  public func entry(named name: String) -> Entry? {
    entries.first { $0.name == name }
  }

  /// Returns the scalars of an array of real numbers, rounded to the type asked for.
  ///
  /// - Throws: `FileError` of kind `unexpected` if there is no such array or it holds no F64, F32, F16 or BF16.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public func scalars<S: Real>(of name: String, as type: S.Type) throws(FileError) -> [S] {
    let entry = try existing(name)
    switch entry.scalar {
    case .float32: return entry.loaded(UInt32.self) { S(Float(bitPattern: UInt32(littleEndian: $0))) }
    case .float64: return entry.loaded(UInt64.self) { S(Double(bitPattern: UInt64(littleEndian: $0))) }
    case .float16: return entry.loaded(UInt16.self) { S(Float(halfPattern: UInt16(littleEndian: $0))) }
    case .bfloat16: return entry.loaded(UInt16.self) { S(Float(bitPattern: UInt32(UInt16(littleEndian: $0)) << 16)) }
    default: throw unexpected(entry, expected: "F64, F32, F16 or BF16")
    }
  }

  /// Returns the scalars of an array of integers.
  ///
  /// - Throws: `FileError` of kind `unexpected` if there is no such array or it holds no I32 or I64.
  public func integers(of name: String) throws(FileError) -> [Int] {
    let entry = try existing(name)
    switch entry.scalar {
    case .int32: return entry.loaded(Int32.self) { Int(Int32(littleEndian: $0)) }
    case .int64: return entry.loaded(Int64.self) { Int(Int64(littleEndian: $0)) }
    default: throw unexpected(entry, expected: "I32 or I64")
    }
  }

  /// Checks that the file holds exactly the arrays that it should.
  ///
  /// - Throws: `FileError` of kind `unexpected` for the first array that is missing, has another shape, or is
  ///   not asked for.
  public func expect(
    _ shapes: [(name: String, shape: [Int])], of whole: String = "the model"
  ) throws(FileError) {
    for (name, shape) in shapes {
      let found = try existing(name).shape
      if found != shape {
        throw FileError(.unexpected, path, "tensor \"\(name)\": found shape \(found), expected \(shape)")
      }
    }
    let names = Set(shapes.map(\.name))
    if let extra = entries.first(where: { !names.contains($0.name) }) {
      throw FileError(.unexpected, path, "tensor \"\(extra.name.onOneLine)\" is not part of \(whole)")
    }
  }

  private func existing(_ name: String) throws(FileError) -> Entry {
    if let entry = entry(named: name) { return entry }
    throw FileError(.unexpected, path, "found no tensor \"\(name.onOneLine)\"")
  }

  private func unexpected(_ entry: Entry, expected: String) -> FileError {
    let (name, found) = (entry.name.onOneLine, entry.scalar.rawValue)
    return FileError(.unexpected, path, "tensor \"\(name)\": found \(found), expected \(expected)")
  }
}

extension SafetensorsFile.Entry {
  /// Reads every scalar; the bytes need not be aligned.
  @inline(__always)
  fileprivate func loaded<Stored: FixedWidthInteger, Result>(
    _ type: Stored.Type, convert: (Stored) -> Result
  ) -> [Result] {
    bytes.withUnsafeBytes { raw in
      let size = MemoryLayout<Stored>.size
      let count = raw.count / size
      return [Result](unsafeUninitializedCapacity: count) { buffer, initialized in
        for index in 0..<count {
          buffer.initializeElement(at: index, to: convert(raw.loadUnaligned(fromByteOffset: index &* size, as: type)))
        }
        initialized = count
      }
    }
  }
}

extension Float {
  /// The number of an IEEE 754 half: a sign, 5 bits of exponent, 10 of fraction; `Float16` is not there on every processor.
  init(halfPattern half: UInt16) {
    let (exponent, fraction) = (half >> 10 & 31, UInt32(half & 1023))
    let magnitude =
      switch exponent {
      case 0: Float(fraction) * 0x1p-24
      case 31: Float(bitPattern: 0x7F80_0000 | fraction << 13)
      default: Float(bitPattern: (UInt32(exponent) + 112) << 23 | fraction << 13)
      }
    self = half >> 15 == 0 ? magnitude : -magnitude
  }
}

/// The scalar types of the safetensors format, by the names in its headers.
public enum SafetensorsScalar: String, Sendable, CaseIterable {
  case bool = "BOOL"
  case uint8 = "U8"
  case int8 = "I8"
  case float8e4m3 = "F8_E4M3"
  case float8e5m2 = "F8_E5M2"
  case int16 = "I16"
  case uint16 = "U16"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int32 = "I32"
  case uint32 = "U32"
  case float32 = "F32"
  case int64 = "I64"
  case uint64 = "U64"
  case float64 = "F64"

  /// The size of a scalar in bytes.
  public var size: Int {
    switch self {
    case .bool, .uint8, .int8, .float8e4m3, .float8e5m2: 1
    case .int16, .uint16, .float16, .bfloat16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    }
  }
}
