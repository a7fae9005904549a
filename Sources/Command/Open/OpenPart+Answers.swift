import Corpora
import Experiments
import Foundation
import Jacobian
import Tables
import Training

extension OpenPart {
  /// What recalled symbols cost by how far back they stand, with memories of several lengths.
  static func recall(_ samples: [VariantSample], segment: Int) -> Table {
    let ranges = (samples[0].runs[0].best?.recallByDistance ?? []).compactMap(\.range)
    var table = Table(
      "bits of recalled symbols by distance, T = \(segment)",
      headings: ["router, M"] + ranges.map(\.description),
      notes: BuiltinCorpus.recall.facts.recallBitsByChance.map { [String(format: "By chance %.3f bits.", $0)] } ?? [])
    for sample in samples {
      for memory in [0, segment, 8 * segment] {
        table.append(
          texts: ["\(sample.name), \(memory)"]
            + ranges.map { range in
              sample.text(3) { run in run.reach?[memory]?.recallByDistance?.first { $0.range == range }?.bits }
            })
      }
    }
    return table
  }

  /// How many values of lists are known, by depth, beside the most frequent value.
  static func lists(_ samples: [VariantSample]) -> Table {
    let depths = (samples[0].runs[0].best?.answers?.byDepth ?? []).map(\.depth)
    var table = Table(
      "accuracy on the value of a list, at the k that validation chose",
      headings: ["router", "bits", "all lists"] + depths.map { "depth \($0)" },
      notes: [
        "Guesses: the training part's most frequent value, of all lists and of those with the same outermost operator."
      ])
    for sample in samples {
      table.append(
        texts: [
          sample.name, sample.text(3) { $0.best?.bitsPerCharacter }, sample.text(3) { $0.best?.answers?.all.accuracy },
        ]
          + depths.map { depth in
            sample.text(3) { $0.best?.answers?[depth: depth]?.accuracy }
          })
    }
    let first = samples[0].runs[0].best?.answers
    let guesses: [(String, (AnswerResult.Shares) -> Double?)] = [
      ("the most frequent value", \.byChance), ("that of the outermost operator", \.byOperation),
    ]
    for (name, share) in guesses {
      func number(_ shares: AnswerResult.Shares?) -> String? {
        shares.flatMap(share).map { String(format: "%.3f", $0) }
      }
      table.append(texts: [name, nil, number(first?.all)] + depths.map { number(first?[depth: $0]) })
    }
    return table
  }

  /// Perplexities at the k that validation chose, beside those of whoever knows how often words occur.
  static func words(_ samples: [VariantSample]) -> Table {
    let (k, first) = (samples[0].runs[0].commonK, samples[0].runs[0].best?.unknownWords)
    var table = Table(
      "perplexity at the k that validation chose",
      headings: ["router", "bits a word", "all words", "known words", "entropy of s, nats, k = \(k)"],
      notes: first.map { [$0.note] } ?? [])
    for sample in samples {
      table.append(texts: [
        sample.name, sample.text(3) { $0.best?.bitsPerCharacter }, sample.text(1) { $0.best?.perplexity },
        sample.text(1) { $0.best?.unknownWords?.knownPerplexity }, sample.text(2) { $0.measures.entropy(k: k) },
      ])
    }
    func number(_ value: Double?) -> String? { value.map { String(format: "%.1f", $0) } }
    table.append(texts: [
      "by frequency", first?.perplexityByFrequency.map { String(format: "%.3f", log2($0)) },
      number(first?.perplexityByFrequency), number(first?.knownPerplexityByFrequency), nil,
    ])
    return table
  }

  /// Accuracy of classifiers by condition and k, beside chance and ceiling.
  static func finetuned(_ samples: [VariantSample]) -> Table {
    let first = samples[0].runs[0].finetuning
    let ks = (first?.results.first?.test ?? []).map(\.k)
    func number(_ value: Double) -> String { String(format: "%.3f", value) }
    var table = Table(
      "accuracy on the test part", headings: ["router, condition"] + ks.map { "k = \($0)" } + ["best"],
      notes: [
        first.map { "By chance \(number($0.chance))" + ($0.ceiling.map { "; at most \(number($0))." } ?? ".") } ?? ""
      ].filter { !$0.isEmpty })
    for sample in samples {
      for condition in FinetuningCondition.allCases {
        func accuracy(_ run: RouterResult, _ k: Int) -> Double? {
          run.finetuning?.results.first { $0.condition == condition }?.test.first { $0.k == k }?.accuracy
        }
        table.append(
          texts: ["\(sample.name), \(condition.rawValue)"] + ks.map { k in sample.text(3) { accuracy($0, k) } }
            + [sample.text(3) { $0.finetuning?[condition] }])
      }
    }
    return table
  }
}
