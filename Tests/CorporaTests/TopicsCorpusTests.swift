import Foundation
import Tensors
import TestSupport
import Testing

@testable import Corpora

@Suite("The default text: words of 40 topics")
struct TopicsCorpusTests {
  private static let probabilities = [0.60, 0.20, 0.12, 0.08]

  @Test("The entropy is H(0.60, 0.20, 0.12, 0.08) = 1.5651… bits a symbol, in each of the three tables")
  func entropy() {
    let exact = -Self.probabilities.reduce(0) { $0 + $1 * log2($1) }
    #expect(mismatch([TopicsCorpus.entropyBitsPerCharacter], [exact], relative: 1e-14) == nil)
    #expect(Int(TopicsCorpus.entropyBitsPerCharacter * 10_000) == 15_651)
    let tables = TopicTables.all
    #expect(tables.nextTopic.successors.count == 40 && tables.firstLetter.successors.count == 40)
    #expect(tables.nextLetter.successors.count == 40 * 40)
    for table in [tables.nextTopic, tables.firstLetter, tables.nextLetter] {
      #expect(table.successors.allSatisfy { Set($0).count == 4 && $0.allSatisfy((0..<40).contains) })
    }
  }

  @Test("Tables fitted to a long sample reproduce the exact entropy, place by place in a word and of the whole")
  func empiricalEntropy() {
    let text = TopicsCorpus(seed: 3, lines: 200_000).text
    // What follows each context: the marker before for a marker, the marker and the letter before for a letter.
    var counts = Array(repeating: [[UInt8]: [UInt8: Double]](), count: 9)
    for index in text.indices.dropFirst(9) {
      let place = index % 9
      let context = place == 0 ? [text[index - 9]] : [text[index - place], text[index - 1]]
      counts[place][context, default: [:]][text[index], default: 0] += 1
    }
    let exact = TopicsCorpus.entropyBitsPerCharacter
    let deviation = Self.probabilities.reduce(0) { $0 + $1 * pow(-log2($1) - exact, 2) }.squareRoot()
    var (bits, symbols) = (0.0, 0.0)
    for (place, contexts) in counts.enumerated() {
      var (fitted, total) = (0.0, 0.0)
      for row in contexts.values {
        let sum = row.values.reduce(0, +)
        // Miller and Madow: a fit with r free parameters underestimates by r / 2 nats per sample of the row.
        fitted -= row.values.reduce(0) { $0 + $1 * log2($1 / sum) } - Double(row.count - 1) / 2 / log(2)
        total += sum
        #expect(row.count <= 4)
      }
      #expect(abs(fitted / total - exact) < 5 * deviation / total.squareRoot(), "place \(place): \(fitted / total)")
      bits += fitted
      symbols += total
    }
    #expect(abs(bits / symbols - exact) < 5 * deviation / symbols.squareRoot())
  }

  /// Draws as the definition says: of the numbers below 0.6 the first successor, below 0.8 the second, below 0.92 the third.
  private func drawn(_ row: [Int], _ random: inout Random) -> Int {
    let number = random.uniform()
    let bounds = [0.6, 0.6 + 0.2, 0.6 + 0.2 + 0.12]
    return row[bounds.firstIndex { number < $0 } ?? 3]
  }

  @Test(
    "The text is its definition: a marker, the first letter by the marker, each other by the marker and the letter before"
  )
  func definition() {
    var own = Random(seed: TopicTables.seed)
    func row(of symbols: Int) -> [Int] {
      var left = Array(0..<symbols)
      for place in 0..<4 { left.swapAt(place, place + own.below(symbols - place)) }
      return Array(left[..<4])
    }
    let topics = (0..<40).map { _ in row(of: 40) }
    let first = (0..<40).map { _ in row(of: 40) }
    let next = (0..<40).map { _ in (0..<40).map { _ in row(of: 40) } }
    var random = Random(seed: 77)
    var (expected, classes): ([UInt8], [UInt8]) = ([], [])
    var topic = random.below(40)
    for _ in 0..<2000 {
      expected.append(TopicsCorpus.markers[topic])
      var letter = drawn(first[topic], &random)
      expected.append(TopicsCorpus.letters[letter])
      for _ in 0..<7 {
        letter = drawn(next[topic][letter], &random)
        expected.append(TopicsCorpus.letters[letter])
      }
      classes += Array(repeating: UInt8(topic), count: 9)
      topic = drawn(topics[topic], &random)
    }
    let corpus = TopicsCorpus(seed: 77, lines: 2000)
    #expect(corpus.text == expected)
    #expect(corpus.annotations.classes == classes && corpus.annotations.classCount == 40)
    #expect(corpus.annotations.marks.allSatisfy { $0 == .plain })
    #expect(TopicsCorpus(seed: 77, lines: 20).text == Array(expected[..<180]))
  }

  @Test("80 printable symbols, none both marker and letter; every topic occurs in every split; splits begin with words")
  func symbols() throws {
    let (markers, letters) = (TopicsCorpus.markers, TopicsCorpus.letters)
    #expect(markers.count == 40 && letters.count == 40 && Set(markers + letters).count == 80)
    #expect((markers + letters).allSatisfy { (0x21...0x7E).contains($0) })
    let corpus = try Corpus.load("builtin:topics", tokenization: .bytes)
    #expect(corpus.vocabulary.count == 80 && corpus.entropyBitsPerCharacter == TopicsCorpus.entropyBitsPerCharacter)
    for split in corpus.splits.all {
      #expect(split.symbols.count % 9 == 0 && Set(split.annotations?.classes ?? []).count == 40)
      let marker = try corpus.vocabulary.encode(markers).firstIndex(of: split.symbols[0])
      #expect(marker == split.annotations?.classes.map { Int($0[0]) })
    }
    #expect(corpus.boundaries == Set(try corpus.vocabulary.encode(markers)))
    let lines = try Corpus(builtin: DialectCorpus(lines: 40))
    #expect(lines.boundaries == Set(try lines.vocabulary.encode("\n")))
  }

  @Test("Every topic is reached from every other, and the tables' seed is the smallest for which it is")
  func ergodic() {
    func isErgodic(_ table: SuccessorTable) -> Bool {
      let edges = table.successors.map { $0.reduce(UInt64(0)) { $0 | 1 << UInt64($1) } }
      var reached = edges
      // If any power of the transition matrix is positive everywhere, then (n−1)² + 1 is (Wielandt 1950).
      for _ in 0..<39 * 39 {
        reached = reached.map { row in
          edges.indices.reduce(UInt64(0)) { row >> UInt64($1) & 1 == 1 ? $0 | edges[$1] : $0 }
        }
      }
      return reached.allSatisfy { $0 == (1 << 40) - 1 }
    }
    let smallest = (UInt64(1)...).first { isErgodic(TopicTables(seed: $0).nextTopic) }
    #expect(TopicTables.seed == smallest)
    #expect(!isErgodic(SuccessorTable(successors: (0..<40).map { [($0 + 1) % 40] })))
  }
}
