import Corpora
import MixtureOfExperts
import Tables
import Training

/// What a longer memory is worth, and why models lose so much without one.
package struct ReachExperiment: OpenExperiment {
  package init() {}

  package let id = "reach"
  package let title = "Effective context length"
  package let method =
    "Matched conditions. Recall symbols repeat a letter that stands \(DialectCorpus.recallDistance) characters before."

  package func variants(_ settings: RunSettings) -> [(prefix: String, variants: [Variant])] {
    [("matched-", RouterKind.compared.map { Variant.matched($0) })]
  }

  package func prepare(_ run: inout PlannedRun) { run.measuresReach = true }

  package func questions(_ runs: FinishedRuns) -> [Question] {
    guard let first = runs.all.first?.configuration else { return [] }
    let segment = first.model.segment
    return RouterKind.compared.flatMap { router -> [Question] in
      func gain(of memory: Int) -> @Sendable (Reach) -> Double? {
        { difference($0[segment]?.bitsPerCharacter, $0[memory]?.bitsPerCharacter) }
      }
      @Sendable func lost(beside content: MemoryContent) -> @Sendable (Reach) -> Double? {
        { difference($0[.nothing]?.bits, $0[content]?.bits) }
      }
      // The most that the past can tell about a segment is known of the built-in text.
      let past: [Question] =
        first.data == DialectCorpus.name
        ? [
          .memory(
            router, "lost", "without memory more is lost than the past can tell",
            "bits without memory − bits with it − the bits of the text's state over T"
          ) { lost(beside: .own)($0).map { $0 - DialectCorpus.stateBits / Double(segment) } }
        ] : []
      let longer: [Question] = [
        .memory(
          router, "2T", "a memory of 2T is better than one of T", "bits with T − bits with 2T", gain(of: 2 * segment)),
        .memory(
          router, "8T", "a memory of 8T is better than one of T", "bits with T − bits with 8T", gain(of: 8 * segment)),
      ]
      return longer + past + [
        .memory(
          router, "confidence", "without memory it is overconfident",
          "bits without memory − mean entropy of the predictions"
        ) { difference($0[.nothing]?.bits, $0[.nothing]?.expectedBits) },
        .memory(
          router, "cut", "less is lost where the whole line is seen",
          "what a symbol loses without memory before any line feed of the segment − behind one"
        ) { difference($0[.nothing]?.costOfCut, $0[.own]?.costOfCut) },
        .memory(
          router, "another", "another text's memory is better than none",
          "bits without memory − bits with that of another row", lost(beside: .another)),
        .memory(
          router, "zeros", "zeros are better than no memory", "bits without memory − bits with states of zeros",
          lost(beside: .zeros)),
        .memory(
          router, "routing", "without memory tokens go to the wrong experts",
          "bits without memory − bits without it but with the logits that routers had with it",
          lost(beside: .nothingRoutedAsOwn)),
      ]
    }
  }

  package func tables(_ runs: FinishedRuns) -> [Table] {
    var tables = Self.lengths(runs)
    if tables.count > 1 { tables[1].notes = ["Chance baseline: a letter is 4 bits."] }
    return tables + [contents(runs)]
  }

  /// Bits by the length of the memory, of all symbols and of recall symbols.
  static func lengths(_ runs: FinishedRuns) -> [Table] {
    guard let model = runs.model else { return [] }
    let lengths = (runs.results[0].reach?.lengths ?? []).map(\.memory)
    func byLength(_ title: String, _ value: @escaping (EvaluationResult) -> Double?) -> Table {
      runs.table(title, lengths.map { memory in ("M = \(memory)", 3, { $0.reach?[memory].flatMap(value) }) })
    }
    return [
      byLength("bits per character by tokens of memory; in training T = \(model.segment), M = \(model.memory)") {
        $0.bitsPerCharacter
      },
      byLength("recall symbols: the same") { $0.recallBits },
    ]
  }

  /// What memory holds, model by model: seeds differ more than routers do.
  private func contents(_ runs: FinishedRuns) -> Table {
    let stateBits = DialectCorpus.stateBits / Double(max(1, runs.model?.segment ?? 1))
    var table = Table(
      "bits by what memory holds, model by model",
      headings: [
        "router, seed", "own", "nothing", "expected", "routed as own", "another row's", "zeros", "line cut",
        "line whole",
      ],
      notes: [
        "Expected: the entropy of the predictions without memory; below what is paid a model is overconfident. Line cut and "
          + "whole: without memory, symbols before any line feed of the segment, and behind one. The past can tell at most "
          + Estimate(stateBits).text(digits: 3, unit: "bits a symbol.")
      ])
    for run in runs.results {
      guard let reach = run.reach else { continue }
      let nothing = reach[.nothing]
      let bits = [
        reach[.own]?.bits, nothing?.bits, nothing?.expectedBits, reach[.nothingRoutedAsOwn]?.bits,
        reach[.another]?.bits, reach[.zeros]?.bits, nothing?.bitsInCutLines, nothing?.bitsInWholeLines,
      ]
      table.append([.text("\(run.variant), \(run.seed)")] + bits.map { .optional($0, digits: 3) })
    }
    return table
  }
}

