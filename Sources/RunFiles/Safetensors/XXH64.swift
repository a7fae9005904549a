import Foundation

extension SafetensorsFile {
  /// The metadata key under which a file keeps its checksum.
  static let checksumKey = "xxh64"
  /// The metadata key under which a file of a run keeps the checksum of the configuration that it belongs to.
  package static let configurationKey = "configuration"

  /// The sum, modulo 2⁶⁴, of one XXH64 for every array and every remark, as 16 hexadecimal digits.
  ///
  /// An array's hash is that of its bytes, seeded with the hash of `NAME DTYPE [LENGTH,LENGTH]`; a remark's is that of
  /// its text, seeded with the hash of its key; both seeds are hashes with seed 0. A sum does not depend on the order of
  /// arrays or on how the header is spelled: a program that writes the file again with its remarks leaves it true.
  var checksum: String {
    metadata.reduce(sumOfArrays) { $0 &+ XXH64.hash($1.value, seed: XXH64.hash($1.key)) }.hexadecimal
  }

  /// The same of the arrays alone: equal for equal weights, whatever is remarked about them.
  package var arraysChecksum: String { sumOfArrays.hexadecimal }

  private var sumOfArrays: UInt64 {
    entries.reduce(0) { sum, entry in
      let shape = entry.shape.map(String.init).joined(separator: ",")
      let seed = XXH64.hash("\(entry.name) \(entry.scalar.rawValue) [\(shape)]")
      return sum &+ entry.bytes.withUnsafeBytes { XXH64.hash($0, seed: seed) }
    }
  }
}

/// XXH64, the 64-bit hash of Yann Collet's xxHash: it notices damage at the speed of memory; it is no protection against
/// intent.
///
/// Source: the specification at https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md.
enum XXH64 {
  private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
  private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
  private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
  private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
  private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

  /// Returns the hash of bytes.
  static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
    func word(_ offset: Int) -> UInt64 {
      UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    let count = bytes.count
    var offset = 0
    var hash: UInt64
    if count >= 32 {
      // Four lanes that do not wait for one another.
      var (a, b, c, d) = (seed &+ prime1 &+ prime2, seed &+ prime2, seed, seed &- prime1)
      while offset <= count &- 32 {
        a = round(a, word(offset))
        b = round(b, word(offset &+ 8))
        c = round(c, word(offset &+ 16))
        d = round(d, word(offset &+ 24))
        offset &+= 32
      }
      hash = rotated(a, 1) &+ rotated(b, 7) &+ rotated(c, 12) &+ rotated(d, 18)
      for lane in [a, b, c, d] { hash = (hash ^ round(0, lane)) &* prime1 &+ prime4 }
    } else {
      hash = seed &+ prime5
    }
    hash &+= UInt64(count)
    while offset &+ 8 <= count {
      hash = rotated(hash ^ round(0, word(offset)), 27) &* prime1 &+ prime4
      offset &+= 8
    }
    if offset &+ 4 <= count {
      let half = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
      hash = rotated(hash ^ UInt64(half) &* prime1, 23) &* prime2 &+ prime3
      offset &+= 4
    }
    while offset < count {
      hash = rotated(hash ^ UInt64(bytes[offset]) &* prime5, 11) &* prime1
      offset &+= 1
    }
    hash = (hash ^ hash >> 33) &* prime2
    hash = (hash ^ hash >> 29) &* prime3
    return hash ^ hash >> 32
  }

  /// Returns the hash of a text's UTF-8.
  static func hash(_ text: String, seed: UInt64 = 0) -> UInt64 {
    Array(text.utf8).withUnsafeBytes { hash($0, seed: seed) }
  }

  @inline(__always)
  private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 { rotated(lane &+ word &* prime2, 31) &* prime1 }

  @inline(__always)
  private static func rotated(_ value: UInt64, _ bits: UInt64) -> UInt64 { value << bits | value >> (64 - bits) }
}

extension UInt64 {
  /// 16 hexadecimal digits.
  package var hexadecimal: String {
    let digits = String(self, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
