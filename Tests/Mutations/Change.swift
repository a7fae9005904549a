/// A small change of one spot: what a tired programmer might have written instead.
struct Change: Equatable {
  /// What kind of mistake it is.
  enum Kind: String, CaseIterable, Codable {
    /// + for −, − for +, or a sign left out.
    case sign
    /// Another operator or function: · for +, min for max, && for ||.
    case operand
    /// Another number in brackets: the wrong axis, index or argument.
    case index
    /// One more or one less: ≤ for <, a range that ends before its last element.
    case bound
    /// Another number elsewhere.
    case constant
    /// A summand, a factor or a condition left out.
    case term
    /// A condition turned round.
    case condition
    /// A statement left out.
    case statement
  }

  /// Bytes of the source, and what stands there instead.
  struct Edit: Equatable {
    let range: Range<Int>
    let text: String
  }

  let kind: Kind
  let edits: [Edit]

  /// The changed text of a spot.
  ///
  /// - Parameters:
  ///   - source: The whole source.
  ///   - range: The spot's bytes.
  /// - Returns: The spot's text with the edits made.
  func applied(to source: [UInt8], in range: Range<Int>) -> String {
    var text: [UInt8] = []
    var position = range.lowerBound
    for edit in edits.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      text += source[position..<edit.range.lowerBound]
      text += Array(edit.text.utf8)
      position = edit.range.upperBound
    }
    text += source[position..<range.upperBound]
    return String(decoding: text, as: UTF8.self)
  }
}
