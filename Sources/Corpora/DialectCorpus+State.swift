import Foundation

extension DialectCorpus {
  /// The most that what was read before can tell about what follows, in bits: log₂ of the number of states, which are a dialect, a
  /// key and a place in the line.
  ///
  /// Given its state and the last letter, the text forgets all else. A predictor of n symbols that remembers nothing but the last
  /// letter loses at most this many bits for all of them together, if it makes no mistake of its own.
  public static var stateBits: Double {
    log2(Double(DialectChain.dialectCount * DialectChain.letterCount * PositionKind.line.count))
  }
}
