/// The rows of a batch cut into contiguous parts as equal as can be.
struct Shards: RandomAccessCollection {
  let rows: Int
  let endIndex: Int

  /// Cuts rows into parts.
  ///
  /// - Parameters:
  ///   - rows: B.
  ///   - count: The number of parts wanted; there are never more parts than rows.
  init(rows: Int, count: Int) {
    self.rows = rows
    endIndex = Swift.max(1, Swift.min(rows, count))
  }

  var startIndex: Int { 0 }

  /// The rows of one part.
  subscript(shard: Int) -> Range<Int> { rows * shard / endIndex..<rows * (shard + 1) / endIndex }
}
