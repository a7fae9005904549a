import Corpora
import Foundation
import MixtureOfExperts
import Training

/// The flags that commands share.
enum RunFlags {
  /// What help says of flags whose defaults are a preset's sizes.
  static let fromPreset = "from --preset"

  /// The built-in texts, in a few words.
  static let builtinNames = Corpus.builtinNames.joined(separator: ", ")

  static let data = Flag<String>.path(
    "data", or: Corpus.builtinNames, help: "the text: a file, - for standard input, or one of \(builtinNames)"
  ).defaulting(to: DialectCorpus.name)
  static let tokens = Flag<Tokenization>.choice(
    "tokens", of: Tokenization.self, help: "what a symbol is"
  ).defaulting(to: .bytes)
  static let vocabulary = Flag<Int>.integer(
    "vocabulary", in: Vocabulary.wordCounts,
    help:
      "with --tokens words: the most frequent words of the training part, <unk> included, as which others are read; "
      + "256 with --tokens bytes: all bytes, so that the model can go on to any text"
  ).optional("all symbols of the text")
  static let seed = Flag<Int>.integer(
    "seed", in: 0...Int.max, help: "determines initial weights and dropout"
  ).defaulting(to: Int(TrainingOptions.Defaults.seed))
  static let threads = Flag<Int>.integer(
    "threads", in: 1...1024, help: "threads to use; results are the same bits for any number"
  ).defaulting(to: ProcessInfo.processInfo.activeProcessorCount)
  /// What stands above the flags of commands that have few others.
  static let threadsAndOutput = FlagGroup("Threads and output", [threads, json])
  static let json = Flag<Bool>.toggle("json", help: "print one JSON object on standard output and nothing else")
  static let output = Flag<String>.path(
    "out", "DIR", help: "keep the run in this directory, which must not hold another run")
  static let checkpoint = Flag<String>.path("checkpoint", "DIR", help: "the directory of a run")
  static let weights = Flag<StoredWeights>.choice(
    "weights", of: StoredWeights.self,
    help: "last: those of the last checkpoint; best: those with the lowest loss on the validation part on the way"
  ).defaulting(to: .last)
  static let ks = Flag<[Int]>.integers(
    "k", in: Configuration.Limits.experts, help: "experts for each token, at inference"
  ).optional("1,2,4,… N")

  static let preset = Flag<Preset>.choice("preset", of: Preset.self, help: "sizes that go together").defaulting(
    to: .standard)
  static let router = Flag<RouterKind>.choice(
    "router", of: RouterKind.self,
    help: "what routes; " + RouterKind.allCases.map { "\($0.rawValue): \($0.help)" }.joined(separator: "; ")
  ).defaulting(to: .hyperRouter)

