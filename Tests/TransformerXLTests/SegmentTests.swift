import Autograd
import MixtureOfExperts
import Tensors
import TestSupport
import Testing

@testable import TransformerXL

/// Who may see whom: earlier tokens of the same row, through memory or not, and nobody else.
///
/// With memory long enough to hold everything, cutting a text into segments must change nothing: distances count across
/// the cut, no key is hidden or shown wrongly. Wrong shifts, masks and offsets all break this.
@Suite("Segments")
struct SegmentTests {
  static let models: [Configuration] = [.smoe, .smoeDropout, .hyperRouter, .coordinateWise, .dense].flatMap { router in
    NormPlacement.allCases.map { norm in smallConfiguration(router, norm: norm, segment: 12, memory: 12) }
  }

  /// Reads a text in pieces, remembering, and joins the logits.
  private func readInPieces(
    _ model: LanguageModel<Double>, _ text: [Int32], of lengths: [Int], remembering limit: Int? = nil
  ) -> [Double] {
    var (memory, logits, position) = (HostState<Double>.empty, [Double](), 0)
    for length in lengths {
      let read = model.read(Array(text[position..<position + length]), after: memory, remembering: limit)
      logits += read.logits.scalars
      (memory, position) = (read.memory, position + length)
    }
    return logits
  }

  @Test("A text read in pieces gives the logits of the text read at once", arguments: models)
  func piecesEqualTheWhole(configuration: Configuration) {
    let model = LanguageModel<Double>(lively: configuration, seed: 3)
    let text = randomTokens(12)
    let whole = model.read(text).logits.scalars
    for lengths in [[5, 7], [1, 11], [11, 1], [4, 4, 4], [2, 3, 1, 6], Array(repeating: 1, count: 12)] {
      let pieces = readInPieces(model, text, of: lengths)
      #expect(mismatch(pieces, whole, absolute: 1e-12, relative: 1e-12) == nil, "pieces of \(lengths)")
    }
  }

  @Test("Pieces together longer than the configured context still equal the whole if all is remembered")
  func longTextsEqualTheWhole() {
    let model = LanguageModel<Double>(lively: smallConfiguration(segment: 3, memory: 2), seed: 3)
    let text = randomTokens(20)
    let whole = model.read(text).logits.scalars
    let pieces = readInPieces(model, text, of: Array(repeating: 4, count: 5), remembering: 20)
    #expect(mismatch(pieces, whole, absolute: 1e-12, relative: 1e-12) == nil)
  }

  @Test("Segments longer than the kernels' blocks of queries equal the whole too", arguments: NormPlacement.allCases)
  func longSegmentsEqualTheWhole(norm: NormPlacement) {
    let model = LanguageModel<Double>(
      lively: smallConfiguration(.hyperRouter, norm: norm, segment: 80, memory: 80), seed: 3)
    let text = randomTokens(80)
    let whole = model.read(text).logits.scalars
    for lengths in [[33, 47], [32, 32, 16], [1, 64, 15], Array(repeating: 5, count: 16)] {
      let pieces = readInPieces(model, text, of: lengths)
      #expect(mismatch(pieces, whole, absolute: 1e-12, relative: 1e-12) == nil, "pieces of \(lengths)")
    }
  }

  @Test("A shorter memory does change what is predicted, but only beyond its reach")
  func memoryLengthMatters() {
    // One layer sees exactly M tokens back; the first token after a cut still sees everything if M reaches that far.
    let model = LanguageModel<Double>(lively: smallConfiguration(layers: 1, segment: 12, memory: 12), seed: 3)
    let text = randomTokens(12)
    let whole = model.read(text).logits.scalars
    let short = readInPieces(model, text, of: [4, 4, 4], remembering: 4)
    #expect(mismatch(Array(short[..<40]), Array(whole[..<40]), absolute: 1e-12, relative: 1e-12) == nil)
    for token in 8..<12 {
      let own = token * 5..<token * 5 + 5
      #expect(mismatch(Array(short[own]), Array(whole[own]), absolute: 1e-6) != nil, "token \(token)")
    }
  }

