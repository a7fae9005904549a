import Tensors
import TestSupport
import Testing

@testable import MixtureOfExperts

@Suite("Assignment of tokens to experts")
struct DispatchTests {
  @Test(
    "Every choice has one row, in its expert's group, with its token, in the tokens' order; token t's begin at starts[t]"
  )
  func invariants() {
    var random = Random(seed: 1)
    // As many experts for every token, k of them, or any number: none for token 1, all for token 2.
    for (tokens, k, experts) in [
      (1, 1, 1), (1, 3, 4), (7, 2, 5), (20, 4, 4), (50, 1, 16), (0, 2, 3), (1, nil, 1), (6, nil, 4), (40, nil, 5),
      (0, nil, 3),
    ] {
      let chosen = (0..<tokens).map { token -> [Int32] in
        let all = (0..<Int32(experts)).shuffled(using: &random)
        return Array(all.prefix(k ?? (token == 1 ? 0 : token == 2 ? experts : random.below(experts + 1))))
      }
      let selection = Array(chosen.joined())
      let starts = chosen.reduce(into: [Int32(0)]) { $0.append($0[$0.count - 1] + Int32($1.count)) }
      let dispatch =
        k.map { TokenAssignment(selection: selection, k: $0, experts: experts) }
        ?? TokenAssignment(selection: selection, starts: starts, experts: experts)
      #expect(dispatch.tokens == tokens && dispatch.choices == selection.count && dispatch.experts == experts)
      #expect(dispatch.offsets.first == 0 && dispatch.offsets.last == selection.count && dispatch.starts == starts)
      #expect(dispatch.positions.sorted() == (0..<Int32(selection.count)).map { $0 }, "a permutation")
      for token in 0..<tokens {
        #expect(Array(dispatch.selection[dispatch.choices(of: token)]) == chosen[token])
        for choice in dispatch.choices(of: token) {
          let row = Int(dispatch.positions[choice])
          #expect(dispatch.rows(of: Int(dispatch.selection[choice])).contains(row))
          #expect(dispatch.sources[row] == Int32(token))
        }
      }
      for expert in 0..<experts {
        let sources = Array(dispatch.sources[dispatch.rows(of: expert)])
        #expect(sources == (0..<tokens).filter { chosen[$0].contains(Int32(expert)) }.map { Int32($0) })
      }
    }
  }
}

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
