/// What a shell offers where a value is typed.
public enum ValueCompletion: Sendable, Hashable {
  /// Nothing: a number, a text.
  case none
  /// Names, of which one is meant.
  case one(of: [String])
  /// Names, of which several are meant, separated by commas.
  case several(of: [String])
  /// Paths of files, or one of a few names.
  case file(or: [String])
  /// Paths of directories.
  case directory
}
