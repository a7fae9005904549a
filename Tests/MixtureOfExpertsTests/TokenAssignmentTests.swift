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
      #expect(dispatch.tokens == tokens && dispatch.choices == tokens * k && dispatch.experts == experts)
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

  @Test("Tokens may have any number of choices: each is a row of its expert's group, and token t's begin at starts[t]")
  func ragged() {
    var random = Random(seed: 2)
    for (tokens, experts) in [(1, 1), (6, 4), (40, 5), (0, 3)] {
      let chosen = (0..<tokens).map { token -> [Int32] in
        if token == 1 { return [] }
        let all = (0..<Int32(experts)).shuffled(using: &random)
        return Array(all.prefix(token == 2 ? experts : random.below(experts + 1)))
      }
      let starts = chosen.reduce(into: [Int32(0)]) { $0.append($0[$0.count - 1] + Int32($1.count)) }
      let dispatch = TokenAssignment(selection: Array(chosen.joined()), starts: starts, experts: experts)
      #expect(dispatch.tokens == tokens && dispatch.choices == chosen.joined().count)
      #expect(dispatch.positions.sorted() == (0..<Int32(dispatch.choices)).map { $0 }, "a permutation")
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
