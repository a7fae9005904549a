/// A statement, an expression or a condition that can be replaced by a choice between itself and a changed copy.
struct Spot: Equatable {
  /// How the choice is written.
  enum Form {
    /// `if mutated(1) { changed } else { original }`, where a statement or a whole value stands.
    case branch
    /// `(mutated(1) ? (changed) : (original))`, where a condition stands.
    case condition
    /// The same, where the range of a loop stands.
    case range
  }

  let form: Form
  /// Whether the spot is a statement, which can be left out.
  let isStatement: Bool
  /// The tokens that it consists of.
  let tokens: Range<Int>
}
