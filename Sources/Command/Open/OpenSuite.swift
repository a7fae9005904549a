import Corpora
import Experiments
import Hosts
import Jacobian
import MixtureOfExperts
import Training

/// The experiments about what the paper leaves open: `compare --suite open`.
///
/// What is compared is fixed here, by which rules in `OpenAnswer`.
struct OpenSuite {
  /// Runs that answer the questions of one part.
  struct Part {
    let kind: OpenPart
    let corpus: Corpus
    let runs: [PlannedRun]
  }

  /// The seeds of all parts unless --seeds says otherwise.
  static let defaultSeeds = 3

  let parts: [Part]

  /// All that is trained, each once: parts may have runs in common.
  var runs: [PlannedRun] {
    var names: Set<String> = []
    return parts.flatMap(\.runs).filter { names.insert($0.name).inserted }
  }

  /// What parts train, with the beginning of their runs' names; what is called the same is the same run.
  ///
  /// - Parameters:
  ///   - kind: The part.
  ///   - options: The sizes.
  /// - Returns: Groups of variants.
  /// - Throws: What is wrong with the sizes.
  static func variants(_ kind: OpenPart, _ options: Options) throws -> [(prefix: String, variants: [Variant])] {
    switch kind {
    case .shape:
      // The smallest vocabulary stands for the one that the text will have.
      let shapes = ShapeVariants(around: try options.configuration(.hyperRouter, vocabulary: 1))
      return [("equal-", [ShapeVariants.base]), ("shape-", shapes.changes.map(\.variant))]
    case .experts: return [("experts-", ExpertCountVariants.all)]
    case .balance: return [("balance-", BalanceVariants.all)]
    case .reach, .finetune: return [("equal-", RouterKind.compared.map { Variant.equal($0) })]
    case .recall, .lists, .words: return [("\(kind.rawValue)-", RouterKind.compared.map { Variant.equal($0) })]
    }
  }

  /// Plans the suite.
  ///
  /// - Parameters:
  ///   - kinds: The parts, in the order in which they are done.
  ///   - corpora: The texts of the parts, by how the command line names them.
  ///   - seeds: The seeds of all parts.
  ///   - options: Sizes and the rest of the training.
  /// - Throws: What is wrong with the sizes.
  init(_ kinds: [OpenPart], on corpora: [String: Corpus], seeds: [UInt64], _ options: Options) throws {
    let planned = try kinds.compactMap { kind in
      let specification = kind.specification(options)
      return try corpora[specification].map { corpus in
        let groups = try Self.variants(kind, options).map { prefix, variants in
          try PlannedRun.all(
            variants, on: corpus, seeds: seeds, prefix: prefix, specification: specification, namesSeeds: true,
            options)
        }
        return Part(
          kind: kind, corpus: corpus, runs: try groups.joined().map { try Self.fitted($0, to: kind, options) })
      }
    }
    func names(_ kinds: [OpenPart]) -> Set<String> {
      Set(planned.filter { kinds.contains($0.kind) }.flatMap(\.runs).map(\.name))
    }
    let (reaching, finetuned) = (names([.reach, .recall]), names([.finetune]))
    parts = planned.map { part in
      Part(
        kind: part.kind, corpus: part.corpus,
        runs: part.runs.map { run in
          var run = run
          run.measuresReach = reaching.contains(run.name)
          run.isFinetuned = finetuned.contains(run.name)
          return run
        })
    }
  }

  /// A run with the length of its part, evaluated at the k that its part asks about.
  private static func fitted(_ run: PlannedRun, to kind: OpenPart, _ options: Options) throws -> PlannedRun {
    var run = run
    if !options.isGiven(RunFlags.steps) {
      run.configuration.training.steps = max(1, Int(Double(run.configuration.training.steps) * kind.stepFactor))
    }
    if let rate = kind.learningRate, !options.settings.isSet(\.training.learningRate.peak) {
      run.configuration.training.learningRate.peak = rate
    }
    switch kind {
    case .experts:
      run.ks = [run.configuration.training.kSchedule.largest]
      // Looks at hundreds of experts take longer than the steps between them.
      run.configuration.evaluationInterval = run.configuration.training.steps
    case .balance: run.ks = [run.configuration.training.kSchedule.largest]
    case .shape, .reach, .recall, .lists, .finetune, .words: break
    }
    try run.configuration.validate()
    return run
  }
}
