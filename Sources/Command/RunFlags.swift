import Corpora
import Experiments
import MixtureOfExperts
import Training

/// The flags that commands share.
enum RunFlags {
  /// The built-in texts, in a few words.
  static let builtinNames = Corpus.builtinNames.joined(separator: ", ")

  static let data = Flag<String>.path(
    "data", or: Corpus.builtinNames, help: "the text: a file, - for standard input, or one of \(builtinNames)"
  ).setting(\.data)
  static let tokens = Flag<Tokenization>.choice("tokens", of: Tokenization.self, help: "what a symbol is").setting(
    \.tokens)
  static let validation = Flag<String>.path(
    "validation", help: "the file that choices are made by; goes with --test, and all of --data is then trained on"
  ).optional("the next 5 % of --data after 90 % to train on").setting(\.validation)
  static let test = Flag<String>.path("test", help: "the file that figures are of; goes with --validation")
    .optional("the last 5 % of --data").setting(\.test)
  static let vocabulary = Flag<Vocabulary.Size>.vocabularySize(
    "vocabulary",
    help:
      "with --tokens words: the most frequent words of the training part, <unk> included, as which others are read; "
      + "with bytes 256, so that the model can go on to any text; occurring: the symbols of the text and no others"
  ).setting(
    \RunSettings.vocabularySize,
    otherwise:
      "\(Vocabulary.allBytes.count) bytes or \(Vocabulary.standardWords) words; those that occur for characters and "
      + "built-in texts")
  static let evaluationSymbols = Flag<Int>.integer(
    "evaluate-symbols", in: RunConfiguration.evaluationSymbolLimits,
    help: "the first symbols of a part of the text that an evaluation reads, at most, on the way and in the end"
  ).setting(\.evaluationSymbols, otherwise: "the whole part")
  static let seed = Flag<UInt64>.integer(
    "seed", in: 0...UInt64(Int.max), help: "determines initial weights and dropout"
  ).setting(\.training.seed)
  static let threads = Flag<Int>.integer(
    "threads", in: 1...1024, help: "threads to use; results are the same bits for any number"
  ).setting(\RunSettings.threads)
  static let json = Flag<Bool>.toggle("json", help: "print one JSON object on standard output and nothing else")
  static let verbose = Flag<Bool>.toggle("verbose", help: "print every table, too").also("v")
  /// What stands above the flags of commands that have few others.
  static let threadsAndOutput = FlagGroup("Threads and output", [threads, json])
  static let output = Flag<String>.path(
    "out", "DIR", help: "keep the run in this directory, which must not hold another run"
  ).also("output", "o")
  static let checkpoint = Flag<String>.path("checkpoint", "DIR", help: "the directory of a run")
  static let newestCheckpoint = checkpoint.optional("the newest run in \(RunList.standardFolder)")
  static let weights = Flag<StoredWeights>.choice(
    "weights", of: StoredWeights.self,
    help: "last: those of the last checkpoint; best: those with the lowest loss on the validation part on the way"
  ).defaulting(to: .last)
  static let ks = Flag<[Int]>.integers(
    "k", in: Configuration.Limits.experts, help: "experts for each token, at inference"
  ).setting(\RunSettings.evaluationKs, otherwise: "1,2,4,… N")

  static let preset = Flag<Preset>.choice("preset", of: Preset.self, help: "sizes that go together").setting(
    \RunSettings.preset)
  static let router = Flag<RouterKind>.choice(
    "router", of: RouterKind.self,
    help: "what routes; " + RouterKind.allCases.map { "\($0.rawValue): \($0.help)" }.joined(separator: "; ")
  ).defaulting(to: .hyperRouter)

  static let experts = size("experts", \.model.experts, Configuration.Limits.experts, "experts in a layer, N")
  static let memory = size("memory", \.model.memory, Configuration.Limits.memory, "tokens of memory, M")
  static let gateOrder = Flag<GateOrder>.choice(
    "gate-order", of: GateOrder.self, help: "the paper's order, or the public release's"
  ).setting(\.model.gateOrder)
  static let routerScale = Flag<InitialScale>.scale(
    "router-scale",
    help: "how large W_r begins: as in the release; matched: as large as HyperRouter's of the same layer and seed; or "
      + "that many times the release's"
  ).setting(\.model.routerScale, otherwise: .release)
  static let embeddingScale = Flag<InitialScale>.scale(
    "embedding-scale",
    help: "how large e begins, with the same W_r: as in the release; matched: so that a first step moves W_r as far as "
      + "SMoE's; or that many times the release's"
  ).setting(\.model.embeddingScale, otherwise: .release)

