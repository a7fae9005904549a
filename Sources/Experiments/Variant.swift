import Corpora
import MixtureOfExperts
import Training

/// One of the models of an experiment: a router, and what is its own beside it.
package struct Variant: Hashable, Sendable {
  /// Its name in tables and directories.
  package var name: String
  package var router: RouterKind
  /// Whether k grows or keeps its value; as its authors have it if nil.
  package var growsK: Bool?
  /// How large W_r begins.
  package var routerScale: InitialScale
  /// How large e begins, which says how far a step of e moves W_r.
  package var embeddingScale: InitialScale
  /// η at its highest; the experiment's own if nil, as all below.
  package var learningRate: Double?
  /// What η is multiplied by for what the router trains.
  package var routerLearningRate: Double?
  package var layers: Int?
  package var experts: Int?
  package var expertWidth: Int?
  package var embeddingWidth: Int?
  package var hypernetworkWidth: Int?
  package var hypernetworkDepth: Int?
  package var sharesHypernetwork: Bool?
  /// What the experiment's steps are multiplied by.
  package var stepFactor = 1
  /// How many of the experiment's seeds it is trained with, from the first; all if nil.
  package var seeds: Int?
  /// Whose W_r and b_r it is given, not to move any more; of a router that trains neither.
  package var rows: Rows?

  /// The W_r and b_r that another variant of the same experiment ended with.
  package struct Rows: Hashable, Sendable {
    /// Its name.
    package let variant: String
    /// Whether they are of the seed before, the last one's for the first: of a model that began with other weights.
    package let isOfAnotherSeed: Bool
  }

  /// A router as its authors and the public release have it, but for what is said.
  package init(
    _ router: RouterKind, named name: String? = nil, growsK: Bool? = nil, routerScale: InitialScale = .release,
    embeddingScale: InitialScale = .release
  ) {
    self.name = name ?? router.rawValue
    self.router = router
    self.growsK = growsK
    self.routerScale = routerScale
    self.embeddingScale = embeddingScale
  }

  /// A router at the conditions at which routers differ in nothing else: k grows for all, W_r begins as large as HyperRouter's,
  /// and where it is trained Adam's first steps move it as far as SMoE's.
  package static func matched(_ router: RouterKind, growsK: Bool = true) -> Variant {
    Variant(router, growsK: growsK, routerScale: .matched, embeddingScale: .matched)
  }

  /// The same with one thing changed, under another name.
  package func named(_ name: String, _ change: (inout Variant) -> Void = { _ in }) -> Variant {
    var variant = self
    variant.name = name
    change(&variant)
    return variant
  }
}

extension RunSettings {
  /// The settings of one model of an experiment.
  package func applying(_ variant: Variant, seed: UInt64? = nil) throws -> RunSettings {
    var own = self
    if let seed { own.set(\.training.seed, to: seed) }
    if let growsK = variant.growsK {
      own.growsK = growsK
      own.unset(\.training.kSchedule)
    }
    if let rate = variant.learningRate { own.set(\.training.learningRate.peak, to: rate) }
    if let factor = variant.routerLearningRate { own.set(\.training.routerLearningRate, to: factor) }
    if variant.stepFactor != 1 {
      own.set(\.training.steps, to: (own[\.training.steps] ?? preset.sizes.steps) * variant.stepFactor)
    }
    if let layers = variant.layers { own.set(\.model.layers, to: layers) }
    if let experts = variant.experts { own.set(\.model.experts, to: experts) }
    if let width = variant.expertWidth { own.set(\.model.expertWidth, to: width) }
    if let width = variant.embeddingWidth { own.set(\.model.embeddingWidth, to: width) }
    if let width = variant.hypernetworkWidth { own.set(\.model.hypernetworkWidth, to: width) }
    if let depth = variant.hypernetworkDepth { own.set(\.model.hypernetworkDepth, to: depth) }
    if let isShared = variant.sharesHypernetwork { own.set(\.model.sharesHypernetwork, to: isShared) }
    var scale = variant.routerScale
    if scale == .matched {
      let (before, after) = try (configuration(variant.router).model, own.configuration(variant.router).model)
      scale = matchedScale(before: before, after: after)
    }
    if scale != .release { own.set(\.model.routerScale, to: scale) }
    if variant.embeddingScale != .release { own.set(\.model.embeddingScale, to: variant.embeddingScale) }
    return own
  }

