import Autograd
import Corpora
import Hosts
import Kernels
import MixtureOfExperts
import RunFiles
import Tensors
import Training

/// Measures training, evaluation and generation of a preset's model.
public struct ModelBenchmark: Sendable {
  /// One line of the training table.
  public struct TrainingRow: Codable, Described, Sendable {
    package static let words = "training_row: a preset, trained; breakdown: shares of a step's time"
    /// The sizes.
    public let preset: String
    /// The threads.
    public let threads: Int
    /// The experts of each token.
    public let k: Int
    /// The experts in a layer.
    public let experts: Int
    /// The rate of dropout.
    public let dropout: Double
    /// From the median step.
    public let tokensPerSecond: Double
    /// Necessary floating-point operations over what as many cores could do.
    public let ofPeak: Double
    /// The distance of the quartiles of the steps' durations, over the median.
    public let spread: Double
    /// The most memory in use, in 10⁶ bytes.
    public let peakMemoryMb: Double
    /// The fraction of a step's computing time that each ``StepPart`` takes.
    public let breakdown: [StepPart: Double]
  }

  /// One line of the table of evaluation and generation.
  public struct InferenceRow: Codable, Described, Sendable {
    package static let words = "inference_row: a preset, evaluated and generating; growth: over long texts"
    /// The sizes.
    public let preset: String
    /// The threads.
    public let threads: Int
    /// Tokens evaluated a second.
    public let evaluationTokensPerSecond: Double
    /// The same over the training speed, measured without dropout.
    public let evaluationOverTraining: Double
    /// Milliseconds for each token of a text of M + T tokens, on one thread.
    public let generationMsPerToken: Double
    /// Milliseconds for each token of a text four times as long, over those of the first.
    public let generationGrowth: Double
  }

  /// The sizes.
  public let preset: Preset
  let isQuick: Bool
  let router: RouterKind
  /// The models to measure, unless given.
  public static let standard = [Preset.tiny, .paperSmall]
  /// What routes in them, unless given.
  public static let standardRouter = RouterKind.smoe
  private static let seed = TrainingOptions.Defaults.seed
  /// V of the built-in corpus and of most texts in bytes.
  static let vocabulary = 65

  /// Prepares measurements.
  public init(_ preset: Preset, isQuick: Bool, router: RouterKind = standardRouter) {
    self.preset = preset
    self.isQuick = isQuick
    self.router = router
  }

  /// Trains for a second or two.
  public func training(
    threads: Int, k: Int? = nil, experts: Int? = nil, dropout: Double = 0
  ) throws -> TrainingRow {
    releaseUnusedMemory()
    ProcessMemory.resetPeak()
    let k = k ?? preset.sizes.k
    let configuration = configuration(experts: experts, dropout: dropout)
    let workers = Workers(count: threads)
    let trainer = try trainer(configuration, k: k, workers)
    // The first segments have no memory, or fresh memory of their own: these two, and the one that does not count.
    for _ in 0..<2 { _ = try trainer.step() }
    var peaks: [Double] = []
    let timing = try Timing(
      atLeast: 5, budget: isQuick ? 0.5 : 2,
      before: { steps in
        if steps % 8 == 0 { peaks.append(MultiplyAddPeak.gigaflops(Float.self, repeats: 2, workers: workers)) }
      }
    ) { _ = try trainer.step() }
    let peakMemoryMb = ProcessMemory.peak
    let parts = StepParts()
    for _ in 0..<3 { try parts.measure { _ = try trainer.step(report: $0) } }
    let speed = Double(preset.sizes.batch * preset.sizes.segment) / timing.median
    let operations = 6 * configuration.multiplyAddsPerToken(batch: preset.sizes.batch, k: k)
    return TrainingRow(
      preset: preset.rawValue, threads: threads, k: k, experts: configuration.experts, dropout: dropout,
      tokensPerSecond: speed, ofPeak: speed * operations * 1e-9 / Timing(peaks).median, spread: timing.spread,
      peakMemoryMb: peakMemoryMb,
      breakdown: parts.fractions)
  }

