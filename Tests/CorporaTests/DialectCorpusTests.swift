import Foundation
import Tensors
import TestSupport
import Testing

@testable import Corpora

@Suite("The built-in corpus")
struct DialectCorpusTests {
  @Test("The entropy is (3 + 4 + 44·H(0.60, 0.20, 0.12, 0.08)) / 48 = 1.5805… bits per character")
  func entropy() {
    let body = -[0.60, 0.20, 0.12, 0.08].reduce(0) { $0 + $1 * log2($1) }
    #expect(mismatch([DialectCorpus.entropyBitsPerCharacter], [(7 + 44 * body) / 48], relative: 1e-14) == nil)
    #expect(Int(DialectCorpus.entropyBitsPerCharacter * 10_000) == 15_805)
    #expect(PositionKind.allCases.map(\.entropyBits) == [3, 4, PositionKind.body.entropyBits, 0, 0])
    #expect(PositionKind.allCases.map(\.countPerLine).reduce(0, +) == 48)
  }

  @Test(
    "The built-in texts never change: their beginnings and a checksum of the whole are fixed, FNV-1a",
    arguments: [
      (
        BuiltinCorpus.dialects,
        """
        Cpepepllllmimfdhhfnepepoegfnegfnkhnkhnegfdhnegp
        Fkimmcenenehhhhhhnpnenanehhhnehmcenihmgmlnemmgk
        Diofccefjdcmnmnnmnnfcbmiokllbibfcccenfcelbfkoki

        """, 15_708_717_142_074_110_964
      ),
      (
        .halfMarkedDialects,
        """
        Cpepepllllmimfdhhfnepepoegfnegfnkhnkhnegfdhnegp
        Fkimmcenenehhhhhhnpnenanehhhnehmcenihmgmlnemmgk
        Diofccefjdcmnmnnmnnfcbmiokllbibfcccenfcelbfkoki
        b
        """, 6_312_382_433_545_708_183
      ), (.lists, "[SUM [MED 2 6] [SUM 7 3]]=2\n", 17_225_598_937_411_379_606),
      (.topics, "O'*)uqjd.3vi):(tjmEyth*'c;)", 12_903_103_951_904_515_729),
      (.recall, "BhAbBhBhBhCiB", 13_004_741_416_689_760_118),
    ] as [(BuiltinCorpus, String, UInt64)])
  func golden(name: BuiltinCorpus, beginning: String, expected: UInt64) {
    let text = name.make().text
    #expect(String(decoding: text, as: UTF8.self).hasPrefix(beginning))
    #expect(text.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 } == expected)
  }

  @Test("Every line is marker, key, 44 letters of the marker's chain, the key again, newline")
  func structure() {
    let corpus = DialectCorpus(seed: 77, lines: 500)
    let annotations = corpus.annotations
    #expect(corpus.text.count == 500 * 48)
    for line in 0..<500 {
      let text = Array(corpus.text[line * 48..<(line + 1) * 48])
      #expect((0x41...0x48).contains(text[0]) && text[47] == 0x0A && text[1] == text[46])
      let dialect = Int(text[0]) - 0x41
      let letters = text[1..<46].map { Int($0) - 0x61 }
      for (letter, next) in zip(letters, letters.dropFirst()) {
        #expect(DialectCorpus.chains[dialect].successors[letter].contains(next))
      }
      #expect(annotations.classes?[line * 48..<(line + 1) * 48].allSatisfy { Int($0) == dialect } == true)
    }
    let marks = Array(repeating: Mark.plain, count: 46) + [.recall(distance: 45), .plain]
    #expect(annotations.marks == (0..<500).flatMap { _ in marks })
  }

  @Test(
    "Half-marked, about every second line lacks its marker, nothing else is changed, and what is known stays in step")
  func halfMarked() throws {
    let (whole, half) = (DialectCorpus(seed: 5, lines: 2000), HalfMarkedDialects(seed: 5, lines: 2000))
    var (place, marked) = (0, 0)
    for line in 0..<2000 {
      let isMarked = DialectCorpus.markers.contains(half.text[place])
      let own = line * 48 + (isMarked ? 0 : 1)..<(line + 1) * 48
      let found = place..<place + own.count
      #expect(half.text[found].elementsEqual(whole.text[own]))
      #expect(half.annotations.marks[found].elementsEqual(whole.annotations.marks[own]))
      #expect(
        try #require(half.annotations.classes)[found].allSatisfy { $0 == whole.annotations.classes?[line * 48] })
      (place, marked) = (found.upperBound, marked + (isMarked ? 1 : 0))
    }
    #expect(place == half.text.count)
    // Five standard errors of a share of 2000 lines.
    #expect(abs(Double(marked) / 2000 - 0.5) < 5 * (0.25 / 2000).squareRoot())
    #expect(HalfMarkedDialects.facts.entropyBitsPerCharacter == nil)
  }

