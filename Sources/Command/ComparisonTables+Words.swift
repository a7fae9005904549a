import Foundation
import Tables
import Training

extension ComparisonTables {
  /// What is usual for words: exp of the loss in nats, over all words, and over those that are known.
  func perplexities() -> Table {
    var table = Table(columns: [.text("router")] + ks.map { .number("k = \($0)") } + [.number("best")])
    func row(_ sample: VariantSample, _ name: String, _ value: @escaping (EvaluationResult) -> Double?) -> [String] {
      [name] + ks.map { k in sample.text(2) { run in run.test.first { $0.k == k }.flatMap(value) } ?? "–" }
        + [sample.text(2) { $0.best.flatMap(value) } ?? "–"]
    }
    for sample in samples {
      table.append(texts: row(sample, sample.name) { $0.perplexity })
      if sample.runs[0].best?.unknownWords != nil {
        table.append(texts: row(sample, "\(sample.name), known words") { $0.unknownWords?.knownPerplexity })
      }
    }
    return table
  }
}

extension UnknownWords {
  /// Which perplexity is which.
  var note: String {
    "perplexity is over all words, <unk> counted as one of them, as is customary for WikiText-103; that of known words "
      + "leaves out the \(String(format: "%.2f", 100 * share)) % of targets that are <unk>"
      + (levels.map { "; by the frequency of words in the training part alone they are \($0)" } ?? "")
  }

  /// The perplexities of whoever knows nothing but how often words occur; nil if that was not counted.
  private var levels: String? {
    perplexityByFrequency.flatMap { all in
      knownPerplexityByFrequency.map { String(format: "%.1f and %.1f", all, $0) }
    }
  }
}
