import Corpora
import Foundation
import MixtureOfExperts
import RunFiles
import Tensors

/// What a text cost a model that found something in its memory; segments that nothing precedes are left out.
public struct MemoryReading: Codable, Described, Equatable, Sendable {
  package static let words = """
    memory_reading: what a text costs with something in memory; segments that nothing precedes are left out
    expected_bits: mean entropy of the predictions
    bits_in_whole_lines, bits_in_cut_lines: behind a line feed, in builtin:topics a marker, of the segment; before any
    """

  /// What was found.
  public let content: MemoryContent
  /// Predicted symbols.
  public let symbols: Int
  /// Mean −log₂ p of a symbol.
  public let bits: Double
  /// Mean entropy of the predictions in bits: what the model expects to pay; one with lower entropy than loss pays more.
  public let expectedBits: Double
  /// The mean at each place of a segment.
  public let bitsByPosition: [Double]
  /// The mean of recall symbols; built-in corpus only.
  @OrNull public private(set) var recallBits: Double?
  /// The mean of symbols behind a boundary in the segment, whose line or word is seen whole; nil where there is none.
  @OrNull public private(set) var bitsInWholeLines: Double?
  /// The mean of symbols before any boundary in the segment, whose line or word began earlier.
  @OrNull public private(set) var bitsInCutLines: Double?
}

/// Sums of a ``MemoryReading``; those of different rows add up.
struct MemoryTally {
  private var paid = Mean()  // bits
  private var expected = Mean()
  private var recall = Mean()
  private var whole = Mean()
  private var cut = Mean()
  private var positions: [Mean]

  init(segment: Int) {
    positions = Array(repeating: Mean(), count: segment)
  }

  /// Counts one segment.
  mutating func add<Scalar: Real>(
    _ logits: Tensor<Scalar>, _ step: EvaluationRows.Step, boundaries: Set<Int32>, length: Int
  ) {
    let losses = logits.crossEntropies(targets: step.targets)
    let entropies = logits.softmaxEntropies()
    for token in step.scored {
      let bits = Double(losses[token]) / M_LN2
      paid.add(bits)
      expected.add(entropies[token] / M_LN2)
      positions[token % length].add(bits)
      if step.marks?[token].isRecall == true { recall.add(bits) }
      if boundaries.isEmpty { continue }
      let isWhole = step.inputs[token / length * length...token].contains(where: boundaries.contains)
      if isWhole { whole.add(bits) } else { cut.add(bits) }
    }
  }

  /// Adds the sums of other rows.
  mutating func add(_ other: MemoryTally) {
    paid.add(other.paid)
    expected.add(other.expected)
    recall.add(other.recall)
    whole.add(other.whole)
    cut.add(other.cut)
    for place in positions.indices { positions[place].add(other.positions[place]) }
  }

  /// The means; nil if nothing was read.
  func reading(of content: MemoryContent) -> MemoryReading? {
    guard let bits = paid.value, let expectedBits = expected.value else { return nil }
    return MemoryReading(
      content: content, symbols: paid.count, bits: bits, expectedBits: expectedBits,
      bitsByPosition: positions.compactMap(\.value), recallBits: recall.value, bitsInWholeLines: whole.value,
      bitsInCutLines: cut.value)
  }
}

/// What a model finds in its memory when it reads a segment: what memory is worth, taken apart.
public enum MemoryContent: String, CaseIterable, Codable, Sendable {
  /// What precedes the segment, as in training.
  case own
  /// Nothing.
  case nothing
  /// Nothing, but the logits of every router are those that it had with the segment's own memory.
  case nothingRoutedAsOwn = "nothing, routed as with its own"
  /// What precedes the segment of another row of the text.
  case another
  /// As many tokens, all states zero.
  case zeros
}

extension Evaluation {
  /// Reads the text once and predicts every segment several times: with what precedes it in memory, and with something else.
  ///
  /// What is remembered of the text is always what the model made of it with its own memory; only what it finds when a segment is
  /// predicted differs. Segments that nothing precedes are not counted.
  ///
  /// - Throws: ``TrainingError/evaluationNotFinite(k:)``, `CorpusError` if nothing precedes any segment.
  public func readings(finding contents: [MemoryContent], boundaries: Set<Int32>, k: Int) throws -> [MemoryReading] {
    // Every content is found by the same symbols: where there is another row to find, rows that are alone do not count.
    let several = rows.tiles.filter { $0.starts.count > 1 }
    let contents = several.isEmpty ? contents.filter { $0 != .another } : contents
    let tiles = several.isEmpty ? rows.tiles : several
    let tallies = workers.map(tiles.count) { self.tallies(tiles[$0], of: contents, boundaries, k: k) }
    return try contents.indices.map { index in
      var tally = tallies[0][index]
      for other in tallies.dropFirst() { tally.add(other[index]) }
      guard let reading = tally.reading(of: contents[index]) else {
        throw CorpusError("too short: no segment of \(segment) symbols has anything in memory")
      }
      guard reading.bits.isFinite else { throw TrainingError.evaluationNotFinite(k: k) }
      return reading
    }
  }

  private func tallies(
    _ tile: EvaluationRows.Tile, of contents: [MemoryContent], _ boundaries: Set<Int32>, k: Int
  ) -> [MemoryTally] {
    var tallies = Array(repeating: MemoryTally(segment: segment), count: contents.count)
    var past = HostState<Scalar>.empty
    for segment in tile.segments {
      let step = rows.step(tile, segment)
      func output(_ model: LanguageModel<Scalar>, _ found: HostState<Scalar>) -> LanguageModel<Scalar>.Output {
        model(
          step.inputs, batch: tile.starts.count, state: found, limit: self.memory, k: k, random: nil, on: .evaluating())
      }
      let own = output(model, past)
      if past.length > 0, !step.scored.isEmpty {
        for (number, content) in contents.enumerated() {
          let found =
            switch content {
            case .own: own
            case .nothing: output(model, .empty)
            case .nothingRoutedAsOwn: output(model.holdingRouting(own.routing), .empty)
            case .another: output(model, past.ofNextRow)
            case .zeros: output(model, past.zeros)
            }
          tallies[number].add(found.logits.value, step, boundaries: boundaries, length: segment.count)
        }
      }
      past = own.state
    }
    return tallies
  }
}

extension HostState {
  /// Every row's state given to the row before it, the first one's to the last.
  fileprivate var ofNextRow: HostState {
    HostState(
      tensors.map { states in
        Tensor.concatenated([states.sliced(0, 1..<states.shape[0]), states.sliced(0, 0..<1)], axis: 0)
      })
  }

  /// As many tokens that say nothing.
  fileprivate var zeros: HostState { HostState(tensors.map { .zeros($0.shape) }) }
}
