import Foundation
import Testing

@testable import Corpora

@Suite("The built-in task: which dialect a line is from")
struct DialectTaskTests {
  @Test("A text is the key and the 44 letters of a line of another sample; its label is the line's marker")
  func rows() throws {
    let rows = DialectTask.rows
    #expect(rows.map(\.count) == DialectTask.lines)
    let text = DialectCorpus(seed: DialectTask.seed, lines: 2500).text
    let lines = text.split(separator: 0x0A)
    let all = rows.train + rows.validation + rows.test
    #expect(all.count == 2500 && lines.count == 2500)
    for (row, line) in zip(all, lines) {
      #expect(
        row.text == Array(line.dropFirst().dropLast()) && row.label == String(decoding: line.prefix(1), as: UTF8.self))
      #expect(row.text.count == 45 && row.text.allSatisfy { DialectCorpus.letters.contains($0) })
    }
    #expect(DialectTask.seed != DialectCorpus.defaultSeed)
  }

  @Test("The posterior is Bayes' rule over the eight chains, by products")
  func posterior() {
    let sample = DialectTask.rows.test.prefix(20).map { Array($0.text.prefix(5)) }
    for text in sample {
      let letters = text.map { Int($0 - UInt8(ascii: "a")) }
      let likelihoods = DialectChain.all.map { chain in
        (1..<letters.count).reduce(1.0) { product, place in
          guard let rank = chain.successors[letters[place - 1]].firstIndex(of: letters[place]) else { return 0 }
          return product * [0.6, 0.2, 0.12, 0.08][rank]
        }
      }
      let sum = likelihoods.reduce(0, +)
      #expect(sum > 0)
      for (found, expected) in zip(DialectTask.posterior(of: text), likelihoods) {
        #expect(abs(found - expected / sum) < 1e-12)
      }
    }
    // One letter says nothing of the dialect; a text that no chain can write has no posterior.
    #expect(DialectTask.posterior(of: [0x61]).allSatisfy { abs($0 - 1.0 / 8) < 1e-15 })
  }

  @Test("The ceiling is reached where labels belong to their texts, and chance where they are shifted by a row")
  func ceiling() {
    let rows = DialectTask.rows.test
    #expect(DialectTask.optimalAccuracy(on: rows) > 0.99)
    let shifted = rows.indices.map { index in
      LabelledRows.Row(
        text: rows[index].text, label: rows[(index + 1) % rows.count].label, origin: rows[index].origin)
    }
    // Five standard errors.
    #expect(abs(DialectTask.optimalAccuracy(on: shifted) - 0.125) < 5 * (0.125 * 0.875 / 1000).squareRoot())
    // A mean of posteriors of the labels is what the best classifier expects of itself.
    let short = rows.map { LabelledRows.Row(text: Array($0.text.prefix(4)), label: $0.label, origin: $0.origin) }
    let expected = short.reduce(0) { $0 + (DialectTask.posterior(of: $1.text).max() ?? 0) } / Double(short.count)
    #expect(abs(DialectTask.optimalAccuracy(on: short) - expected) < 5 * (0.25 / 1000).squareRoot())
    #expect(expected > 0.2 && expected < 0.99)
  }
}
