/// Texts of different lengths side by side: each is followed by padding up to the length of the longest.
///
/// Attention looks back only, so what follows a text cannot change its states; what is read of a row is the state of its
/// last symbol, never one of the padding.
public struct PaddedTexts: Sendable {
  /// The symbol that fills the rows; which one it is must not matter.
  public static let padding: Int32 = 0

  /// Symbols, row-major n×T.
  public let tokens: [Int32]
  /// How many symbols each text has, at least one.
  public let lengths: [Int]
  /// T: the length of all rows.
  public let length: Int

  /// Puts texts side by side.
  ///
  /// - Parameters:
  ///   - texts: At least one, none empty.
  ///   - length: T, the length of the longest text unless given.
  ///   - padding: What follows a text.
  public init(_ texts: [[Int32]], length: Int? = nil, padding: Int32 = Self.padding) {
    lengths = texts.map(\.count)
    let length = length ?? lengths.max() ?? 0
    precondition(
      !texts.isEmpty && lengths.allSatisfy { (1...length).contains($0) },
      "PaddedTexts: texts of \(lengths) symbols in rows of \(length)")
    self.length = length
    tokens = texts.flatMap { $0 + Array(repeating: padding, count: length - $0.count) }
  }

  /// n: how many texts there are.
  public var count: Int { lengths.count }

  /// Where the last symbol of each text stands among all n·T tokens.
  public var lastTokens: [Int32] { lengths.enumerated().map { Int32($0 * length + $1 - 1) } }
}