  @Test("Shorter evaluation segments with M_eval = M + T − T_eval see the same context", arguments: [1, 2, 3])
  func evaluationSeesTheSameContext(evaluationSegment: Int) {
    let (T, M) = (6, 5)
    let model = LanguageModel<Double>(lively: smallConfiguration(layers: 1, segment: T, memory: M), seed: 4)
    let text = randomTokens(24)
    let evaluationMemory = M + T - evaluationSegment
    let pieces = readInPieces(
      model, text, of: Array(repeating: evaluationSegment, count: 24 / evaluationSegment),
      remembering: evaluationMemory)
    let segments = readInPieces(model, text, of: Array(repeating: T, count: 24 / T))
    // The last token of a full segment looks back on M + T − 1 others, however the text is cut.
    for token in stride(from: T - 1, to: 24, by: T) {
      let own = token * 5..<token * 5 + 5
      #expect(
        mismatch(Array(pieces[own]), Array(segments[own]), absolute: 1e-12, relative: 1e-12) == nil, "token \(token)")
    }
    #expect(mismatch(pieces, segments, absolute: 1e-6) != nil)
  }

  @Test("Changing a token changes its own logits and later ones, never earlier ones", arguments: models)
  func futureIsHidden(configuration: Configuration) {
    let model = LanguageModel<Double>(lively: configuration, seed: 3)
    let memory: HostState<Double> = randomMemory(configuration, length: 4)
    let text = randomTokens(8)
    let logits = model.read(text, after: memory).logits
    for place in text.indices {
      var other = text
      other[place] = (other[place] + 1) % 5
      let changed = model.read(other, after: memory).logits
      for token in text.indices {
        let own = token * 5..<token * 5 + 5
        let isSame = Array(logits.scalars[own]) == Array(changed.scalars[own])
        #expect(isSame == (token < place), "token \(place) changed, logits of \(token)")
      }
    }
  }

  @Test("Every remembered token is seen, the first one too", arguments: [NormPlacement.post, .pre])
  func allMemoryIsSeen(norm: NormPlacement) {
    let configuration = smallConfiguration(norm: norm, memory: 4)
    let model = LanguageModel<Double>(lively: configuration, seed: 3)
    let memory: HostState<Double> = randomMemory(configuration, length: 4)
    let text = randomTokens(3)
    let logits = model.read(text, after: memory).logits
    for slot in 0..<4 {
      var levels = memory.tensors
      levels[0].withUnsafeMutablePointer { $0[slot * 4] += 1 }
      let changed = model.read(text, after: HostState(levels)).logits
      for token in 0..<3 {
        let own = token * 5..<token * 5 + 5
        #expect(
          mismatch(Array(changed.scalars[own]), Array(logits.scalars[own]), absolute: 1e-9) != nil,
          "slot \(slot), token \(token)")
      }
    }
  }

  @Test("Rows of a batch do not see each other", arguments: models)
  func rowsAreIndependent(configuration: Configuration) {
    let model = LanguageModel<Double>(lively: configuration, seed: 3)
    let memory: HostState<Double> = randomMemory(configuration, length: 4, batch: 3)
    let text = randomTokens(3 * 6)
    let together = model.read(text, batch: 3, after: memory)
    for row in 0..<3 {
      let own = HostState(memory.tensors.map { $0.sliced(0, row..<row + 1).contiguous() })
      let alone = model.read(Array(text[row * 6..<row * 6 + 6]), after: own)
      let logits = Array(together.logits.scalars[row * 30..<row * 30 + 30])
      #expect(mismatch(alone.logits.scalars, logits, absolute: 1e-12, relative: 1e-12) == nil, "row \(row)")
      for level in 0..<3 {
        let remembered = together.memory.tensors[level].sliced(0, row..<row + 1).scalars
        #expect(mismatch(alone.memory.tensors[level].scalars, remembered, absolute: 1e-12, relative: 1e-12) == nil)
      }
    }
  }
}