  /// Trains with other numbers of experts and with dropout.
  public func scaling(threads: Int) throws -> [TrainingRow] {
    let byK = try scalingKs.map { try training(threads: threads, k: $0) }
    let byExperts = try scalingExperts.map { try training(threads: threads, experts: $0) }
    return try byK + byExperts + [training(threads: threads, dropout: Configuration.Defaults.dropout)]
  }

  /// Evaluates and generates.
  public func inference(threads: Int, trainingSpeed: Double) throws -> InferenceRow {
    releaseUnusedMemory()
    let model = LanguageModel<Float>(configuration(), seed: Self.seed)
    let sizes = preset.sizes
    let length = EvaluationRows.largestBatch * 8 * sizes.segment
    let evaluation = try Evaluation(
      model, on: Corpus.Split(symbols: text(length), annotations: nil), workers: Workers(count: threads))
    let timing = try Timing(atLeast: 3, budget: isQuick ? 0.3 : 1) { _ = try evaluation(k: sizes.k) }
    let speed = Double(evaluation.symbolCount) / timing.median
    let (short, long) = try generationTimes(model)
    return InferenceRow(
      preset: preset.rawValue, threads: threads, evaluationTokensPerSecond: speed,
      evaluationOverTraining: speed / trainingSpeed, generationMsPerToken: short * 1e3, generationGrowth: long / short
    )
  }

  /// Returns the seconds for a token once memory is full, and when four times as much was read.
  private func generationTimes(_ model: LanguageModel<Float>) throws -> (Double, Double) {
    let context = preset.sizes.segment + preset.sizes.memory
    func secondsPerToken(after length: Int) throws -> Double {
      var generator = Generator(model, k: preset.sizes.k, seed: Self.seed)
      generator.read(text(length))
      return try Timing((0..<(isQuick ? 20 : 60)).map { _ in try Timing.seconds { _ = try generator.next() } }).median
    }
    return (try secondsPerToken(after: context), try secondsPerToken(after: 4 * context))
  }

  func configuration(experts: Int? = nil, dropout: Double = Configuration.Defaults.dropout) -> Configuration {
    var configuration = Configuration(preset.sizes, vocabulary: Self.vocabulary, router: router)
    if let experts { configuration.experts = experts }
    configuration.dropout = dropout
    return configuration
  }

  func trainer(_ configuration: Configuration, k: Int, _ workers: Workers) throws -> Trainer<Float> {
    let sizes = preset.sizes
    return try Trainer(
      LanguageModel(configuration, seed: Self.seed), options(k: k),
      symbols: text(sizes.batch * sizes.segment * 64 + sizes.batch),
      workers: workers)
  }

  private func options(k: Int) -> TrainingOptions {
    let sizes = preset.sizes
    return TrainingOptions(
      batch: sizes.batch, steps: 1_000_000,
      learningRate: LearningRateSchedule(peak: 1e-4, shape: .constant, warmup: 0),
      kSchedule: KSchedule(.constant, k, k), seed: Self.seed, shards: sizes.shards)
  }

  /// Returns how many bytes training takes at its peak, roughly; asked before any model is made.
  public func bytes(scaling: Bool) -> Double {
    let usual = (k: preset.sizes.k, experts: preset.sizes.experts)
    let cases = scaling ? scalingKs.map { ($0, usual.experts) } + scalingExperts.map { (usual.k, $0) } : []
    return ([usual] + cases).map { k, experts in
      options(k: k).bytes(for: configuration(experts: experts))
    }.reduce(0, max)
  }

  var scalingKs: [Int] { [1, 2, 4, 8, 16].filter { $0 <= preset.sizes.experts } }

  var scalingExperts: [Int] { [16, 32, 64, 128].filter { $0 > preset.sizes.experts } }

  /// Random symbols: how fast a model computes does not depend on what it reads.
  private func text(_ length: Int) -> [Int32] {
    var random = Random(seed: Self.seed)
    return (0..<length).map { _ in Int32(random.below(Self.vocabulary)) }
  }
}
