/// What register tiles are going to read next, fetched a few lines at a time while the present one computes.
///
/// Operands that come from the third-level cache or from memory then arrive in time. The processor does not see them
/// coming by itself: eight rows of A or sixteen columns of B are read side by side.
struct Upcoming<S: Real> {
  private var a: PrefetchedRows<S>
  private var b: PrefetchedRows<S>
  private let rowsOfB: Int

  /// Describes what comes next.
  ///
  /// - Parameters:
  ///   - a: The rows of A below the first tile, or none.
  ///   - b: The next panel of B, or none.
  ///   - tiles: The number of tiles during which all of it is to be fetched.
  @inline(__always)
  init(a: PrefetchedRows<S>, b: PrefetchedRows<S>, tiles: Int) {
    self.a = a
    self.b = b
    rowsOfB = (b.count &+ tiles &- 1) / max(1, tiles)
  }

  /// Nothing.
  @inline(__always)
  static var nothing: Upcoming { Upcoming(a: .none, b: .none, tiles: 1) }

  /// Fetches one tile's share.
  @inline(__always)
  mutating func fetchShare() {
    a.fetch(RegisterTileShape.tallest)
    b.fetch(rowsOfB)
  }
}
