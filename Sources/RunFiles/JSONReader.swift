import Foundation

/// Reads JSON from files, whoever wrote them: what the toolchain's decoder does not survive is refused before it is asked.
enum JSONReader {
  /// The deepest nesting accepted, in open brackets: the project's own files need six.
  ///
  /// The decoder has a limit of its own, 512, beyond which it throws; text that ends right behind the 513th bracket ends
  /// the process.
  static let deepestNesting = 128

  /// What is wrong with a text before it is looked at as JSON.
  struct Problem: Error, Equatable {
    let description: String
  }

  /// Reads a value.
  ///
  /// - Parameters:
  ///   - type: The value's type.
  ///   - data: The text, in UTF-8.
  ///   - readsCamelCase: Whether keys may be written as older versions did; not where keys are names, as in safetensors files.
  /// - Throws: ``Problem``, or what the decoder or the type throws.
  static func decode<Value: Decodable>(
    _ type: Value.Type, from data: Data, readsCamelCase: Bool = false
  ) throws -> Value {
    try data.withUnsafeBytes { bytes in
      // A zero byte makes the decoder guess at UTF-16 or UTF-32, whose brackets are not counted here.
      guard !bytes.contains(0), String(validating: bytes, as: UTF8.self) != nil else {
        throw Problem(description: "found a text that is not UTF-8, expected JSON")
      }
      guard nesting(of: bytes) <= deepestNesting else {
        throw Problem(description: "found more than \(deepestNesting) brackets inside one another, expected fewer")
      }
    }
    let decoder = JSONDecoder()
    if readsCamelCase { decoder.keyDecodingStrategy = .custom { path in SnakeCaseKey(path[path.count - 1]) } }
    // A copy where it is a slice: the decoder gets bytes that begin at index 0.
    return try decoder.decode(type, from: data.startIndex == 0 ? data : Data(data))
  }

  /// A key as it is written now: files of older versions have `modelWidth` where there is `model_width`.
  private struct SnakeCaseKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(_ key: any CodingKey) {
      intValue = key.intValue
      stringValue = key.stringValue.reduce(into: "") { name, letter in
        name += letter.isASCII && letter.isUppercase ? "_" + letter.lowercased() : String(letter)
      }
    }

    init(stringValue: String) { (self.stringValue, intValue) = (stringValue, nil) }
    init?(intValue: Int) { (stringValue, self.intValue) = (String(intValue), intValue) }
  }

  /// Returns the largest number of brackets, square or curly, that are open at once outside of strings.
  ///
  /// - Parameter bytes: Any bytes.
  /// - Returns: The depth.
  static func nesting(of bytes: UnsafeRawBufferPointer) -> Int {
    var (open, deepest) = (0, 0)
    var (isInString, isEscaped) = (false, false)
    for byte in bytes {
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        open += 1
        deepest = max(deepest, open)
      case UInt8(ascii: "]"), UInt8(ascii: "}"): open -= 1
      default: break
      }
    }
    return deepest
  }
}
