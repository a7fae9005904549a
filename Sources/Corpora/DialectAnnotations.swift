/// What is known about each character of `builtin:dialects`, in step with the symbols.
public struct DialectAnnotations: Sendable, Equatable {
  /// The dialect, 0 … 7, of the line that the character belongs to, its marker and its newline included.
  public let dialects: [UInt8]
  /// What the character is in its line.
  public let kinds: [PositionKind]

  /// Returns the annotations of a part of the text.
  ///
  /// - Parameter range: Indices of characters.
  /// - Returns: As many annotations as `range` has indices.
  func part(_ range: Range<Int>) -> DialectAnnotations {
    DialectAnnotations(dialects: Array(dialects[range]), kinds: Array(kinds[range]))
  }
}
