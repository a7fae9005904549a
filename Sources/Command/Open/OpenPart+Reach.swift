import Corpora
import Experiments
import Foundation
import Jacobian
import MixtureOfExperts
import Tables
import Training

extension OpenPart {
  /// Bits by the length of the memory, and what each model loses without.
  static func reach(_ samples: [VariantSample], of model: Configuration) -> [Table] {
    var tables = lengths(samples, of: model)
    tables[1].notes = ["By chance a letter is 4 bits."]
    return tables + [contents(samples, segment: model.segment)]
  }

  /// Bits by the length of the memory, of all symbols and of recall symbols.
  static func lengths(_ samples: [VariantSample], of model: Configuration) -> [Table] {
    let lengths = (samples[0].runs[0].reach?.lengths ?? []).map(\.memory)
    func byLength(_ title: String, _ value: @escaping (EvaluationResult) -> Double?) -> Table {
      var table = Table(title, headings: ["router"] + lengths.map { "M = \($0)" })
      for sample in samples {
        table.append(
          texts: [sample.name] + lengths.map { memory in sample.text(3) { $0.reach?[memory].flatMap(value) } })
      }
      return table
    }
    return [
      byLength("bits per character by tokens of memory; in training T = \(model.segment), M = \(model.memory)") {
        $0.bitsPerCharacter
      },
      byLength("recall symbols: the same") { $0.recallBits },
    ]
  }

  /// What memory holds, model by model: seeds differ more than routers do.
  private static func contents(_ samples: [VariantSample], segment: Int) -> Table {
    var table = Table(
      "bits by what memory holds, model by model",
      headings: [
        "router, seed", "own", "nothing", "expected", "routed as own", "another row's", "zeros", "line cut",
        "line whole",
      ],
      notes: [
        "Expected: the entropy of the predictions without memory; below what is paid a model is surer than right. Line cut and "
          + "whole: without memory, symbols before any line feed of the segment, and behind one. The past can tell at most "
          + String(format: "%.3f bits a symbol.", DialectCorpus.stateBits / Double(segment))
      ])
    func number(_ value: Double?) -> String? { value.map { String(format: "%.3f", $0) } }
    for run in samples.flatMap(\.runs) {
      guard let reach = run.reach else { continue }
      let nothing = reach[.nothing]
      table.append(texts: [
        "\(run.variant), \(run.seed)", number(reach[.own]?.bits), number(nothing?.bits),
        number(nothing?.expectedBits), number(reach[.nothingRoutedAsOwn]?.bits), number(reach[.another]?.bits),
        number(reach[.zeros]?.bits), number(nothing?.bitsInCutLines), number(nothing?.bitsInWholeLines),
      ])
    }
    return table
  }
}
