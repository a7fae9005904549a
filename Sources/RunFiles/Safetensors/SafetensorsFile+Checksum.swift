import Foundation

extension SafetensorsFile {
  /// The metadata key under which a file keeps its checksum.
  static let checksumKey = "xxh64"

  /// The sum, modulo 2⁶⁴, of one XXH64 for every array and every remark, as 16 hexadecimal digits.
  ///
  /// An array's hash is that of its bytes, seeded with the hash of `NAME DTYPE [LENGTH,LENGTH]`; a remark's is that of
  /// its text, seeded with the hash of its key; both seeds are hashes with seed 0. A sum does not depend on the order of
  /// arrays or on how the header is spelled: a program that writes the file again with its remarks leaves it true.
  var checksum: String {
    var sum: UInt64 = 0
    for entry in entries {
      let shape = entry.shape.map(String.init).joined(separator: ",")
      let seed = XXH64.hash("\(entry.name) \(entry.scalar.rawValue) [\(shape)]")
      sum &+= entry.bytes.withUnsafeBytes { XXH64.hash($0, seed: seed) }
    }
    for (key, remark) in metadata { sum &+= XXH64.hash(remark, seed: XXH64.hash(key)) }
    let digits = String(sum, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
