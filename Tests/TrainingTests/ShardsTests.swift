import Testing

@testable import Training

@Suite("Shards")
struct ShardsTests {
  @Test("Every row is in exactly one shard, in order, and shards differ by one row at most")
  func partition() {
    for rows in 1...9 {
      for count in 1...12 {
        let shards = Shards(rows: rows, count: count)
        #expect(shards.count == min(rows, count))
        #expect(shards.flatMap(Array.init) == Array(0..<rows))
        #expect(shards.allSatisfy { $0.count == rows / shards.count || $0.count == rows / shards.count + 1 })
      }
    }
  }
}