  static let model = FlagGroup(
    "The model (sizes come from --preset unless given)",
    [
      preset, size("layers", \.model.layers, Configuration.Limits.layers, "decoder layers, L"),
      size(
        "model-width", \.model.modelWidth, Configuration.Limits.modelWidth,
        "width of a token's representation, d; even"),
      size("heads", \.model.heads, Configuration.Limits.heads, "attention heads, H"),
      size("head-width", \.model.headWidth, Configuration.Limits.headWidth, "width of a head, d_h"),
      size("expert-width", \.model.expertWidth, Configuration.Limits.expertWidth, "hidden width of an expert, f"),
      experts, size("segment", \.model.segment, Configuration.Limits.segment, "tokens in a segment, T"),
      memory, gateOrder,
      Flag<NormPlacement>.choice(
        "norm", of: NormPlacement.self, help: "LayerNorm after or before each sublayer"
      ).setting(\.model.norm),
      dropout,
      Flag<Double>.real(
        "attention-dropout", in: .from(0, below: 1), help: "rate of dropout on attention weights"
      ).setting(\.model.attentionDropout),
      Flag<Int>.integer(
        "embedding-width", in: Configuration.Limits.embeddingWidth, help: "length of the router embedding e, m"
      ).setting(\.model.embeddingWidth, otherwise: "d"),
      size(
        "hypernetwork-width", \.model.hypernetworkWidth, Configuration.Limits.hypernetworkWidth,
        "hidden width of the hypernetwork, s"),
      size(
        "hypernetwork-depth", \.model.hypernetworkDepth, Configuration.Limits.hypernetworkDepth,
        "linear maps in the hypernetwork"),
      Flag<Bool>.toggle(
        "shared-hypernetwork", help: "one hypernetwork for all layers instead of one each"
      ).setting(\.model.sharesHypernetwork),
      routerScale, embeddingScale,
    ])

  static let steps = size("steps", \.training.steps, TrainingOptions.Limits.steps, "updates in the whole run, S")
    .also("max-steps").insteadOf("epochs", "num-epochs")
  static let batch = size("batch", \.training.batch, TrainingOptions.Limits.batch, "rows of text read side by side, B")
    .also("batch-size")
  static let learningRate = Flag<Double>.real(
    "learning-rate", in: .above(0, through: TrainingOptions.Limits.learningRate),
    help: "Adam's step size at its highest"
  ).also("lr").setting(\.training.learningRate.peak)
  static let dropout = Flag<Double>.real("dropout", in: .from(0, below: 1), help: "rate of dropout").setting(
    \.model.dropout)
  static let patience = Flag<Int>.integer(
    "patience", in: TrainingOptions.Limits.steps,
    help: "stop after N evaluations without improvement on the validation part")
  /// That of training, with what holds without it left to be said.
  static let schedule = Flag<KSchedule>.schedule(
    "k-schedule", in: Configuration.Limits.experts, help: "experts for each token over training")
  static let kSchedule = schedule.setting(
    \.training.kSchedule,
    otherwise: "linear-increase:k:N for "
      + RouterKind.allCases.filter { $0.facts?.growsK == true }.map(\.rawValue).joined(separator: ", ")
      + "; constant:k for the others")
  static let routerLearningRate = Flag<Double>.real(
    "router-learning-rate", in: .above(0, through: TrainingOptions.Limits.learningRate),
    help: "what the learning rate is multiplied by for the router's trainable parameters"
  ).setting(\.training.routerLearningRate, otherwise: TrainingOptions.Defaults.routerLearningRate)
  static let balance = Flag<Double>.real(
    "balance",
    in: .from(
      Configuration.Limits.balanceCoefficient.lowerBound, through: Configuration.Limits.balanceCoefficient.upperBound),
    help: "weight of the balancing loss, α, for "
      + RouterKind.allCases.filter { $0.facts?.hasBalancingLoss == true }.map(\.rawValue).joined(separator: ", ")
  ).setting(\.model.balanceCoefficient, otherwise: "\(SMoEBalancedRouter<Float>.defaultCoefficient)")

  static let training = FlagGroup(
    "Training",
    [
      steps, batch,
      Flag<Int>.integer(
        "experts-per-token", in: Configuration.Limits.experts,
        help: "experts for each token in training, k, where it does not grow"
      ).also("top-k").setting(\RunSettings.expertsPerToken, otherwise: "from --preset"),
      kSchedule, learningRate, routerLearningRate,
      Flag<LearningRateSchedule.Shape>.choice(
        "lr-schedule", of: LearningRateSchedule.Shape.self, help: "the learning rate's schedule after warm-up"
      ).also("learning-rate-course").setting(\.training.learningRate.shape),
      Flag<Double>.real(
        "minimum-learning-rate", in: .from(0, through: TrainingOptions.Limits.learningRate),
        help: "Adam's step size at the end of a cosine"
      ).setting(\.training.learningRate.minimum, otherwise: LearningRateSchedule.defaultMinimum),
      Flag<Int>.integer(
        "warmup", in: TrainingOptions.Limits.warmup, help: "steps of linear increase before its highest"
      ).setting(\.training.learningRate.warmup),
      Flag<Double>.real(
        "weight-decay", in: .from(0, through: TrainingOptions.Limits.weightDecay),
        help: "what share of itself, times the learning rate, a weight matrix loses with every update"
      ).setting(\.training.weightDecay, otherwise: TrainingOptions.Defaults.weightDecay),
      Flag<Double>.real(
        "memory-reset", in: .from(0, below: 1),
        help: "the probability that a step begins with an empty memory, so that a model also learns to predict without"
      ).setting(\.training.memoryReset, otherwise: TrainingOptions.Defaults.memoryReset),
      Flag<Double>.real(
        "gradient-clip", in: .above(0, through: TrainingOptions.Limits.clip), help: "maximum gradient norm"
      ).also("clip").setting(\.training.clip),
      balance, seed,
      size(
        "shards", \.training.shards, TrainingOptions.Limits.shards,
        "parts of a batch that run side by side; part of the result's bits"),
      threads,
    ])

  private static func size(
    _ name: String, _ path: Flag<Int>.Place<RunConfiguration, Int>, _ range: ClosedRange<Int>, _ help: String
  ) -> Flag<Int> {
    Flag<Int>.integer(name, in: range, help: help).setting(path)
  }
}
