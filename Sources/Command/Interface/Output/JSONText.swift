import Foundation
import RunFiles

/// Encodes results as JSON, the same bytes every time.
enum JSONText {
  /// Returns a value as one JSON object, its keys in alphabetical order.
  ///
  /// - Parameter value: Anything that encodes as an object.
  /// - Returns: Several indented lines, without a line feed at the end.
  /// - Throws: `CommandError` with status 70 if a number in it is not finite, since JSON has no such numbers.
  static func object(_ value: some Encodable) throws(CommandError) -> String {
    do {
      let text = String(decoding: try JSON.encode(value, isIndented: true), as: UTF8.self)
      precondition(text.hasPrefix("{"), "JSONText.object: \(type(of: value)) does not encode as an object")
      return text
    } catch EncodingError.invalidValue(let number, let context) {
      throw CommandError(.failure, "--json: found \(number) at \(context.codingPath.place), expected a finite number")
    } catch {
      throw CommandError(.failure, "--json: the results cannot be encoded: \(error)")
    }
  }
}
