import Foundation
import TestSupport
import Testing

@testable import Corpora

@Suite("Keys that are asked again")
struct RecallCorpusTests {
  @Test(
    "The entropy is that of n choices of a key and of the values of the keys that occur: 1.0067… bits per character")
  func entropy() {
    let p = [0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625, 0.0078125, 0.0078125]
    #expect(RecallCorpus.probabilities == p && p.reduce(0, +) == 1)
    let choice = p.reduce(0) { $0 - $1 * log($1) / log(2) }
    // The probability that a key does not occur, pair by pair.
    let occurring = p.map { p in 1 - (0..<512).reduce(1.0) { product, _ in product * (1 - p) } }.reduce(0, +)
    let expected = (512 * choice + 2 * occurring) / 1025
    #expect(mismatch([RecallCorpus.entropyBitsPerCharacter], [expected], relative: 1e-12) == nil)
    #expect(Int(RecallCorpus.entropyBitsPerCharacter * 10_000) == 10_067)
    #expect(RecallCorpus.facts.recallBitsChanceBaseline == 2 && RecallCorpus.facts.longestLine == 1025)
  }

  @Test("In a line a key has one value of its own four, marked with the distance to where it stands last")
  func values() throws {
    let corpus = RecallCorpus(seed: 4, lines: 60)
    let text = Array(String(decoding: corpus.text, as: UTF8.self))
    try #require(text.count == 60 * 1025)
    let own = Dictionary(
      uniqueKeysWithValues: zip("ABCDEFGH", ["abcd", "efgh", "ijkl", "mnop", "qrst", "uvwx", "yz01", "2345"]))
    var (recalled, pairs) = (0, Set<String>())
    for line in 0..<60 {
      let range = line * 1025..<(line + 1) * 1025
      #expect(text[range.upperBound - 1] == "\n" && corpus.annotations.marks[range.upperBound - 1] == .plain)
      for place in stride(from: range.lowerBound, to: range.upperBound - 1, by: 2) {
        #expect(own[text[place]]?.contains(text[place + 1]) == true)
        pairs.insert("\(text[place])\(text[place + 1])")
        #expect(corpus.annotations.marks[place] == .plain)
        // The nearest place before, in the line, at which the same key stands.
        let before = stride(from: place - 2, through: range.lowerBound, by: -2).first { text[$0] == text[place] }
        guard let before else {
          #expect(corpus.annotations.marks[place + 1] == .plain)
          continue
        }
        recalled += 1
        #expect(text[before + 1] == text[place + 1])
        #expect(corpus.annotations.marks[place + 1] == .recall(distance: UInt16(place - before)))
      }
    }
    // All but the first of each of at most eight keys; every value of every key occurs.
    #expect(recalled >= 60 * (512 - 8) && recalled < 60 * 512 && pairs.count == 32)
  }

  @Test("Recalled symbols are more than a tenth of all, at distances of all ranges")
  func distances() {
    let marks = RecallCorpus(lines: 200).annotations.marks
    let distances = marks.compactMap { mark -> Int? in
      if case .recall(let distance) = mark { Int(distance) } else { nil }
    }
    #expect(distances.count * 10 > marks.count)
    for range in DistanceRange.all {
      let count = distances.count { $0 >= range.lowest && $0 <= range.highest ?? .max }
      #expect(count > distances.count / 500, "\(range): \(count) of \(distances.count)")
      #expect(
        distances.allSatisfy {
          (DistanceRange.all[DistanceRange.index(of: $0)] == range)
            == ($0 >= range.lowest && $0 <= range.highest ?? .max)
        })
    }
  }

  @Test(
    "Keys have their probabilities, and the values of a line are uniform and independent of those of the line before")
  func frequencies() throws {
    let text = RecallCorpus(seed: 9, lines: 3000).text
    var keys = [Double](repeating: 0, count: 8)
    var changes = [Double](repeating: 0, count: 16)
    var before = -1
    for line in stride(from: 0, to: text.count, by: 1025) {
      for place in stride(from: line, to: line + 1024, by: 2) { keys[Int(text[place] - 0x41)] += 1 }
      // The most frequent key's value is a, b, c or d.
      let first = try #require(stride(from: line, to: line + 1024, by: 2).first { text[$0] == 0x41 })
      let value = Int(text[first + 1] - 0x61)
      if before >= 0 { changes[before * 4 + value] += 1 }
      before = value
    }
    for (counts, probabilities) in [
      (keys, RecallCorpus.probabilities), (changes, Array(repeating: 1.0 / 16, count: 16)),
    ] {
      // Chi-squared with n − 1 degrees of freedom: mean n − 1, variance twice that.
      let total = counts.reduce(0, +)
      let statistic = zip(counts, probabilities).reduce(0) { $0 + pow($1.0 - $1.1 * total, 2) / ($1.1 * total) }
      let freedom = Double(counts.count - 1)
      #expect(abs(statistic - freedom) < 5 * (2 * freedom).squareRoot(), "\(statistic)")
    }
  }
}
