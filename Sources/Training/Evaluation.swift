import Autograd
import Corpora
import Foundation
import Kernels
import Layers
import MixtureOfExperts
import Tensors

/// Measures a model on held-out text, read as contiguous streams with memory carried from the first segment to the last.
///
/// Every symbol of the streams but the first of each row is predicted exactly once.
///
/// Equation [evaluation] in NOTES.md.
public struct Evaluation<Scalar: Real> {
  let model: LanguageModel<Scalar>
  let split: Corpus.Split
  let stream: BatchStream
  let segment: Int  // T_eval
  /// M_eval: tokens of memory, at most.
  public let memory: Int
  let workers: Workers

  /// Rows of the text read side by side, at most.
  public static var largestBatch: Int { 16 }
  /// Rows of the text that one tile of work reads; fixed, so that sums are the same for any number of threads.
  static var rowsPerShard: Int { 4 }

  /// Prepares an evaluation.
  ///
  /// - Throws: `CorpusError` if the text is too short.
  public init(
    _ model: LanguageModel<Scalar>, on split: Corpus.Split, segment: Int? = nil, memory: Int? = nil, workers: Workers
  ) throws {
    let configuration = model.configuration
    self.split = split
    self.segment = segment ?? configuration.segment
    self.memory = memory ?? configuration.memory + configuration.segment - self.segment
    self.model = model.reaching(keys: self.memory + self.segment)
    self.workers = workers
    // A short text is read in fewer rows, so that rows stay longer than one segment.
    let batch = max(1, min(Self.largestBatch, split.symbols.count / (2 * self.segment)))
    stream = try BatchStream(split.symbols, batch: batch, segmentLength: self.segment, purpose: .evaluation)
  }

  /// How many symbols one reading predicts.
  public var symbolCount: Int { stream.targetCount }

  /// Reads the text once.
  public func callAsFunction(k: Int, remembers: Bool = true) throws(TrainingError) -> EvaluationResult {
    // Buffers of another k, or of training, have other sizes.
    releaseUnusedMemory()
    let rows = Array(stride(from: 0, to: stream.batch, by: Self.rowsPerShard))
    let tallies = workers.map(rows.count) { shard in
      self.read(rows: rows[shard]..<min(self.stream.batch, rows[shard] + Self.rowsPerShard), k: k, remembers: remembers)
    }
    let result = tallies.dropFirst().reduce(into: tallies[0]) { $0.add($1) }.result(k: k)
    guard result.loss.isFinite else { throw .evaluationNotFinite(k: k) }
    return result
  }

  private func read(rows: Range<Int>, k: Int, remembers: Bool) -> EvaluationTally {
    var state = HostState<Scalar>.empty
    var tally = EvaluationTally(
      layers: model.configuration.router.isSparse ? model.configuration.layers : 0,
      experts: model.configuration.experts, reading: split)
    for index in 0..<stream.count {
      let segment = stream.segment(at: index)
      let part = rows.lowerBound * segment.length..<rows.upperBound * segment.length
      let targets = Array(segment.targets[part])
      let output = model(
        Array(segment.inputs[part]), batch: rows.count, state: state, limit: remembers ? self.memory : 0, k: k,
        random: nil, on: .evaluating())
      let annotations = split.annotations.map { annotations in
        TokenAnnotations(
          marks: Array(stream.annotations(annotations.marks, ofTargetsAt: index)[part]),
          dialects: annotations.dialects.map { Array(stream.annotations($0, ofInputsAt: index)[part]) })
      }
      tally.add(output, targets: targets, k: k, annotations)
      state = output.state
    }
    return tally
  }
}

/// What is known about the tokens of a segment of a built-in corpus.
struct TokenAnnotations {
  let marks: [Mark]  // of the symbols to be predicted
  let dialects: [UInt8]?  // of the symbols that are read
}
