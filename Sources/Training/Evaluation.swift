import Autograd
import Corpora
import Foundation
import Kernels
import Layers
import MixtureOfExperts
import Tensors

/// Measures a model on held-out text, read in rows that begin warm, with memory carried from the first segment of each to the last.
///
/// Equation [evaluation] in NOTES.md.
public struct Evaluation<Scalar: Real> {
  let model: LanguageModel<Scalar>
  let rows: EvaluationRows
  let segment: Int  // T_eval
  /// M_eval: tokens of memory, at most.
  public let memory: Int
  let workers: Workers

  /// Prepares an evaluation.
  ///
  /// - Throws: `CorpusError` if there is nothing to predict.
  public init(
    _ model: LanguageModel<Scalar>, on split: Corpus.Split, segment: Int? = nil, memory: Int? = nil,
    largestBatch: Int = EvaluationRows.largestBatch, workers: Workers
  ) throws {
    let configuration = model.configuration
    self.segment = segment ?? configuration.segment
    self.memory = memory ?? configuration.memory + configuration.segment - self.segment
    self.model = model.reaching(keys: self.memory + self.segment)
    self.workers = workers
    rows = try EvaluationRows(
      split, segment: self.segment,
      receptiveField: model.host.receptiveField(segment: self.segment, memory: self.memory),
      largestBatch: largestBatch)
  }

  /// How many symbols one reading scores.
  public var symbolCount: Int { rows.symbolCount }

  /// Reads the text once.
  public func callAsFunction(k: Int, remembers: Bool = true) throws(TrainingError) -> EvaluationResult {
    // Buffers of another k, or of training, have other sizes.
    releaseUnusedMemory()
    let tallies = workers.map(rows.tiles.count) { self.read(self.rows.tiles[$0], k: k, remembers: remembers) }
    let result = tallies.dropFirst().reduce(into: tallies[0]) { $0.add($1) }.result(k: k)
    guard (result.totalLoss ?? result.loss).isFinite else { throw .evaluationNotFinite(k: k) }
    return result
  }

  private func read(_ tile: EvaluationRows.Tile, k: Int, remembers: Bool) -> EvaluationTally {
    var state = HostState<Scalar>.empty
    var tally = EvaluationTally(
      layers: model.configuration.router.isSparse ? model.configuration.layers : 0,
      experts: model.configuration.experts, reading: rows)
    for segment in tile.segments {
      let step = rows.step(tile, segment)
      let output = model(
        step.inputs, batch: tile.starts.count, state: state, limit: remembers ? self.memory : 0, k: k,
        random: nil, on: .evaluating())
      tally.add(output, step, k: k)
      state = output.state
    }
    return tally
  }
}