  /// How large W_r has to begin to be as large as before a variant's sizes: `matched` where 𝓗 keeps its shape, else the ratio of
  /// the two root mean squares that are expected, so that a shape is not compared with a scale.
  private func matchedScale(before: Configuration, after: Configuration) -> InitialScale {
    func gain(_ model: Configuration) -> Double? { model.router.facts?.hypernetwork(model.routerSizes)?.gain }
    guard let one = gain(before), let other = gain(after), one != other else {
      // One 𝓗 cannot give each layer the scale that it needs; its expected scale is that of one for each layer.
      return after.sharesHypernetwork && !before.sharesHypernetwork ? .release : .matched
    }
    return .factor(one / other)
  }

  /// A model of an experiment on a text, checked.
  package func run(_ variant: Variant, seed: UInt64, on corpus: Corpus) throws -> RunConfiguration {
    try applying(variant, seed: seed).run(variant.router, on: corpus)
  }

  /// Refuses settings that no text could make runs of, before one is read.
  package func check(_ variants: [Variant]) throws {
    if isSet(\.model.balanceCoefficient), !variants.contains(where: { $0.router.facts?.hasBalancingLoss == true }) {
      throw ConfigurationError(
        "balance", found: "with " + variants.map(\.router.rawValue).joined(separator: ", "),
        expected: "a router that has a balancing loss")
    }
    for variant in variants {
      let run = try applying(variant).configuration(variant.router)
      try run.training.validate(for: run.model)
      _ = try evaluationKs(run.model)
      try MemoryShortage.check(run.bytesForTraining)
    }
  }
}

/// What the routers of a comparison have in common beside sizes, text and seeds.
package enum Conditions: String, CaseIterable, Codable, Sendable {
  /// k is kept, and each router has its own best settings of an equally large search.
  case tuned
  /// Each router's own k schedule, and the initial scale and learning rate of W_r that the public release gives it.
  case published
  /// One k schedule for all, W_r begins as large in all and, where it is trained, moves as fast at first.
  case matched

  /// Those of a comparison unless told otherwise: tuned where a search of the preset's settings was made.
  package static func standard(for preset: Preset) -> Conditions {
    TunedSettings.stored[preset] == nil ? .published : .tuned
  }

  /// What holds for all routers, for a heading.
  package var words: String {
    switch self {
    case .tuned: "tuned conditions: k is kept, each router has its best settings of a search"
    case .published: "published conditions: each router its own k schedule, scale and learning rate"
    case .matched: "matched conditions: one k schedule, initial scale and learning rate of W_r"
    }
  }

  /// The same, and what settings name instead, or where the routers' own come from.
  package func summary(_ settings: RunSettings) -> String {
    let confounders: [(String, Bool)] = [
      ("learning rate", self == .tuned && settings.isSet(\.training.learningRate.peak)),
      ("router learning rate", settings.isSet(\.training.routerLearningRate)),
      ("k schedule", settings.isSet(\.training.kSchedule)),
      ("initialisation scale", settings.isSet(\.model.routerScale)),
      ("scale of e", settings.isSet(\.model.embeddingScale)),
    ]
    let given = confounders.filter(\.1).map(\.0)
    if !given.isEmpty { return "\(rawValue) conditions but for the given " + given.listed }
    let preset = settings.preset.rawValue
    switch self {
    case .tuned: return "\(words),\n  made on \(RunSettings().data) with preset \(preset)"
    case .published where TunedSettings.stored[settings.preset] == nil:
      return "\(words)\n  (no settings are stored for preset \(preset); --suite paper searches them)"
    default: return words
    }
  }

  /// A router at these conditions, but for what settings name.
  package func variant(_ router: RouterKind, _ settings: RunSettings) -> Variant {
    var variant =
      switch self {
      case .tuned: Variant(router, growsK: false).tuned(TunedSettings.stored[settings.preset]?[router])
      case .published: Variant(router)
      case .matched: Variant.matched(router)
      }
    if settings.isSet(\.training.learningRate.peak) { variant.learningRate = nil }
    if settings.isSet(\.training.routerLearningRate) { variant.routerLearningRate = nil }
    if settings.isSet(\.training.kSchedule) { variant.growsK = nil }
    if settings.isSet(\.model.routerScale) { variant.routerScale = .release }
    if settings.isSet(\.model.embeddingScale) { variant.embeddingScale = .release }
    return variant
  }
}
