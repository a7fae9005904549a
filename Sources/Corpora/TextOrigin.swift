/// Where a piece of text begins in its file, so that messages name places in the file.
struct TextOrigin: Equatable, Sendable {
  /// Bytes before it.
  let offset: Int
  /// The line that it begins in, counted from 1.
  let line: Int

  /// The beginning of a file.
  static let start = TextOrigin(offset: 0, line: 1)
}
