import Tensors
import TestSupport
import Testing

@testable import MixtureOfExperts

@Suite("The last rows of a growing sequence")
struct RecentRowsTests {
  /// Rows of three numbers that tell where they stand in the sequence.
  private func rows(_ range: Range<Int>) -> Tensor<Double> {
    Tensor([1, range.count, 3], range.flatMap { row in (0..<3).map { Double(10 * row + $0) } })
  }

  @Test("However rows are added, the last ones are there, in order", arguments: [1, 2, 3, 5, 8])
  func lastRows(limit: Int) {
    var (recent, random, end) = (RecentRows<Double>(limit: limit, width: 3), Random(seed: 1), 0)
    #expect(recent.count == 0)
    for _ in 0..<60 {
      let n = 1 + random.below(limit)
      recent.append(rows(end..<end + n))
      end += n
      #expect(recent.rows == rows(max(0, end - limit)..<end))
    }
  }

  @Test("A copy keeps its rows when the original goes on")
  func value() {
    var recent = RecentRows<Double>(limit: 4, width: 3)
    recent.append(rows(0..<3))
    let (copy, view) = (recent, recent.rows)
    for row in 3..<20 { recent.append(rows(row..<row + 1)) }
    #expect(copy.rows == rows(0..<3) && view == rows(0..<3))
    #expect(recent.rows == rows(16..<20))
  }

  @Test("Rows are seen where they lie, without a copy")
  func views() {
    var recent = RecentRows<Double>(limit: 4, width: 3)
    func address(_ rows: Tensor<Double>) -> UInt { rows.withUnsafePointer { UInt(bitPattern: $0) } }
    recent.append(rows(0..<4))
    let first = address(recent.rows)
    for row in 4..<8 {
      recent.append(rows(row..<row + 1))
      #expect(address(recent.rows) == first + UInt(row - 3) * 24)
    }
    recent.append(rows(8..<9))
    #expect(address(recent.rows) == first)
  }
}