  @Test("Chains fitted to a long sample of each dialect reproduce the exact entropy")
  func empiricalEntropy() {
    let corpus = DialectCorpus(seed: 3, lines: 60_000)
    var pairs = [Double](repeating: 0, count: 8 * 16 * 16)
    var markers = [Double](repeating: 0, count: 8)
    var keys = [Double](repeating: 0, count: 16)
    for line in stride(from: 0, to: corpus.text.count, by: 48) {
      let dialect = Int(corpus.text[line]) - 0x41
      markers[dialect] += 1
      keys[Int(corpus.text[line + 1]) - 0x61] += 1
      for place in line + 2..<line + 46 {
        pairs[(dialect * 16 + Int(corpus.text[place - 1]) - 0x61) * 16 + Int(corpus.text[place]) - 0x61] += 1
      }
    }
    // The surprise −log₂ p of a body letter has this standard deviation.
    let exact = PositionKind.body.entropyBits
    let deviation = SuccessorTable.probabilities.reduce(0) { $0 + $1 * pow(-log2($1) - exact, 2) }.squareRoot()
    for dialect in 0..<8 {
      let rows = (0..<16).map { Array(pairs[(dialect * 16 + $0) * 16..<(dialect * 16 + $0 + 1) * 16]) }
      let total = rows.reduce(0) { $0 + $1.reduce(0, +) }
      let fitted = rows.reduce(0) { $0 + entropyBits($1) * $1.reduce(0, +) / total }
      // Miller and Madow: a fit with r free parameters per row underestimates by r / 2 nats per sample of the row.
      let bias = 16 * 3 / (2 * total) / log(2)
      let error = fitted + bias - exact
      #expect(abs(error) < 5 * deviation / total.squareRoot(), "dialect \(dialect): \(error)")
      for row in rows { #expect(row.count { $0 > 0 } == 4) }
    }
    for (counts, bits) in [(markers, 3.0), (keys, 4.0)] {
      // Twice 60,000 ln 2 times the missing entropy is chi-squared with n − 1 degrees of freedom: mean n − 1.
      let freedom = Double(counts.count - 1)
      let statistic = 2 * 60_000 * log(2) * (bits - entropyBits(counts))
      #expect(abs(statistic - freedom) < 5 * (2 * freedom).squareRoot())
    }
  }

  /// The entropy of relative frequencies.
  private func entropyBits(_ counts: [Double]) -> Double {
    let total = counts.reduce(0, +)
    return -counts.filter { $0 > 0 }.reduce(0) { $0 + $1 / total * log2($1 / total) }
  }
}

@Suite("Chains of the dialects")
struct DialectChainTests {
  /// Whether some power of the transition matrix is positive everywhere.
  ///
  /// If any is, then the power (n−1)² + 1 is (Wielandt 1950).
  private func isErgodic(_ chain: SuccessorTable) -> Bool {
    let edges = chain.successors.map { $0.reduce(UInt16(0)) { $0 | 1 << UInt16($1) } }
    var reached = edges
    for _ in 0..<15 * 15 {
      reached = reached.map { row in
        edges.indices.reduce(UInt16(0)) { row >> UInt16($1) & 1 == 1 ? $0 | edges[$1] : $0 }
      }
    }
    return reached.allSatisfy { $0 == .max }
  }

  @Test("Of the numbers below 1, those below 0.6 are the first successor's; 0.6 itself is the second's")
  func border() throws {
    let chain = SuccessorTable(successors: Array(repeating: [3, 1, 4, 15], count: 16))
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

  @Test("All chains are ergodic, and their seed is the smallest for which they are")
  func ergodic() {
    #expect(
      Set(DialectCorpus.chains).count == DialectCorpus.markers.count && DialectCorpus.chains.allSatisfy(isErgodic))
    #expect(DialectCorpus.chains.allSatisfy { $0.successors.allSatisfy { Set($0).count == 4 } })
    let smallest = (UInt64(1)...).first { DialectCorpus.chains(seed: $0).allSatisfy(isErgodic) }
    #expect(DialectCorpus.chainSeed == smallest)
    // The check itself: a cycle is periodic, an absorbing letter cannot be left.
    #expect(!isErgodic(SuccessorTable(successors: (0..<16).map { [($0 + 1) % 16] })))
    #expect(!isErgodic(SuccessorTable(successors: (0..<16).map { $0 == 3 ? [3] : Array(0..<16) })))
    #expect(isErgodic(SuccessorTable(successors: (0..<16).map { $0 == 15 ? [0, 1] : [$0 + 1] })))
  }
}
