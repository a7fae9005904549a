import CommandLineInterface
import Corpora
import Foundation
import Training
import TransformerXL

extension Options {
  /// The model that the flags describe.
  func configuration(_ router: RouterKind, vocabulary: Int) throws -> Configuration {
    let sizes = self[RunFlags.preset].sizes
    var configuration = Configuration(
      vocabulary: vocabulary,
      layers: self[RunFlags.layers] ?? sizes.layers,
      modelWidth: self[RunFlags.modelWidth] ?? sizes.modelWidth,
      heads: self[RunFlags.heads] ?? sizes.heads,
      headWidth: self[RunFlags.headWidth] ?? sizes.headWidth,
      expertWidth: self[RunFlags.expertWidth] ?? sizes.expertWidth,
      experts: self[RunFlags.experts] ?? sizes.experts,
      segment: self[RunFlags.segment] ?? sizes.segment,
      memory: self[RunFlags.memory] ?? sizes.memory,
      router: router)
    configuration.gateOrder = self[RunFlags.gateOrder]
    configuration.norm = self[RunFlags.norm]
    configuration.dropout = self[RunFlags.dropout]
    configuration.attentionDropout = self[RunFlags.attentionDropout]
    configuration.embeddingWidth = self[RunFlags.embeddingWidth] ?? configuration.modelWidth
    configuration.hypernetworkWidth = self[RunFlags.hypernetworkWidth]
    configuration.hypernetworkDepth = self[RunFlags.hypernetworkDepth]
    configuration.sharesHypernetwork = self[RunFlags.sharedHypernetwork]
    if configuration.modelWidth % 2 != 0 {
      throw CommandError.usage(
        "--model-width: found \(configuration.modelWidth), expected an even number (half sines, half cosines)")
    }
    try checkMemory(configuration)
    return configuration
  }

  /// The training that the flags describe.
  func training(_ configuration: Configuration) throws -> TrainingOptions {
    let sizes = self[RunFlags.preset].sizes
    let experts = configuration.experts
    let k = self[RunFlags.topK] ?? min(sizes.k, experts)
    guard k <= experts else {
      throw CommandError.usage("--top-k: found \(k), expected at most the number of experts, \(experts)")
    }
    var schedule = Preset.kSchedule(for: configuration.router, k: k, experts: experts)
    if let given = self[RunFlags.kSchedule], let mode = KSchedule.Mode(rawValue: given.mode) {
      guard given.maximum <= experts else {
        throw CommandError.usage(
          "--k-schedule: found k up to \(given.maximum), expected at most the number of experts, \(experts)")
      }
      schedule = KSchedule(mode, given.minimum, given.maximum)
    }
    let steps = self[RunFlags.steps] ?? sizes.steps
    let warmup = self[RunFlags.warmup]
    guard warmup < steps else {
      throw CommandError.usage("--warmup: found \(warmup), expected less than the number of steps, \(steps)")
    }
    let batch = self[RunFlags.batch] ?? sizes.batch
    return TrainingOptions(
      batch: batch, steps: steps,
      learningRate: LearningRateSchedule(
        peak: self[RunFlags.learningRate] ?? sizes.learningRate, course: self[RunFlags.learningRateCourse],
        warmup: warmup),
      clip: self[RunFlags.clip], kSchedule: schedule, seed: UInt64(self[RunFlags.seed]),
      shards: min(batch, self[RunFlags.shards] ?? sizes.shards))
  }

  /// How many symbols each part of the text must have.
  func minimumSymbols() -> Splits<Int> {
    let sizes = self[RunFlags.preset].sizes
    let training = BatchStream.minimumSymbols(
      batch: self[RunFlags.batch] ?? sizes.batch, segmentLength: self[RunFlags.segment] ?? sizes.segment,
      purpose: .training)
    return Splits(train: training, validation: 2, test: 0)
  }

  /// The values of k to evaluate at: those asked for, or 1, 2, 4, … and N.
  func evaluationKs(_ configuration: Configuration) throws -> [Int] {
    let experts = configuration.experts
    guard configuration.router.isSparse else { return [experts] }
    if let given = self[RunFlags.ks] {
      if let tooLarge = given.first(where: { $0 > experts }) {
        throw CommandError.usage("--k: found \(tooLarge), expected at most the number of experts, \(experts)")
      }
      return given
    }
    var ks = Array(sequence(first: 1) { $0 * 2 < experts ? $0 * 2 : nil })
    if ks.last != experts { ks.append(experts) }
    return ks
  }

  /// Refuses models whose weights, gradients and moments cannot fit into this machine's memory.
  private func checkMemory(_ configuration: Configuration) throws {
    let bytes = 16 * configuration.weightCount
    let available = Double(ProcessInfo.processInfo.physicalMemory)
    guard bytes <= available else {
      let needed = String(format: "%.0f", bytes / 1e9)
      let found = String(format: "%.0f", available / 1e9)
      throw CommandError.usage(
        "the model needs \(needed) GB for weights, gradients and moments, this machine has \(found) GB: "
          + "reduce --layers, --model-width, --experts or --expert-width")
    }
  }
}

extension Configuration {
  /// How many numbers the large weight matrices have; a Double, because sizes on a command line can be absurd.
  fileprivate var weightCount: Double {
    let d = Double(modelWidth)
    let w = Double(heads) * Double(headWidth)
    let router = Double(hypernetworkWidth) * (Double(embeddingWidth) + Double(experts) * (d + 1))
    let layer = 5 * d * w + 2 * Double(experts) * Double(expertWidth) * d + (router.isFinite ? router : 0)
    return Double(vocabulary) * d + Double(layers) * layer
  }
}
