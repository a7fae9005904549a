/// Why a text cannot be read, encoded, cut into batches or written: one line that names the file, what was found and
/// what was expected.
public struct CorpusError: Error, CustomStringConvertible, Hashable, Sendable {
  /// What went wrong in general; the raw value is the exit status in the sense of sysexits.h.
  public enum Kind: Int32, Sendable {
    /// The contents of the input are not usable (EX_DATAERR).
    case badData = 65
    /// The input does not exist, is not a regular file, or may not be read (EX_NOINPUT).
    case missing = 66
    /// The output cannot be created (EX_CANTCREAT).
    case cannotCreate = 73
    /// Reading or writing failed half-way (EX_IOERR).
    case inputOutput = 74
  }

  /// What went wrong in general.
  public let kind: Kind
  /// What went wrong in particular: one line, without a full stop.
  public let description: String

  /// Whether the input is missing, as opposed to unusable.
  public var isMissing: Bool { kind == .missing }

  /// Creates an error.
  ///
  /// - Parameters:
  ///   - kind: What went wrong in general.
  ///   - description: What went wrong in particular, on one line.
  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  /// Returns the same error with the name of the file that it concerns in front.
  func naming(_ path: String) -> CorpusError {
    // The debug description quotes, and escapes line breaks: the message stays one line.
    CorpusError(kind, "\(path.debugDescription): \(description)")
  }
}
