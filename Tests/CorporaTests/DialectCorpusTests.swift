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

  @Test("The text never changes: its beginning and a checksum of the whole are fixed")
  func golden() {
    let corpus = DialectCorpus()
    #expect(corpus.text.count == 1_249_920)
    #expect(String(decoding: corpus.text.prefix(144), as: UTF8.self) == DialectCorpusTests.firstLines)
    let checksum = corpus.text.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    #expect(checksum == DialectCorpusTests.checksum)
  }

  static let firstLines = """
    Cpepepllllmimfdhhfnepepoegfnegfnkhnkhnegfdhnegp
    Fkimmcenenehhhhhhnpnenanehhhnehmcenihmgmlnemmgk
    Diofccefjdcmnmnnmnnfcbmiokllbibfcccenfcelbfkoki

    """
  /// FNV-1a of the whole default text.
  static let checksum: UInt64 = 15_708_717_142_074_110_964

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
        #expect(DialectChain.all[dialect].successors[letter].contains(next))
      }
      #expect(annotations.dialects?[line * 48..<(line + 1) * 48].allSatisfy { Int($0) == dialect } == true)
    }
    let marks = Array(repeating: Mark.plain, count: 46) + [.recall(distance: 45), .plain]
    #expect(annotations.marks == (0..<500).flatMap { _ in marks })
  }

  @Test("A seed gives one text, longer texts continue shorter ones, other seeds differ")
  func seeds() {
    #expect(DialectCorpus(seed: 5, lines: 20).text == DialectCorpus(seed: 5, lines: 20).text)
    #expect(Array(DialectCorpus(seed: 5, lines: 30).text.prefix(960)) == DialectCorpus(seed: 5, lines: 20).text)
    #expect(DialectCorpus(seed: 6, lines: 20).text != DialectCorpus(seed: 5, lines: 20).text)
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
    let deviation = DialectChain.probabilities.reduce(0) { $0 + $1 * pow(-log2($1) - exact, 2) }.squareRoot()
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

  @Test("As many lines as asked for, none and fewer than none included")
  func lineCounts() {
    for lines in [-1, 0, 1, 2, 20] {
      let corpus = DialectCorpus(lines: lines)
      #expect(corpus.text.count == 48 * max(0, lines) && corpus.text.count { $0 == 0x0A } == max(0, lines))
      #expect(corpus.annotations.marks.count == corpus.text.count)
    }
  }
}
