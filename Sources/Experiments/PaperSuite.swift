import Corpora
import MixtureOfExperts
import RunFiles
import Tables
import Training

/// The experiments that judge the paper's claims: `compare --suite paper`.
///
/// What is compared is fixed here, before any of it is run: confounders (k schedule, initialisation scale and effective learning
/// rate of W_r), both gate orders, the other routers, and a real text if one is given.
package enum PaperSuite {
  package static let id = "paper"
  /// The seeds of the main part unless told otherwise.
  package static let defaultSeeds = 5
  /// The seeds of all other parts, if the main part has as many.
  static let fewerSeeds = 3

  /// A router with the confounders that the suite separates: `hyperrouter-growing-fast`.
  ///
  /// W_r begins as large as HyperRouter's if `isScaled`, as HyperRouter's always does, and moves as fast as SMoE's if `isFast`.
  static func cell(
    _ router: RouterKind, growsK: Bool, isScaled: Bool = false, isFast: Bool = false
  ) -> Variant {
    let name =
      router.rawValue + (growsK ? "-growing" : "-constant") + (isScaled ? "-scaled" : "") + (isFast ? "-fast" : "")
    return Variant(
      router, named: name, growsK: growsK, routerScale: isScaled ? .matched : .release,
      embeddingScale: isFast ? .matched : .release)
  }

  /// {smoe, smoe-dropout} × {k kept, k grows} × {release, matched scale}; hyperrouter × {k kept, k grows} × {release, matched
  /// speed}, its scale being the one that is matched.
  package static let factorial: [Variant] = [false, true].flatMap { growsK in
    [RouterKind.smoe, .smoeDropout].flatMap { router in
      [false, true].map { cell(router, growsK: growsK, isScaled: $0) }
    } + [false, true].map { cell(.hyperRouter, growsK: growsK, isFast: $0) }
  }

  /// As the authors have them: SMoE, SMoE-Dropout, HyperRouter.
  package static let published = [
    cell(.smoe, growsK: false), cell(.smoeDropout, growsK: true), cell(.hyperRouter, growsK: true),
  ]

  /// Where only routers differ, in the same order.
  package static let matched = [
    cell(.smoe, growsK: true, isScaled: true), cell(.smoeDropout, growsK: true, isScaled: true),
    cell(.hyperRouter, growsK: true, isFast: true),
  ]

  /// The routers besides the paper's three.
  private static let others = RouterKind.allCases.filter { !RouterKind.compared.contains($0) && $0 != .denseDropout }
    .map { Variant.matched($0) }

  /// All that is trained, whatever the texts and seeds.
  package static var variants: [Variant] { factorial + others }

  /// Plans the suite.
  package static func parts(_ settings: RunSettings, seeds count: Int = defaultSeeds) throws -> [ExperimentPart] {
    let given = settings.data
    let text = given == BuiltinCorpus.standard.rawValue ? nil : (try settings.corpus(), given)
    var settings = settings
    settings.set(\.data, to: BuiltinCorpus.standard.rawValue)
    return try parts(settings, standard: settings.corpus(), text: text, seeds: settings.seeds(count))
  }

  static func parts(
    _ settings: RunSettings, standard corpus: Corpus, text: (corpus: Corpus, data: String)?, seeds: [UInt64]
  ) throws -> [ExperimentPart] {
    let fewer = Array(seeds.prefix(fewerSeeds))
    let confounders = try settings.plan(factorial, on: corpus, seeds: seeds, prefix: "topics-")
    let reversed = factorial.map { $0.named($0.name) { $0.gateOrder = .topKThenSoftmax } }
    // The three routers at matched conditions stand beside the others.
    let three = confounders.filter { run in matched.contains(run.variant) }
    var parts = [
      ExperimentPart(title: "topics, confounders", corpus: corpus, runs: confounders, isJudged: true),
      ExperimentPart(
        title: "topics, top-k before softmax", corpus: corpus,
        runs: try settings.plan(reversed, on: corpus, seeds: fewer, prefix: "topics-topk-softmax-"),
        isJudged: true),
      ExperimentPart(
        title: "topics, other routers at matched conditions", corpus: corpus,
        runs: three + (try settings.plan(others, on: corpus, seeds: fewer, prefix: "topics-"))),
    ]
    if let text {
      var settings = settings
      settings.set(\.data, to: text.data)
      parts.append(
        ExperimentPart(
          title: text.corpus.name, corpus: text.corpus,
          runs: try settings.plan(published + matched, on: text.corpus, seeds: fewer, prefix: "text-"), isJudged: true))
    }
    return parts
  }

  /// What is said of all parts together: verdicts first.
  static func passages(_ parts: [PartResult]) -> [Passage] {
    let judged = parts.filter { !$0.findings.isEmpty }
    func places(_ part: PartResult) -> [(name: String, findings: [Finding])] {
      part.findings.map(\.conditions).distinct.map { conditions in
        (part.place(conditions), part.findings.filter { $0.conditions == conditions })
      }
    }
    let all = judged.flatMap(places)
    var table = Table("The paper's claims, judged", columns: [.text("claim")] + all.map { .text($0.name) })
    for claim in all.first?.findings ?? [] {
      table.append(
        [.text(claim.statement)]
          + all.map { place in
            .text(place.findings.first { $0.id == claim.id }?.verdict?.rawValue ?? "not measured")
          })
    }
    table.notes = [Verdict.rule + ". The differences:"]
    let sentences = judged.flatMap { part in
      part.findings.filter { $0.verdict != nil }.map { finding in
        Passage.paragraph(
          "\(finding.statement) (\(part.place(finding.conditions)), \(part.seeds) seeds): \(finding.words). "
            + "\(finding.rule): \(finding.numbers)")
      }
    }
    let confounders = parts.flatMap { part in part.confounders.flatMap { $0.passages(of: part.title) } }
    let numbers = parts.flatMap { part -> [Passage] in
      let hyperRouter = matched[2].name
      return [.heading("\(part.title), \(part.seeds) seeds")]
        + ComparisonTables(part.finished) { !part.isJudged && [$0.a, $0.b].contains(hyperRouter) }.passages
    }
    return [.table(table)] + sentences + confounders + numbers
  }
}

