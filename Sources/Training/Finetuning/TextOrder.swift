import Tensors

/// The order in which texts are trained on: all of them in every epoch, shuffled anew, in batches of which the last may be
/// smaller.
///
/// Depends on the seed alone, so that models of one seed read the same texts in the same order.
struct TextOrder {
  /// How many texts there are.
  let count: Int
  /// B.
  let batch: Int
  private let random: Random
  private var epoch: (number: Int, order: [Int])?

  /// Prepares an order.
  ///
  /// - Parameters:
  ///   - count: How many texts there are, at least one.
  ///   - batch: B.
  ///   - seed: Determines the order.
  init(count: Int, batch: Int, seed: UInt64) {
    self.count = count
    self.batch = batch
    random = Random(seed: seed).child(named: "text order")
  }

  /// How many steps an epoch takes.
  var stepsPerEpoch: Int { Self.stepsPerEpoch(texts: count, batch: batch) }

  /// How many steps an epoch takes: ⌈n/B⌉.
  static func stepsPerEpoch(texts: Int, batch: Int) -> Int { (texts + batch - 1) / batch }

  /// Returns which texts a step reads.
  ///
  /// - Parameter step: From 0.
  /// - Returns: Places of texts, at most B.
  mutating func texts(ofStep step: Int) -> [Int] {
    let (number, place) = step.quotientAndRemainder(dividingBy: stepsPerEpoch)
    if epoch?.number != number {
      var own = random.child(number)
      epoch = (number, own.permutation(of: count))
    }
    return Array((epoch?.order ?? [])[place * batch..<min(count, (place + 1) * batch)])
  }
}
