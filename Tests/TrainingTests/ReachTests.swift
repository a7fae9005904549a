import Foundation
import Testing
import RunFiles

@testable import Corpora
@testable import Training

@Suite("Reach")
struct ReachTests {
  @Test("Lengths go from none over parts of a segment to eight of them, each once")
  func lengths() {
    #expect(Reach.lengths(segment: 64) == [0, 8, 16, 32, 64, 128, 256, 512])
    #expect(Reach.lengths(segment: 1) == [0, 1, 2, 4, 8])
  }

  @Test("Every length is an evaluation with a memory of this length, and no two are the same")
  func evaluations() throws {
    let model = try smallRun().livelyModel(Double.self)
    let split = try Corpus(builtin: DialectCorpus(lines: 400)).splits.test
    let reach = try Reach(of: model, on: split, lineFeed: nil, k: 2, workers: .one)
    #expect(reach.k == 2 && reach.lengths.map(\.memory) == Reach.lengths(segment: 6))
    for length in reach.lengths {
      let expected = try Evaluation(model, on: split, memory: length.memory, workers: .one)(k: 2)
      #expect(length.evaluation.loss == expected.loss && length.evaluation.recallBits == expected.recallBits)
      #expect(reach[length.memory]?.loss == expected.loss)
    }
    #expect(Set(reach.lengths.map(\.evaluation.loss)).count == reach.lengths.count)
    #expect(reach[5] == nil && reach.contents.map(\.content) == MemoryContent.allCases)
    let copy = try JSON.decode(Reach.self, from: JSON.encode(reach))
    #expect(copy.contents == reach.contents && copy.lengths.map(\.memory) == reach.lengths.map(\.memory))
  }

  @Test("The text's state is a dialect, a key and a place in the line: 12.6 bits")
  func state() {
    #expect(abs(DialectCorpus.stateBits - (3 + 4 + log2(48))) < 1e-12)
  }
}
