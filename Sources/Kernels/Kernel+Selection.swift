extension Kernel {
  /// Computes y_rp = x_{r, i_rp}: chosen entries of every row.
  ///
  /// - Parameters:
  ///   - x: rows×columns numbers.
  ///   - columns: The number of elements in a row of x.
  ///   - indices: i, rows×k column numbers.
  ///   - k: Chosen entries a row.
  ///   - y: rows×k numbers.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func select<S: Real>(
    _ x: UnsafePointer<S>, rows: Int, columns: Int, indices: UnsafePointer<Int32>, k: Int,
    into y: UnsafeMutablePointer<S>
  ) {
    for row in 0..<rows {
      for slot in row &* k..<row &* k &+ k { y[slot] = x[row &* columns &+ Int(indices[slot])] }
    }
  }

  /// Adds x_{r, i_rp} ← x_{r, i_rp} + scale · y_rp: the transpose of ``select(_:rows:columns:indices:k:into:)``.
  ///
  /// - Parameters:
  ///   - y: rows×k numbers, or nil for ones.
  ///   - scale: What they are multiplied by.
  ///   - columns: The number of elements in a row of x.
  ///   - indices: i, rows×k column numbers.
  ///   - k: Chosen entries a row.
  ///   - x: rows×columns numbers; added to.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func addSelected<S: Real>(
    _ y: UnsafePointer<S>?, scale: S, rows: Int, columns: Int, indices: UnsafePointer<Int32>, k: Int,
    to x: UnsafeMutablePointer<S>
  ) {
    for row in 0..<rows {
      for slot in row &* k..<row &* k &+ k { x[row &* columns &+ Int(indices[slot])] += scale * (y?[slot] ?? 1) }
    }
  }
}
