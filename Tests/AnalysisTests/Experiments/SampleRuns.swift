import Foundation

@testable import Analysis
@testable import Training

extension RunMeasures {
  /// A run with these bits on the test part at k = 1, 2, 4, 8, others on the validation part, and some entropy.
  init(
    _ variant: String, _ seed: UInt64, test: [Double], validation: [Double]? = nil, entropy: [Double] = [1, 1, 1, 1],
    mixtures: [MixtureMeasures] = []
  ) {
    func results(_ bits: [Double]) -> [EvaluationResult] {
      zip([1, 2, 4, 8], zip(bits, entropy)).map { k, numbers in
        EvaluationResult(
          k: k, loss: numbers.0 * M_LN2, symbols: 1, entropyPerLayer: [numbers.1 - 0.25, numbers.1 + 0.25],
          loadPerLayer: [], dialectInformationPerLayer: nil, recallBits: nil)
      }
    }
    self.init(
      variant: variant, seed: seed, validation: results(validation ?? test), test: results(test), mixtures: mixtures)
  }
}
