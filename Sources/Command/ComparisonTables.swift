import Corpora
import Experiments
import Foundation
import Hosts
import Jacobian
import MixtureOfExperts
import Tables
import Training

/// The tables that `compare` and `train` print for a person.
///
/// Figures are of the test part; over seeds, mean ± standard deviation.
struct ComparisonTables {
  /// Pairs of variants.
  enum Pairs {
    case all
    /// Those of which one has this name.
    case with(String)
    case none

    func contains(_ a: String, _ b: String) -> Bool {
      switch self {
      case .all: true
      case .with(let name): a == name || b == name
      case .none: false
      }
    }
  }

  let summary: ComparisonSummary
  let corpus: Corpus
  /// N.
  let experts: Int
  /// The pairs of variants whose differences are listed.
  var pairs = Pairs.all
  var samples: [VariantSample] { summary.samples }
  var runs: [RouterResult] { samples.flatMap(\.runs) }
  var ks: [Int] { Set(runs.flatMap { $0.test.map(\.k) }).sorted() }
  /// Dense models have no k, and do not decide at which others are compared.
  private var commonK: Int { (runs.first { $0.lastK != nil } ?? runs[0]).commonK }

  /// Prints them.
  func print(on console: Console) throws {
    func section(_ title: String, _ table: Table) throws {
      try console.print("\n" + console.style.bold(title))
      try console.print(table)
    }
    try console.print(console.style.bold("\(corpus.unit) on the test part, by experts used at inference"))
    try console.print(quality())
    try console.print("* the k of the last step; the best k is chosen by the validation part")
    for name in Set(runs.map(\.router)).sorted() {
      guard let note = RouterKind(rawValue: name)?.note else { continue }
      try console.print(console.wrapped("\(name) \(note)"))
    }
    if corpus.vocabulary.tokenization == .words {
      try section("perplexity on the test part, by experts used at inference", perplexities())
      if let note = runs[0].best?.unknownWords?.note { try console.print(console.wrapped(note)) }
    }
    if samples[0].runs.count > 1, let differences = differences() {
      try section("differences in \(corpus.unit), paired by seed, ± half the 95 % interval", differences)
    }
    if runs.contains(where: { !$0.entropyNatsPerLayer.isEmpty }) {
      try section("routing at k = \(commonK), mean of the layers", routing())
      if runs.contains(where: { !$0.mixtures.isEmpty }) {
        try section("experts and gradients at k = \(commonK), mean of the layers", mixtures())
      }
      if runs.contains(where: { !$0.policies.isEmpty }) {
        try section("\(corpus.unit) at k = \(commonK) with the trained experts, routed in another way", policies())
      }
      try section("cost: smallest k (million multiply-adds a token) within a share of the best bits", cost())
    }
    if runs.contains(where: { $0.withoutMemory != nil }) {
      try section("what memory is worth, at the best k", memory())
    }
    try apart.print(on: console, " at the best k")
    try section("size and speed", size())
  }

  private func quality() -> Table {
    let entropy = corpus.entropyBitsPerCharacter
    var table = Table(
      columns: [.text("router")] + ks.map { .number("k = \($0)") } + [.number("best")]
        + (entropy == nil ? [] : [.number("above entropy")]))
    for sample in samples {
      let cells = ks.map { k in
        let mark = sample.runs[0].lastK == k ? "*" : ""
        return sample.text(3) { run in run.test.first { $0.k == k }?.bitsPerCharacter }.map { $0 + mark } ?? "–"
      }
      table.append(
        texts: [sample.name] + cells + [sample.text(3) { $0.best?.bitsPerCharacter } ?? "–"]
          + (entropy.map { entropy in [sample.text(3) { $0.best.map { $0.bitsPerCharacter - entropy } } ?? "–"] } ?? [])
      )
    }
    return table
  }

  private func differences() -> Table? {
    let listed = summary.differences.filter { pairs.contains($0.a, $0.b) }
    if listed.isEmpty { return nil }
    var table = Table(columns: [.text("first minus second")] + ks.map { .number("k = \($0)") })
    for name in listed.map(\.name).distinct {
      let own = listed.filter { $0.name == name }
      table.append(
        texts: [name]
          + ks.map { k in
            own.first { $0.k == k }.map {
              number($0.bits.mean, 3) + " ± " + ($0.bits.halfWidth.map { number($0, 3) } ?? "–")
            } ?? "–"
          })
    }
    return table
  }

  private func routing() -> Table {
    let hasDialects = runs.contains { $0.best?.dialectInformationPerLayer != nil }
    var table = Table(
      columns: [
        .text("router"), .number("entropy, nats"), .number("largest load"), .number("experts never chosen"),
        .number("margin of choice"), .number("by chance"),
      ] + (hasDialects ? [.number("knows dialect, bits")] : []))
    func mean(_ values: [Double]?) -> Double? {
      values.flatMap { $0.isEmpty ? nil : $0.reduce(0, +) / Double($0.count) }
    }
    for sample in samples where sample.runs[0].lastK != nil {
      func at(_ run: RouterResult) -> EvaluationResult? { run.test.first { $0.k == commonK } }
      table.append(
        texts: [
          sample.name, sample.text(2) { $0.measures.entropy(k: commonK) } ?? "–",
          // The share of a layer's tokens that its busiest expert receives.
          sample.text(2) { mean(at($0)?.loadPerLayer.map { Double(commonK) * ($0.max() ?? 0) }) } ?? "–",
          sample.text(1) { mean(at($0)?.loadPerLayer.map { Double($0.count { $0 == 0 }) }) } ?? "–",
          sample.text(2) { $0.measures.mean(\.margin) } ?? "–",
          sample.text(2) { $0.measures.mean(\.marginByChance) } ?? "–",
        ] + (hasDialects ? [sample.text(2) { mean(at($0)?.dialectInformationPerLayer) } ?? "–"] : []))
    }
    table.append(
      texts: [
        "uniform", number(log(Double(experts)), 2), number(Double(commonK) / Double(experts), 2), "0.0", "0.00", "0.00",
      ]
        + (hasDialects ? ["0.00"] : []))
    return table
  }