/// What the differences of a rival's bits and HyperRouter's are made of: the confounders are made equal one after the other, and
/// what each takes away is its share.
///
///     published difference = schedule + scale + speed + router
///
/// The order is fixed: first the k schedule, then the scale of W_r, then the speed of HyperRouter's, made that of SMoE's; what is left
/// is the router's own. Confounders that act together are counted with the first of them.
package struct Confounders: Codable, Described, Sendable {
  package static let words = "confounders: what the differences of a rival's bits and HyperRouter's are made of"

  /// The shares at one k, or the means of all.
  package struct Shares: Codable, Described, Sendable {
    package static let words =
      "shares: a published difference, what equal confounders take from it in turn, what is left"
    /// nil: the mean of all k, seed by seed.
    @OrNull package private(set) var k: Int?
    /// Both as their authors have them.
    package let published: PairedDifference
    /// What goes when both have the same k schedule.
    package let schedule: PairedDifference
    /// What goes when W_r begins as large in both.
    package let scale: PairedDifference
    /// What goes when Adam's first steps move W_r as far in both.
    package let speed: PairedDifference
    /// What is left: the router's own.
    package let router: PairedDifference

    /// In their order, with what tables call them.
    package var named: [(name: String, share: PairedDifference)] {
      [
        ("as published", published), ("k schedule", schedule), ("initialisation scale", scale),
        ("effective learning rate", speed), ("router", router),
      ]
    }

    fileprivate init(_ k: Int?, _ all: [PairedDifference]) {
      (self.published, schedule, scale, speed, router) = (all[0], all[1], all[2], all[3], all[4])
      self.k = k
    }
  }

  /// Whose bits HyperRouter's are subtracted from.
  package let rival: String
  /// By k, the mean of all last.
  package let shares: [Shares]

  /// From the published pair of a rival and HyperRouter to that of the routers alone: each differs from the one before in one cause.
  static func chain(_ rival: RouterKind) -> [(rival: Variant, hyperRouter: Variant)] {
    let slow = PaperSuite.cell(.hyperRouter, growsK: true)
    let scaled = PaperSuite.cell(rival, growsK: true, isScaled: true)
    return [
      (PaperSuite.cell(rival, growsK: rival.facts?.growsK == true), slow),
      (PaperSuite.cell(rival, growsK: true), slow), (scaled, slow),
      (scaled, PaperSuite.cell(.hyperRouter, growsK: true, isFast: true)),
    ]
  }

  /// Of SMoE and SMoE-Dropout, where the whole factorial was measured.
  package static func all(in runs: FinishedRuns) -> [Confounders] {
    [RouterKind.smoe, .smoeDropout].compactMap { rival in
      let byK = runs.ks.compactMap { k -> (k: Int, shares: [PairedDifference])? in
        let found = chain(rival).compactMap { pair in
          runs.difference(pair.rival.name, pair.hyperRouter.name) { $0[k]?.bitsPerCharacter }
        }
        guard found.count == 4, Set(found.map(\.differences.count)).count == 1 else { return nil }
        return (k, [found[0], found[0] - found[1], found[1] - found[2], found[2] - found[3], found[3]])
      }
      guard !byK.isEmpty else { return nil }
      let means = (0..<5).compactMap { cause in PairedDifference(meanOf: byK.map { $0.shares[cause] }) }
      return Confounders(rival: rival.rawValue, shares: byK.map { Shares($0.k, $0.shares) } + [Shares(nil, means)])
    }
  }

  /// The shares by k.
  package func table(unit: String) -> Table {
    Table(
      "\(rival) − hyperrouter, \(unit), and what it is made of",
      columns: [.text("k")] + (shares.first?.named ?? []).map { .number($0.name, digits: 3) },
      rows: shares.map { shares in
        [.text(shares.k.map(String.init) ?? "mean of all k")] + shares.named.map { .estimate($0.share.estimate) }
      }, notes: ["± half-width of the 95 % interval over seeds"])
  }

  /// The table, and the means in a sentence.
  fileprivate func passages(of part: String) -> [Passage] {
    guard let mean = shares.last else { return [] }
    let words = mean.named.map { cause in
      cause.share.estimate.text(digits: 3)
        + (Verdict([cause.share]) == .inconclusive ? " (no significant difference from 0)" : "")
    }
    return [
      .table(table(unit: "bits, \(part)")),
      .paragraph(
        "Averaged over k: of \(words[0]) as published, the k schedule takes \(words[1]), the initialisation scale \(words[2]), "
          + "the effective learning rate \(words[3]); the rest, \(words[4]), is the router's effect."),
    ]
  }
}
