import Tensors

extension Random {
  /// Returns one of several things.
  ///
  /// - Parameter values: At least one.
  public mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }

  /// Integers at which something tends to break.
  public static var boundaryIntegers: [Int] {
    [
      0, 1, -1, 2, 3, 7, 8, 16, 255, 256, 4095, 4096, 4097, 65535, 65536, 1 << 31, 1 << 32, 1 << 53, 1 << 62, .max,
      .min,
      .max - 1, -(1 << 32),
    ]
  }

  /// Returns bytes with a few of them flipped, cut off, put in, taken out, doubled or replaced.
  ///
  /// - Parameter most: The largest number of changes; at least 1.
  public mutating func damaged(_ bytes: [UInt8], alphabet: [UInt8], most: Int = 4) -> [UInt8] {
    var bytes = bytes
    for _ in 0...below(most) {
      if bytes.isEmpty {
        bytes.append(pick(alphabet))
        continue
      }
      let place = below(bytes.count)
      switch below(9) {
      case 0: bytes.removeLast(min(bytes.count, 1 + below(64)))
      case 1: bytes.insert(UInt8(below(256)), at: place)
      case 2: bytes.remove(at: place)
      case 3: bytes[below(min(8, bytes.count))] ^= UInt8(1 << below(8))
      case 4: bytes[place] = pick(alphabet)
      case 5: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 1 + below(40))], at: below(bytes.count))
      case 6: bytes.insert(contentsOf: Array("\(pick(Random.boundaryIntegers))".utf8), at: place)
      case 7: bytes.insert(contentsOf: [UInt8](repeating: pick(alphabet), count: 1 + below(700)), at: place)
      default: bytes[place] ^= UInt8(1 << below(8))
      }
    }
    return bytes
  }

  /// Returns JSON with one of its numbers, or one of its texts, replaced by something unexpected.
  public mutating func misvalued(_ bytes: [UInt8]) -> [UInt8] {
    var tokens: [Range<Int>] = []
    var index = 0
    while index < bytes.count {
      let start = index
      if bytes[index] == UInt8(ascii: "\"") {
        index += 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
          index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        index = min(bytes.count, index + 1)
        tokens.append(start..<index)
      } else if "-0123456789".utf8.contains(bytes[index]) {
        while index < bytes.count, "-+.eE0123456789".utf8.contains(bytes[index]) { index += 1 }
        tokens.append(start..<index)
      } else {
        index += 1
      }
    }
    guard !tokens.isEmpty else { return bytes }
    let other: String =
      switch below(6) {
      case 0, 1, 2: "\(pick(Random.boundaryIntegers))"
      case 3: pick(["1e308", "-1e308", "1e999", "0.5", "-0.0", "1e-320", "99999999999999999999999", "null", "true"])
      case 4: pick(["\"\"", "\"\\u0000\"", "\"\\ud800\"", "\"a\\u0301\"", "\"\\n\"", "[]", "{}", "[[]]", "{\"\":[]}"])
      default: String(decoding: bytes[pick(tokens)], as: UTF8.self)
      }
    let place = pick(tokens)
    return Array(bytes[..<place.lowerBound]) + Array(other.utf8) + Array(bytes[place.upperBound...])
  }
}
