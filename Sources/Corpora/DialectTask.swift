import Foundation
import RunFiles

/// The built-in classification task: which dialect a line of `builtin:dialects` is from, its marker hidden.
///
/// A text is a key letter and the 44 letters that follow it in the dialect's chain; the label is the marker. The lines are
/// another sample than the text that models are pretrained on.
enum DialectTask {
  /// The seed of the sample.
  static let seed: UInt64 = 2
  /// How many lines each part has.
  static let lines = Splits(train: 1000, validation: 500, test: 1000)

  /// The rows of each part.
  static var rows: Splits<[LabelledRows.Row]> {
    let text = DialectCorpus(seed: seed, lines: lines.train + lines.validation + lines.test).text
    let length = PositionKind.line.count
    let shown = 1..<1 + PositionKind.key.countPerLine + PositionKind.body.countPerLine
    let all = (0..<text.count / length).map { line in
      LabelledRows.Row(
        text: Array(text[line * length + shown.lowerBound..<line * length + shown.upperBound]),
        label: String(decoding: [text[line * length]], as: UTF8.self),
        origin: TextOrigin(offset: line * length + shown.lowerBound, line: line + 1))
    }
    return Splits(
      train: Array(all[..<lines.train]), validation: Array(all[lines.train..<lines.train + lines.validation]),
      test: Array(all[(lines.train + lines.validation)...]))
  }

  /// Returns p(dialect | text): the chains are known and all dialects equally likely before a letter is read.
  static func posterior(of text: [UInt8]) -> [Double] {
    let letters = text.map { Int($0) - Int(DialectCorpus.letters[0]) }
    let logarithms = DialectCorpus.chains.map { chain in
      zip(letters, letters.dropFirst()).reduce(0.0) { $0 + log(chain.probability(of: $1.1, after: $1.0)) }
    }
    let largest = logarithms.max() ?? 0
    guard largest > -.infinity else { return logarithms.map { _ in 0 } }
    let weights = logarithms.map { exp($0 - largest) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  /// Returns the accuracy of the best classifier that there can be: the one that answers the likeliest dialect.
  static func optimalAccuracy(on rows: [LabelledRows.Row]) -> Double {
    let right = rows.count { row in
      let posterior = posterior(of: row.text)
      let answer = posterior.indices.max { (posterior[$0], -$0) < (posterior[$1], -$1) } ?? 0
      return String(decoding: [DialectCorpus.markers[answer]], as: UTF8.self) == row.label
    }
    return Double(right) / Double(rows.count)
  }
}
