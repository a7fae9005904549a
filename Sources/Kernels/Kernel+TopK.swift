extension Kernel {
  /// Finds the k largest entries of every row, largest first, the lower column first among equals.
  ///
  /// Insertion into a sorted list of at most k winners: one comparison for most entries. NaN counts as −∞.
  ///
  /// - Parameters:
  ///   - x: rows×columns numbers.
  ///   - k: How many to find, at most `columns`.
  ///   - indices: Receives rows×k columns.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func topK<S: Real>(
    _ x: UnsafePointer<S>, rows: Int, columns: Int, k: Int, into indices: UnsafeMutablePointer<Int32>
  ) {
    for row in 0..<rows { topK(ofRow: x + row &* columns, columns: columns, k: k, into: indices + row &* k) }
  }

  @inline(__always)
  private static func topK<S: Real>(
    ofRow x: UnsafePointer<S>, columns: Int, k: Int, into winners: UnsafeMutablePointer<Int32>
  ) {
    var found = 0
    for column in 0..<columns {
      let value = x[column].isNaN ? -S.infinity : x[column]
      var place = found
      while place > 0 {
        let rival = x[Int(winners[place &- 1])]
        // An equal earlier entry stays in front; a NaN in front has the value −∞.
        if value > (rival.isNaN ? -S.infinity : rival) { place &-= 1 } else { break }
      }
      if place >= k { continue }
      if found < k { found &+= 1 }
      var slot = found &- 1
      while slot > place {
        winners[slot] = winners[slot &- 1]
        slot &-= 1
      }
      winners[place] = Int32(truncatingIfNeeded: column)
    }
  }
}
