import Corpora
import Experiments
import Hosts
import Jacobian
import MixtureOfExperts
import Training

extension Options {
  /// Refuses a number of symbols with other symbols than words, but for all bytes.
  ///
  /// - Throws: `CommandError`.
  func checkVocabulary() throws(CommandError) {
    guard let size = self[RunFlags.vocabulary] else { return }
    let tokens = self[RunFlags.tokens]
    guard tokens == .words || tokens == .bytes && size == Vocabulary.allBytes.count else {
      throw .usage(
        "--vocabulary: found \(size) with --tokens \(tokens.rawValue), expected --tokens words, or "
          + "\(Vocabulary.allBytes.count) with --tokens bytes")
    }
  }
}
