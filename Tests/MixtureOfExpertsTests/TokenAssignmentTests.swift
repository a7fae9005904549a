import MixtureOfExperts
import Tensors
import Testing

@Suite("Assignment of tokens to experts")
struct DispatchTests {
  @Test("Every choice has one row, in its expert's group, with its token, and groups keep the tokens' order")
  func invariants() {
    var random = Random(seed: 1)
    for (tokens, k, experts) in [(1, 1, 1), (1, 3, 4), (7, 2, 5), (20, 4, 4), (50, 1, 16), (0, 2, 3)] {
      let selection = (0..<tokens).flatMap { _ in
        var all = (0..<Int32(experts)).map { $0 }
        all.shuffle(using: &random)
        return all.prefix(k)
      }
      let dispatch = TokenAssignment(selection: selection, k: k, experts: experts)
      #expect(dispatch.tokens == tokens && dispatch.k == k && dispatch.experts == experts)
      #expect(dispatch.offsets.first == 0 && dispatch.offsets.last == tokens * k)
      #expect(dispatch.positions.sorted() == (0..<Int32(tokens * k)).map { $0 }, "a permutation")
      for (choice, expert) in selection.enumerated() {
        let row = Int(dispatch.positions[choice])
        #expect(dispatch.rows(of: Int(expert)).contains(row))
        #expect(dispatch.sources[row] == Int32(choice / k))
      }
      for expert in 0..<experts {
        let sources = dispatch.sources[dispatch.rows(of: expert)]
        #expect(sources.count == selection.filter { $0 == Int32(expert) }.count)
        #expect(Array(sources) == sources.sorted())
      }
    }
  }
}
