extension Tensor {
  /// Returns, for every row of the last axis, the indices of its k largest entries, largest first.
  ///
  /// Of equal entries the one with the lower index comes first, so a selection never depends on the algorithm. NaN
  /// counts as −infinity.
  ///
  /// - Parameter k: How many, 1 ... length of the last axis.
  /// - Returns: Row-major indices, k for each row.
  public func topK(_ k: Int) -> [Int32] {
    let columns = shape[-1]
    precondition(k >= 1 && k <= columns, "topK: k = \(k) of shape \(shape)")
    let rows = count / columns
    return [Int32](unsafeUninitializedCapacity: rows * k) { target, initialized in
      withUnsafePointer { source in
        for row in 0..<rows {
          selectTopK(source + row * columns, columns, k, into: target.baseAddress.unsafelyUnwrapped + row * k)
        }
      }
      initialized = rows * k
    }
  }
}

/// Insertion into a sorted list of at most k winners: one comparison for most entries.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func selectTopK<Scalar: Real>(
  _ row: UnsafePointer<Scalar>, _ columns: Int, _ k: Int, into winners: UnsafeMutablePointer<Int32>
) {
  var found = 0
  for column in 0..<columns {
    let value = row[column].isNaN ? -Scalar.infinity : row[column]
    var place = found
    while place > 0 {
      let rival = row[Int(winners[place &- 1])]
      // An equal earlier entry stays in front; a NaN in front has the value −infinity.
      if value > (rival.isNaN ? -Scalar.infinity : rival) { place &-= 1 } else { break }
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
