/// What a model finds in its memory when it reads a segment: what memory is worth, taken apart.
public enum MemoryContent: String, CaseIterable, Codable, Sendable {
  /// What precedes the segment, as in training.
  case own
  /// Nothing.
  case nothing
  /// Nothing, but the logits of every router are those that it had with the segment's own memory.
  case nothingRoutedAsOwn = "nothing, routed as with its own"
  /// What precedes the segment of another row of the text.
  case another
  /// As many tokens, all states zero.
  case zeros
}
