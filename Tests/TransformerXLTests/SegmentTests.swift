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
    _ model: LanguageModel<Double>, _ text: [Int32], of lengths: [Int]
  ) -> [Double] {
    var (memory, logits, position) = (HostState<Double>.empty, [Double](), 0)
    for length in lengths {
      let read = model.read(Array(text[position..<position + length]), after: memory)
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