  static let layers = size("layers", "decoder layers, L", Configuration.Limits.layers)
  static let modelWidth = size(
    "model-width", "width of a token's representation, d; even", Configuration.Limits.modelWidth)
  static let heads = size("heads", "attention heads, H", Configuration.Limits.heads)
  static let headWidth = size("head-width", "width of a head, d_h", Configuration.Limits.headWidth)
  static let expertWidth = size("expert-width", "hidden width of an expert, f", Configuration.Limits.expertWidth)
  static let experts = size("experts", "experts in a layer, N", Configuration.Limits.experts)
  static let topK = size(
    "top-k", "experts for each token in training, k, where it does not grow", Configuration.Limits.experts)
  static let segment = size("segment", "tokens in a segment, T", Configuration.Limits.segment)
  static let memory = size("memory", "tokens of memory, M", Configuration.Limits.memory)
  static let batch = size("batch", "rows of text read side by side, B", TrainingOptions.Limits.batch)
  static let steps = size("steps", "updates in the whole run, S", TrainingOptions.Limits.steps)
  static let shards = size(
    "shards", "parts of a batch that run side by side; part of the result's bits", TrainingOptions.Limits.shards)
  static let learningRate = Flag<Double>.real(
    "learning-rate", in: .above(0, through: TrainingOptions.Limits.learningRate),
    help: "Adam's step size at its highest"
  ).optional(fromPreset)
  static let learningRateCourse = Flag<LearningRateSchedule.Course>.choice(
    "learning-rate-course", of: LearningRateSchedule.Course.self, help: "its course after warm-up"
  ).defaulting(to: LearningRateSchedule.defaultCourse)
  static let warmup = Flag<Int>.integer(
    "warmup", in: TrainingOptions.Limits.warmup, help: "steps of linear increase before it"
  ).defaulting(to: LearningRateSchedule.defaultWarmup)
  static let minimumLearningRate = Flag<Double>.real(
    "minimum-learning-rate", in: .from(0, through: TrainingOptions.Limits.learningRate),
    help: "Adam's step size at the end of a cosine"
  ).defaulting(to: LearningRateSchedule.defaultMinimum)
  static let weightDecay = Flag<Double>.real(
    "weight-decay", in: .from(0, through: TrainingOptions.Limits.weightDecay),
    help: "what share of itself, times the learning rate, a weight matrix loses with every update"
  ).defaulting(to: TrainingOptions.Defaults.weightDecay)
  static let clip = Flag<Double>.real(
    "clip", in: .above(0, through: TrainingOptions.Limits.clip), help: "the largest gradient norm let through"
  ).optional(fromPreset)
  static let dropout = Flag<Double>.real(
    "dropout", in: .from(0, below: 1), help: "rate of dropout"
  ).optional(fromPreset)
  static let attentionDropout = Flag<Double>.real(
    "attention-dropout", in: .from(0, below: 1), help: "rate of dropout on attention weights"
  ).defaulting(to: Configuration.Defaults.attentionDropout)
  static let gateOrder = Flag<GateOrder>.choice(
    "gate-order", of: GateOrder.self, help: "the paper's order, or the public release's"
  ).defaulting(to: Configuration.Defaults.gateOrder)
  static let norm = Flag<NormPlacement>.choice(
    "norm", of: NormPlacement.self, help: "LayerNorm after or before each half of a layer"
  ).defaulting(to: Configuration.Defaults.norm)
  static let kSchedule = Flag<ModeRange>.schedule(
    "k-schedule", constantModes: [KSchedule.Mode.constant.rawValue],
    movingModes: KSchedule.Mode.allCases.filter { $0 != .constant }.map(\.rawValue), in: Configuration.Limits.experts,
    help: "experts for each token over training"
  ).optional(
    "linear-increase:k:N for "
      + RouterKind.allCases.filter { $0.facts?.growsK == true }.map(\.rawValue).joined(separator: ", ")
      + "; constant:k for the others")
  static let embeddingWidth = Flag<Int>.integer(
    "embedding-width", in: Configuration.Limits.embeddingWidth, help: "length of the router embedding e, m"
  ).optional("d")
  static let hypernetworkWidth = Flag<Int>.integer(
    "hypernetwork-width", in: Configuration.Limits.hypernetworkWidth, help: "hidden width of the hypernetwork, s"
  ).defaulting(to: HypernetworkSizes.releasedWidth)
  static let hypernetworkDepth = Flag<Int>.integer(
    "hypernetwork-depth", in: Configuration.Limits.hypernetworkDepth, help: "linear maps in the hypernetwork"
  ).defaulting(to: HypernetworkSizes.releasedDepth)
  static let sharedHypernetwork = Flag<Bool>.toggle(
    "shared-hypernetwork", help: "one hypernetwork for all layers instead of one each")

  static let routerScale = scale(
    "router-scale",
    "how large W_r begins: as in the release; matched: as large as HyperRouter's of the same layer and seed; or that many "
      + "times the release's")
  static let embeddingScale = scale(
    "embedding-scale",
    "how large e begins, with the same W_r: as in the release; matched: so that a first step moves W_r as far as SMoE's; or "
      + "that many times the release's")
  static let routerLearningRate = Flag<Double>.real(
    "router-learning-rate", in: .above(0, through: TrainingOptions.Limits.learningRate),
    help: "what the learning rate is multiplied by for the router's trained numbers"
  ).defaulting(to: TrainingOptions.Defaults.routerLearningRate)
  static let balance = Flag<Double>.real(
    "balance",
    in: .from(
      Configuration.Limits.balanceCoefficient.lowerBound, through: Configuration.Limits.balanceCoefficient.upperBound),
    help: "weight of the balancing loss, α, for "
      + RouterKind.allCases.filter { $0.facts?.hasBalancingLoss == true }.map(\.rawValue).joined(separator: ", ")
  ).optional("\(SMoEBalancedRouter<Float>.defaultCoefficient)")

  static let model = FlagGroup(
    "The model (sizes come from --preset unless given)",
    [
      preset, layers, modelWidth, heads, headWidth, expertWidth, experts, segment, memory, gateOrder, norm, dropout,
      attentionDropout, embeddingWidth, hypernetworkWidth, hypernetworkDepth, sharedHypernetwork,
      routerScale, embeddingScale,
    ])
  static let training = FlagGroup(
    "Training",
    [
      steps, batch, topK, kSchedule, learningRate, routerLearningRate, learningRateCourse, minimumLearningRate, warmup,
      weightDecay, clip, balance, seed, shards, threads,
    ])

  private static func scale(_ name: String, _ help: String) -> Flag<InitialScale> {
    let forms = "release, matched, or a number above 0"
    return Flag<InitialScale>(name, valueName: "SCALE", constraint: forms, help: help, describe: { $0.rawValue }) {
      text throws(ValueProblem) in
      guard let scale = InitialScale(rawValue: text) else {
        throw ValueProblem(expected: "\(forms), at most \(InitialScale.largestFactor)")
      }
      return scale
    }.defaulting(to: .release)
  }

  private static func size(_ name: String, _ help: String, _ range: ClosedRange<Int>) -> Flag<Int?> {
    Flag<Int>.integer(name, in: range, help: help).optional(fromPreset)
  }
}
