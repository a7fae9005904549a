import Foundation
import Tensors
import Testing

@testable import Corpora

@Suite("Chains of the dialects")
struct DialectChainTests {
  /// Whether some power of the transition matrix is positive everywhere.
  ///
  /// If any is, then the power (n−1)² + 1 is (Wielandt 1950).
  private func isErgodic(_ chain: DialectChain) -> Bool {
    let edges = chain.successors.map { $0.reduce(UInt16(0)) { $0 | 1 << UInt16($1) } }
    var reached = edges
    for _ in 0..<15 * 15 {
      reached = reached.map { row in
        edges.indices.reduce(UInt16(0)) { row >> UInt16($1) & 1 == 1 ? $0 | edges[$1] : $0 }
      }
    }
    return reached.allSatisfy { $0 == .max }
  }

  @Test("Every letter has four different successors, with probabilities that sum to one")
  func successors() {
    #expect(DialectChain.all.count == DialectCorpus.markers.count)
    #expect(Set(DialectChain.all).count == 8)
    for chain in DialectChain.all {
      #expect(chain.successors.count == DialectCorpus.letters.count)
      for letters in chain.successors {
        #expect(letters.count == 4 && Set(letters).count == 4)
        #expect(letters.allSatisfy { (0..<16).contains($0) })
      }
    }
    #expect(DialectChain.probabilities == [0.60, 0.20, 0.12, 0.08])
    #expect(abs(DialectChain.probabilities.reduce(0, +) - 1) < 1e-15)
  }

  @Test("Of the numbers below 1, those below 0.6 are the first successor's; 0.6 itself is the second's")
  func border() throws {
    let chain = DialectChain(successors: Array(repeating: [3, 1, 4, 15], count: 16))
    // The keys of generators whose first number is 0.6 and the one before it, by inverting the mixing function.
    for (key, number, successor) in [
      (11_037_702_012_276_830_508, 0.6.nextDown, 3), (5_341_465_315_221_606_308, 0.6, 1),
    ]
      as [(UInt64, Double, Int)]
    {
      var random = try JSONDecoder().decode(Random.self, from: Data("{\"key\":\(key),\"counter\":0}".utf8))
      var copy = random
      #expect(copy.uniform() == number)
      #expect(chain.next(after: 0, &random) == successor)
    }
  }

  @Test("Successors are drawn with their probabilities")
  func frequencies() {
    let chain = DialectChain(successors: (0..<16).map { [$0, 15 - $0, 20, 21] })
    var random = Random(seed: 1)
    var counts = [Int: Int]()
    for _ in 0..<100_000 { counts[chain.next(after: 2, &random), default: 0] += 1 }
    for (letter, probability) in [(2, 0.6), (13, 0.2), (20, 0.12), (21, 0.08)] {
      // Five standard deviations.
      let deviation = (probability * (1 - probability) / 100_000).squareRoot()
      #expect(abs(Double(counts[letter, default: 0]) / 100_000 - probability) < 5 * deviation)
    }
  }

  @Test("All chains are ergodic, and their seed is the smallest for which they are")
  func ergodic() {
    #expect(DialectChain.all.allSatisfy(isErgodic))
    let smallest = (UInt64(1)...).first { DialectChain.chains(seed: $0).allSatisfy(isErgodic) }
    #expect(DialectChain.chainSeed == smallest)
    // The check itself: a cycle is periodic, an absorbing letter cannot be left.
    #expect(!isErgodic(DialectChain(successors: (0..<16).map { [($0 + 1) % 16] })))
    #expect(!isErgodic(DialectChain(successors: (0..<16).map { $0 == 3 ? [3] : Array(0..<16) })))
    #expect(isErgodic(DialectChain(successors: (0..<16).map { $0 == 15 ? [0, 1] : [$0 + 1] })))
  }
}