/// What memory is worth where keys are asked again at all distances.
package struct RecallExperiment: OpenExperiment {
  package init() {}

  package let id = "recall"
  package let title = "Keys that are asked again"
  package let method = "Matched conditions, on a text whose values are asked again soon or late."
  package let text = OpenText.builtin(.recall)

  /// What a recalled symbol costs without any memory, in bits.
  private var chance: Double? { BuiltinCorpus.recall.facts.recallBitsChanceBaseline }

  package func prepare(_ run: inout PlannedRun) { run.measuresReach = true }

  package func questions(_ runs: FinishedRuns) -> [Question] {
    guard let segment = runs.model?.segment, let chance else { return [] }
    let own = RouterKind.compared.flatMap { router -> [Question] in
      func gain(from before: Int, to after: Int) -> @Sendable (Reach) -> Double? {
        { difference($0[before]?.recallBits, $0[after]?.recallBits) }
      }
      return [
        .memory(
          router, "chance", "it knows recalled symbols better than chance",
          "bits of the chance baseline − bits of recalled symbols with T"
        ) { difference(chance, $0[segment]?.recallBits) },
        .memory(
          router, "none", "a memory of T tells recalled symbols more than none",
          "bits of recalled symbols without memory − with T", gain(from: 0, to: segment)),
        // Attention has something to look at there, too, but other values stand behind the same keys: it misleads.
        .memory(
          router, "another", "a memory of T tells recalled symbols more than another row's",
          "bits of recalled symbols with another row's memory − with its own"
        ) { difference($0[.another]?.recallBits, $0[.own]?.recallBits) },
        .memory(
          router, "8T", "a memory of 8T tells more of them than one of T", "bits of recalled symbols with T − with 8T",
          gain(from: segment, to: 8 * segment)),
      ]
    }
    return own
      + rivals.map { rival in
        Question(
          "\(rival)", "hyperrouter knows recalled symbols better than \(rival)",
          "bits of recalled symbols, \(rival)'s − hyperrouter's, each at the k that validation chose for it",
          unit: "bits", rival.rawValue, minus: RouterKind.hyperRouter.rawValue
        ) { $0.best?.recallBits }
      }
  }

  package func tables(_ runs: FinishedRuns) -> [Table] {
    guard let segment = runs.model?.segment else { return [] }
    let rows = runs.variants.flatMap { variant in
      [0, segment, 8 * segment].map { memory in
        MeasuredTables.Row(
          name: "\(variant), \(memory)", results: runs[variant].compactMap { $0.reach?[memory] })
      }
    }
    let byDistance = MeasuredTables(
      rowTitle: "router, M", rows: rows, place: ", T = \(segment)", recallChanceBaseline: chance
    ).recall
    return [byDistance].compactMap { $0 } + ReachExperiment.lengths(runs)
  }
}

extension Question {
  /// What memory is worth to the models of a router, in bits.
  fileprivate static func memory(
    _ router: RouterKind, _ id: String, _ statement: String, _ rule: String,
    _ value: @escaping @Sendable (Reach) -> Double?
  ) -> Question {
    Question("\(router)-\(id)", "\(router): \(statement)", rule, unit: "bits", within: router.rawValue) {
      $0.reach.flatMap(value)
    }
  }
}

extension MemoryReading {
  /// What a symbol costs more where its line began before the segment.
  fileprivate var costOfCut: Double? { difference(bitsInCutLines, bitsInWholeLines) }
}
