import Corpora
import Foundation
import MixtureOfExperts
import RunFiles
import Tensors

/// The beginning of a text as a model read it: what every symbol cost, and which expert was first for it.
///
/// What precedes it is read first, and memory carried from segment to segment, as in an evaluation.
public struct TextReading: Codable, Described, Equatable, Sendable {
  package static let words = """
    reading: a text as a model read it
    symbols: the text, symbol by symbol
    bits: −log₂ p of each; null for the first of a file, which nothing predicts
    first_experts: the first expert of each symbol, by layer
    """

  /// How many symbols are read, at most.
  public static let length = 400

  /// Experts for each token.
  public let k: Int
  /// The text, symbol by symbol; a word that follows another begins with a space.
  public let symbols: [String]
  /// −log₂ p of each symbol, given all before it; nil for the first of a file, which nothing predicts.
  public let bits: [Double?]
  /// The first expert of each symbol, by layer; empty for a dense model.
  public let firstExperts: [[Int]]

  /// Reads the beginning of a text, up to the end of its last whole line.
  public init?<Scalar: Real>(of text: Corpus.Split, by model: LanguageModel<Scalar>, _ vocabulary: Vocabulary, k: Int) {
    let read = Self.wholeLines(Array(text.symbols.prefix(Self.length)), vocabulary)
    guard !read.isEmpty else { return nil }
    let configuration = model.configuration
    let T = configuration.segment
    let receptiveField = model.host.receptiveField(segment: T, memory: configuration.memory)
    // Without memory windows of T overlap, and the second half of each counts.
    let step = receptiveField == nil ? max(1, T / 2) : T
    let warmUp = ((receptiveField ?? T - step) + step - 1) / step * step
    // The first symbol is the target of the one before it.
    let before = text.preceding.symbols.suffix(warmUp + 1)
    let whole = Array(before) + read
    var state = HostState<Scalar>.empty
    var bits: [Double?] = [nil]
    var firstExperts: [[Int]] = []
    for start in stride(from: 0, to: whole.count, by: step) {
      let window = max(0, start + step - T)..<min(whole.count, start + step)
      let output = model(Array(whole[window]), batch: 1, state: state, k: k, random: nil, on: .evaluating())
      state = output.state
      // The last symbol of the text predicts nothing that is shown: it stands for its own target.
      let targets = window.map { whole[min($0 + 1, whole.count - 1)] }
      let losses = output.logits.value.crossEntropies(targets: targets)
      bits += losses[(start - window.lowerBound)...].map { Double($0) / M_LN2 }
      if firstExperts.isEmpty { firstExperts = Array(repeating: [], count: output.routing.count) }
      for (layer, record) in output.routing.enumerated() {
        firstExperts[layer] += (start..<window.upperBound).map { Int(record.selection[($0 - window.lowerBound) * k]) }
      }
    }
    bits = Array(bits[before.count..<whole.count])
    firstExperts = firstExperts.map { Array($0.dropFirst(before.count)) }
    guard bits.allSatisfy({ $0?.isFinite ?? true }) else { return nil }
    self.k = k
    symbols = read.indices.map { index in
      let own = vocabulary.decode(read[index...index])
      guard vocabulary.tokenization == .words, index > 0, own != "\n", vocabulary.decode([read[index - 1]]) != "\n"
      else { return own }
      return " " + own
    }
    self.bits = bits
    self.firstExperts = firstExperts
  }

  /// Cuts a text after its last line feed; one without any stays whole.
  private static func wholeLines(_ text: [Int32], _ vocabulary: Vocabulary) -> [Int32] {
    let end = text.lastIndex { vocabulary[$0].elementsEqual([0x0A]) }
    return end.map { Array(text[...$0]) } ?? text
  }
}
