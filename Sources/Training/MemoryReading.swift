import Corpora
import Foundation
import RunFiles
import Tensors

/// What a text cost a model that found something in its memory; segments that nothing precedes are left out.
public struct MemoryReading: Codable, Equatable, Sendable {
  /// What was found.
  public let content: MemoryContent
  /// Predicted symbols.
  public let symbols: Int
  /// Mean −log₂ p of a symbol.
  public let bits: Double
  /// Mean entropy of the predictions in bits: what the model expects to pay; one that is surer than right pays more.
  public let expectedBits: Double
  /// The mean at each place of a segment.
  public let bitsByPosition: [Double]
  /// The mean of recall symbols; built-in corpus only.
  @OrNull public private(set) var recallBits: Double?
  /// The mean of symbols behind a line feed of the segment, whose line is seen whole; nil where there is none.
  @OrNull public private(set) var bitsInWholeLines: Double?
  /// The mean of symbols before any line feed of the segment, whose line began earlier.
  @OrNull public private(set) var bitsInCutLines: Double?
}

/// A mean in the making.
private struct Mean {
  var sum = 0.0
  var count = 0

  mutating func add(_ value: Double) {
    sum += value
    count += 1
  }

  mutating func add(_ other: Mean) {
    sum += other.sum
    count += other.count
  }

  var value: Double? { count == 0 ? nil : sum / Double(count) }
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
  ///
  /// - Parameters:
  ///   - logits: Scores, B·T×V.
  ///   - segment: What was read and what comes next, B·T symbols each.
  ///   - isRecall: Whether what comes next is a recall symbol; nil where nobody knows.
  ///   - lineFeed: The symbol that ends a line; nil if there is none.
  ///   - length: T.
  mutating func add<Scalar: Real>(
    _ logits: Tensor<Scalar>, _ segment: (inputs: [Int32], targets: [Int32]), isRecall: [Bool]?, lineFeed: Int32?,
    length: Int
  ) {
    let losses = logits.crossEntropies(targets: segment.targets)
    let entropies = logits.softmaxEntropies()
    var isWhole = false
    for (token, loss) in losses.enumerated() {
      let bits = Double(loss) / M_LN2
      paid.add(bits)
      expected.add(entropies[token] / M_LN2)
      positions[token % length].add(bits)
      if let isRecall, isRecall[token] { recall.add(bits) }
      if token % length == 0 { isWhole = false }
      if segment.inputs[token] == lineFeed { isWhole = true }
      if isWhole { whole.add(bits) } else if lineFeed != nil { cut.add(bits) }
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
