import Corpora
import Foundation
import MixtureOfExperts
import RunFiles
import Training

/// What `classify` says of lines without labels; the object that it prints with `--json`.
package struct LabelledLines: Codable, Described, Sendable {
  package static let words = """
    labelled_lines: classify --json
    empty, truncated: lines without a symbol, which have no label, and lines of which the beginning is not read
    lines: those that have a label
    """

  /// One line.
  package struct Line: Codable, Described, Equatable, Sendable {
    package static let words = """
      labelled_line: a line and what it is taken for
      line: counted from 1
      label: the likeliest
      """
    package let line: Int
    package let label: String
    package let probability: Double
    package let text: String
  }

  /// Its file, or standard input.
  package let data: String
  package let k: Int
  package let empty, truncated: Int
  package let lines: [Line]
  private var context = 0
  private var isMarked = false

  private enum CodingKeys: CodingKey { case data, k, empty, truncated, lines }

  /// Labels the lines of a file, or of standard input, at the k that is best on the validation part unless told.
  package init(by stored: StoredClassifier, _ data: String, k: Int?, _ settings: RunSettings) throws {
    let configuration = stored.configuration
    let experts = configuration.model.experts
    let asked = k ?? stored.bestK
    guard asked <= experts else {
      throw ConfigurationError("k", found: asked, expected: "at most the number of experts, \(experts)")
    }
    let k = configuration.model.router.isSparse ? asked : experts
    let found = try UnlabelledLines(data, vocabulary: configuration.vocabulary, context: configuration.context)
    let reading = ClassifierReading(
      try stored.classifier(), of: found.lines.map(\.symbols), workers: settings.workers)
    lines = zip(found.lines, reading(k: k)).map { line, logarithms in
      let answer = logarithms.likeliest
      return Line(
        line: line.number, label: configuration.labels[answer], probability: exp(logarithms[answer]), text: line.text)
    }
    (self.data, self.k) = (data == InputFile.standardInput ? InputFile.standardInputName : data, k)
    (empty, truncated, context) = (found.emptyCount, found.truncatedCount, configuration.context)
    isMarked = found.isMarked
  }

  /// A line for each: label, probability and text, separated by tabs.
  package var text: String {
    lines.map { "\($0.label)\t\(String(format: "%.4f", $0.probability))\t\($0.text)\n" }.joined()
  }

  /// What is to be said beside it.
  package var notes: [String] {
    (isMarked ? ["a byte-order mark at the beginning is left out"] : [])
      + (empty > 0 ? ["empty lines, which have no label: \(empty)"] : [])
      + (truncated > 0
        ? ["lines longer than T + M = \(context), of which the last \(context) are read: \(truncated)"] : [])
  }
}