  private func mixtures() -> Table {
    var table = Table(columns: [
      .text("router"), .number("cosine of experts"), .number("of other tokens"), .number("effective rank of y"),
      .number("|J₂ᵀu| / |J₁ᵀu|"), .number("variance seen"), .number("by chance"), .number("rows moved"),
    ])
    for sample in samples where !sample.runs[0].mixtures.isEmpty {
      func text(_ digits: Int, _ value: @escaping (MixtureMeasures) -> Double?) -> String {
        sample.text(digits) { $0.measures.mean(value) } ?? "–"
      }
      table.append(texts: [
        sample.name, text(3) { $0.expertSimilarity }, text(3) { $0.unpairedExpertSimilarity },
        text(1) { $0.outputEffectiveRank }, text(3) { $0.routingShare }, text(2) { $0.varianceSeen },
        number(sample.runs[0].mixtures[0].varianceSeenByChance, 2), text(2) { $0.displacement },
      ])
    }
    return table
  }

  /// What the learned routing is worth: the same experts with each token routed as another one, as before training, and anyhow.
  private func policies() -> Table {
    var table = Table(columns: [.text("router")] + RoutingPolicy.allCases.map { .number($0.rawValue) })
    for sample in samples where !sample.runs[0].policies.isEmpty {
      table.append(
        texts: [sample.name]
          + RoutingPolicy.allCases.map { policy in
            sample.text(3) { run in run.policies.first { $0.policy == policy }?.evaluation.bitsPerCharacter } ?? "–"
          })
    }
    return table
  }

  /// Shares of the lowest bits that count as equal quality.
  private static let tolerances = [1.01, 1.02, 1.05]

  /// The k are chosen on the validation part, as the best is.
  private func cost() -> Table {
    func validated(_ sample: VariantSample, _ k: Int) -> Double? {
      mean(sample) { run in run.evaluation.first { $0.k == k }?.bitsPerCharacter }
    }
    func best(_ sample: VariantSample) -> Double? { ks.compactMap { validated(sample, $0) }.min() }
    let bestOfAll = samples.compactMap(best).min() ?? 0
    var table = Table(columns: [
      .text("router"), .number("its own: 1 %"), .number("2 %"), .number("5 %"), .number("all routers': 1 %"),
      .number("2 %"), .number("5 %"),
    ])
    for sample in samples where sample.runs[0].lastK != nil {
      guard let own = best(sample) else { continue }
      func cell(_ threshold: Double) -> String {
        let k = ks.first { validated(sample, $0).map { $0 <= threshold } ?? false }
        guard let k, let index = sample.runs[0].test.firstIndex(where: { $0.k == k }) else { return "–" }
        return "\(k) (\(number(sample.runs[0].multiplyAddsPerToken[index] / 1e6, 3)))"
      }
      table.append(texts: [sample.name] + [own, bestOfAll].flatMap { best in Self.tolerances.map { cell(best * $0) } })
    }
    return table
  }

  private func mean(_ sample: VariantSample, _ value: (RouterResult) -> Double?) -> Double? {
    let values = sample.runs.compactMap(value)
    return values.count == sample.runs.count ? values.reduce(0, +) / Double(values.count) : nil
  }

  private func memory() -> Table {
    var table = Table(columns: [
      .text("router"), .number("with"), .number("without"), .number("recall symbol with"), .number("without"),
    ])
    for sample in samples where sample.runs[0].withoutMemory != nil {
      table.append(texts: [
        sample.name, sample.text(3) { $0.best?.bitsPerCharacter } ?? "–",
        sample.text(3) { $0.withoutMemory?.bitsPerCharacter } ?? "–",
        sample.text(3) { $0.best?.recallBits } ?? "–", sample.text(3) { $0.withoutMemory?.recallBits } ?? "–",
      ])
    }
    return table
  }

  /// What the text measures apart, of each variant and of the same without memory.
  private var apart: MeasuredTables {
    MeasuredTables(
      corpus: corpus, rowTitle: .text("router"),
      rows: samples.flatMap { sample in
        [
          MeasuredTables.Row(name: sample.name, results: sample.runs.compactMap(\.best)),
          MeasuredTables.Row(name: "\(sample.name), no memory", results: sample.runs.compactMap(\.withoutMemory)),
        ].filter { $0.results.count == sample.runs.count }
      })
  }

  private func size() -> Table {
    var table = Table(columns: [
      .text("router"), .number("parameters"), .number("routing parameters"), .text("k in training"),
      .number("tokens/s"), .number("seconds"),
    ])
    for sample in samples {
      let result = sample.runs[0]
      let isTimed = sample.runs.allSatisfy { $0.timedSteps > 0 }
      table.append(texts: [
        sample.name, "\(result.parameters)", "\(result.trainableRoutingParameters)", result.kSchedule,
        isTimed ? mean(sample) { $0.tokensPerSecond }.map { number($0, 0) } ?? "–" : "–",
        isTimed ? mean(sample) { $0.seconds }.map { number($0, 1) } ?? "–" : "–",
      ])
    }
    return table
  }

  private func number(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
}
